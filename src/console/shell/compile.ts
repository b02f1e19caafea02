/** A shell text as a list of operations: where a process stands in it is one number, kept as data. */
import type {
  AndOr,
  Case,
  Command,
  CommandNode,
  CompoundList,
  For,
  If,
  PipelineNode,
  Redirection,
  Statement,
  TestExpression,
  While,
  Word,
} from "unbash";
import { parse } from "unbash";

/** A stage of a pipeline: a simple command, or a compound one with its own operations. */
export type Stage =
  | { readonly kind: "simple"; readonly command: Command; readonly merge: boolean }
  | {
      readonly kind: "compound";
      readonly ops: readonly Op[];
      readonly redirects: readonly Redirection[];
      readonly merge: boolean;
    };

export type Op =
  | {
      readonly op: "run";
      readonly stages: readonly Stage[];
      readonly negate: boolean;
      readonly background?: string;
    }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "jumpIf"; readonly when: "ok" | "failed"; readonly to: number }
  | { readonly op: "for"; readonly words: readonly Word[]; readonly end: number }
  | { readonly op: "next"; readonly name: string; readonly end: number }
  | { readonly op: "leave" }
  | {
      readonly op: "match";
      readonly word: Word;
      readonly patterns: readonly Word[];
      readonly otherwise: number;
    }
  | { readonly op: "test"; readonly expression: TestExpression }
  | { readonly op: "define"; readonly name: string; readonly source: string }
  | { readonly op: "unsupported"; readonly what: string };

export interface Script {
  readonly ops: readonly Op[];
  readonly error: { readonly message: string; readonly pos: number } | null;
}

type Building = {
  -readonly [K in keyof Extract<Op, { op: "jump" | "jumpIf" | "for" | "next" | "match" }>]: unknown;
} & Record<string, unknown>;

class Compiler {
  readonly ops: Op[] = [];
  readonly #source: string;
  /** Jumps out of and to the head of each open loop, patched at its end. */
  readonly #loops: { breaks: number[]; continues: number[] }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  list(list: readonly Statement[]): void {
    for (const statement of list) {
      if (statement.background) {
        const command = statement.command;
        const text = this.#source.slice(command.pos, command.end);
        this.ops.push({ op: "run", stages: [], negate: false, background: text });
      } else this.#node(statement.command);
    }
  }

  #emit(op: Op): number {
    this.ops.push(op);
    return this.ops.length - 1;
  }

  /** Sets where an operation leads, now that it is known. */
  #patch(at: number, field: "to" | "end" | "otherwise", target: number): void {
    this.ops[at] = { ...(this.ops[at] as unknown as Building), [field]: target } as unknown as Op;
  }

  #node(node: PipelineNode | AndOr): void {
    if (node.type === "AndOr") {
      // Each operator looks at the status of what ran last and jumps past the command behind it.
      node.commands.forEach((command, i) => {
        const operator = node.operators[i - 1];
        if (!operator) {
          this.#node(command);
          return;
        }
        const skip = this.#emit({ op: "jumpIf", when: operator === "&&" ? "failed" : "ok", to: 0 });
        this.#node(command);
        this.#patch(skip, "to", this.ops.length);
      });
      return;
    }
    if (node.type === "Pipeline") {
      const negate = node.prefixes.some((p) => p.type === "Negation");
      const stages = node.commands.map((c, i) => this.#stage(c, node.operators[i] === "|&"));
      this.#emit({ op: "run", stages, negate });
      return;
    }
    this.#command(node);
  }

  #stage(node: CommandNode, merge: boolean): Stage {
    if (node.type === "Command") return { kind: "simple", command: node, merge };
    const inner = new Compiler(this.#source);
    const target = node.type === "Redirected" ? node.command : node;
    inner.#command(target as CommandNode);
    return {
      kind: "compound",
      ops: inner.ops,
      redirects: node.type === "Redirected" ? node.redirects : [],
      merge,
    };
  }

  #command(node: CommandNode): void {
    switch (node.type) {
      case "Command":
        if (this.#loopWord(node)) return;
        this.#emit({ op: "run", stages: [{ kind: "simple", command: node, merge: false }], negate: false });
        return;
      case "If":
        this.#if(node);
        return;
      case "While":
        this.#while(node);
        return;
      case "For":
        this.#for(node);
        return;
      case "Case":
        this.#case(node);
        return;
      case "BraceGroup":
      case "Subshell":
        this.list(node.body.commands);
        return;
      case "TestCommand":
        this.#emit({ op: "test", expression: node.expression });
        return;
      case "Function":
        this.#emit({
          op: "define",
          name: node.name.value,
          source: this.#source.slice(node.body.pos, node.body.end),
        });
        return;
      case "Redirected":
        this.#emit({ op: "run", stages: [this.#stage(node, false)], negate: false });
        return;
      default:
        this.#emit({ op: "unsupported", what: node.type });
    }
  }

  #loopWord(node: Command): boolean {
    const word = node.name?.value;
    const loop = this.#loops.at(-1);
    if (!loop || (word !== "break" && word !== "continue")) return false;
    (word === "break" ? loop.breaks : loop.continues).push(this.#emit({ op: "jump", to: 0 }));
    return true;
  }

  #block(list: CompoundList): void {
    this.list(list.commands);
  }

  #if(node: If): void {
    const ends: number[] = [];
    for (const branch of [node, ...node.elif]) {
      this.#block(branch.clause);
      const skip = this.#emit({ op: "jumpIf", when: "failed", to: 0 });
      this.#block(branch.then);
      ends.push(this.#emit({ op: "jump", to: 0 }));
      this.#patch(skip, "to", this.ops.length);
    }
    if (node.else) this.#block(node.else);
    for (const end of ends) this.#patch(end, "to", this.ops.length);
  }

  #while(node: While): void {
    const head = this.ops.length;
    this.#block(node.clause);
    const exit = this.#emit({ op: "jumpIf", when: node.kind === "while" ? "failed" : "ok", to: 0 });
    this.#loops.push({ breaks: [], continues: [] });
    this.#block(node.body);
    this.#emit({ op: "jump", to: head });
    const loop = this.#loops.pop();
    this.#patch(exit, "to", this.ops.length);
    for (const at of loop?.breaks ?? []) this.#patch(at, "to", this.ops.length);
    for (const at of loop?.continues ?? []) this.#patch(at, "to", head);
  }

  #for(node: For): void {
    const begin = this.#emit({ op: "for", words: node.wordlist ?? [], end: 0 });
    const head = this.#emit({ op: "next", name: node.name.value, end: 0 });
    this.#loops.push({ breaks: [], continues: [] });
    this.#block(node.body);
    this.#emit({ op: "jump", to: head });
    const loop = this.#loops.pop();
    for (const at of loop?.breaks ?? []) this.#patch(at, "to", this.ops.length);
    for (const at of loop?.continues ?? []) this.#patch(at, "to", head);
    if (loop?.breaks.length) this.#emit({ op: "leave" });
    this.#patch(begin, "end", this.ops.length);
    this.#patch(head, "end", this.ops.length);
  }

  #case(node: Case): void {
    const ends: number[] = [];
    for (const item of node.items) {
      const match = this.#emit({ op: "match", word: node.word, patterns: item.pattern, otherwise: 0 });
      this.#block(item.body);
      ends.push(this.#emit({ op: "jump", to: 0 }));
      this.#patch(match, "otherwise", this.ops.length);
    }
    for (const end of ends) this.#patch(end, "to", this.ops.length);
  }
}

const cache = new Map<string, Script>();

/** Reads a shell text. A text that cannot be read has an error and no operations. */
export function compileScript(source: string): Script {
  const known = cache.get(source);
  if (known) return known;
  const tree = parse(source);
  const [error] = tree.errors ?? [];
  const compiler = new Compiler(source);
  if (!error) compiler.list(tree.commands);
  const script = { ops: error ? [] : compiler.ops, error: error ?? null };
  if (cache.size > 500) cache.clear();
  cache.set(source, script);
  return script;
}

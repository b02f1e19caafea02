/** Runs a script's operations. A pass over one operation may end early; then the same operation is begun anew. */
import type { Context, Output } from "../context.ts";
import { Listening, Suspended } from "../context.ts";
import { viewOf } from "../files.ts";
import { type Pass, Stopped } from "../process.ts";
import { HOME, type Session } from "../sessions.ts";
import { isFilter, isTool, runFilter, runTool, type ToolResult } from "../tools.ts";
import { ExitShell, type Lookup, ReturnShell } from "./builtins.ts";
import { compileScript, type Op, type Stage } from "./compile.ts";
import { expandPaths, globRegex } from "./glob.ts";
import { flowOf, type Io, redirected } from "./streams.ts";
import { truth } from "./test.ts";
import { expandString, expandWord, type Scope, ShellError } from "./words.ts";

/** Where a script stands. Plain data. */
export interface ShellState {
  readonly pc: number;
  readonly status: number;
  readonly loops: readonly { readonly items: readonly string[]; readonly i: number }[];
  /** The script called `exit`. */
  readonly exited: boolean;
}

export const START: ShellState = { pc: 0, status: 0, loops: [], exited: false };

interface Place {
  readonly pass: Pass;
  readonly sink: Output;
  /** Lines that `read` takes from, shared by the commands of a compound stage. */
  readonly input: { text: string };
  readonly lookup: Lookup;
  /** Command text of a background job → its number. */
  readonly background: (text: string) => void;
  /** Arguments of the function that runs, and how deep functions are in each other. */
  readonly args: readonly string[];
  readonly depth: number;
}

/** Functions that call each other deeper than this never come back. */
const MAX_DEPTH = 100;

export function stepShell(ops: readonly Op[], state: ShellState, place: Place): ShellState {
  const op = ops[state.pc];
  if (!op) return state;
  const next = { ...state, pc: state.pc + 1 };
  const ctx = place.pass.context(place.sink, place.input.text);
  const scope = scopeOf(ctx, place, state.status);
  try {
    switch (op.op) {
      case "jump":
        return { ...state, pc: op.to };
      case "jumpIf":
        return (state.status === 0) === (op.when === "ok") ? { ...state, pc: op.to } : next;
      case "for":
        return {
          ...next,
          loops: [...state.loops, { items: op.words.flatMap((w) => expandWord(w, scope)), i: 0 }],
        };
      case "next": {
        const loop = state.loops.at(-1);
        const item = loop?.items[loop.i];
        if (!loop || item === undefined) return { ...state, pc: op.end, loops: state.loops.slice(0, -1) };
        scope.set(op.name, item);
        return { ...next, loops: [...state.loops.slice(0, -1), { ...loop, i: loop.i + 1 }] };
      }
      case "leave":
        return { ...next, loops: state.loops.slice(0, -1) };
      case "match": {
        const text = expandString(op.word, scope);
        return op.patterns.some((p) => globRegex(expandString(p, scope)).test(text))
          ? next
          : { ...state, pc: op.otherwise };
      }
      case "test":
        return { ...next, status: truth(op.expression, scope, ctx) ? 0 : 1 };
      case "define": {
        const { name, source } = op;
        ctx.changeSession((s) => ({ ...s, functions: { ...s.functions, [name]: source } }));
        return { ...next, status: 0 };
      }
      case "unsupported":
        place.sink.err(`bash: ${op.what}: not available in this console\n`);
        return { ...next, status: 2 };
      case "run": {
        if (op.background !== undefined) {
          const text = op.background;
          ctx.once(() => place.background(text));
          return { ...next, status: 0 };
        }
        const status = runStages(op.stages, place, scope, state.status);
        return { ...next, status: op.negate ? Number(status === 0) : status };
      }
    }
  } catch (error) {
    if (error instanceof ReturnShell && place.depth > 0) throw error;
    if (error instanceof ExitShell) return { ...next, status: error.code, exited: true };
    if (error instanceof ShellError) {
      place.sink.err(`bash: ${error.message}\n`);
      return { ...next, status: 1 };
    }
    throw error;
  }
}

/** Runs a shell text to its end within the pass of a command. */
export function runScript(source: string, ctx: Context, pass: Pass, lookup: Lookup): number {
  const { ops, error } = compileScript(source);
  if (error) {
    ctx.err(`bash: -c: ${error.message}\n`);
    return 2;
  }
  return runAll(
    ops,
    { pass, sink: ctx, input: { text: ctx.stdin }, background: () => {}, lookup, args: [], depth: 0 },
    0,
  );
}

/** Runs a list of operations to its end within one pass (substitutions, compound stages). */
function runAll(ops: readonly Op[], place: Place, status: number): number {
  let state: ShellState = { ...START, status };
  while (state.pc < ops.length && !state.exited) state = stepShell(ops, state, place);
  return state.status;
}

/** Runs a function's body; `exit` in it ends the script that called it. */
function callFunction(name: string, source: string, args: readonly string[], place: Place): number {
  if (place.depth >= MAX_DEPTH) throw new ShellError(`${name}: maximum function nesting level exceeded`);
  const { ops } = compileScript(source);
  const inner = { ...place, args, depth: place.depth + 1 };
  let state = START;
  try {
    while (state.pc < ops.length && !state.exited) state = stepShell(ops, state, inner);
  } catch (error) {
    if (error instanceof ReturnShell) return error.code;
    throw error;
  }
  if (state.exited) throw new ExitShell(state.status);
  return state.status;
}

function scopeOf(ctx: Context, place: Place, status: number): Scope {
  return {
    home: HOME,
    args: place.args,
    get(name) {
      const vars = ctx.session.vars;
      if (name === "?") return String(status);
      if (name === "$") return "4711";
      if (name === "#") return String(place.args.length);
      if (name === "@" || name === "*") return place.args.join(" ");
      if (/^[1-9]\d*$/.test(name)) return place.args[Number(name) - 1];
      if (name === "PWD") return ctx.session.cwd;
      if (name === "HOME") return vars["HOME"] ?? HOME;
      if (name === "HOSTNAME") return ctx.session.node ?? "workstation";
      if (name === "RANDOM")
        return String(ctx.once(() => Math.floor(ctx.host.sim.draw("shell-random", ctx.session.id) * 32768)));
      return vars[name];
    },
    set(name, value) {
      ctx.changeSession((s: Session) => ({ ...s, vars: { ...s.vars, [name]: value } }));
    },
    run(source) {
      const script = compileScript(source);
      let text = "";
      const sink: Output = { out: (t) => (text += t), err: (t) => place.sink.err(t) };
      runAll(script.ops, { ...place, sink }, status);
      return text;
    },
    paths(pattern) {
      const view = viewOf(ctx.host, ctx.session);
      const list = (dir: string): readonly string[] | undefined => {
        const found = view.list(dir === "/" ? dir : dir.replace(/\/$/, ""));
        return found.ok ? found.value : undefined;
      };
      return ctx.once(() => expandPaths(pattern, list, ctx.session.cwd));
    },
  };
}

interface Ready {
  readonly argv: readonly string[];
  readonly ops: readonly Op[] | null;
  readonly io: Io;
  readonly assignments: readonly (readonly [string, string])[];
}

function prepare(stage: Stage, last: boolean, scope: Scope, ctx: Context): Ready {
  const base: Io = { stdin: null, out: last ? "term" : "pipe", err: stage.merge ? "pipe" : "err" };
  if (stage.kind === "compound")
    return { argv: [], ops: stage.ops, io: redirected(stage.redirects, base, scope, ctx), assignments: [] };
  const { command } = stage;
  const assignments = command.prefix.flatMap((p) =>
    p.type === "Assignment"
      ? [[p.name, p.value?.type === "Word" ? expandString(p.value, scope) : ""] as const]
      : [],
  );
  const argv = [
    ...(command.name ? expandWord(command.name, scope) : []),
    ...command.args.flatMap((a) =>
      a.type === "Word"
        ? expandWord(a, scope)
        : [`${a.name}=${a.value?.type === "Word" ? expandString(a.value, scope) : ""}`],
    ),
  ];
  return { argv, ops: null, io: redirected(command.redirects, base, scope, ctx), assignments };
}

function runStages(stages: readonly Stage[], place: Place, scope: Scope, status: number): number {
  const { pass, sink } = place;
  const outer = pass.context(sink, place.input.text);
  const ready = stages.map((stage, i) => prepare(stage, i === stages.length - 1, scope, outer));
  const only = ready[0];
  if (ready.length === 1 && only && only.argv.length === 0 && !only.ops) {
    for (const [name, value] of only.assignments) scope.set(name, value);
    return only.assignments.length > 0 || stages.length === 0 ? 0 : status;
  }
  let piped: string | null = null;
  let code = 0;
  for (const [i, stage] of ready.entries()) {
    const stdin: string = stage.io.stdin ?? piped ?? (i === 0 ? place.input.text : "");
    const flow = flowOf(stage.io, sink, outer);
    try {
      code = runStage(stage, stdin, flow.output, place, i === 0 && piped === null, status);
    } catch (error) {
      if (!(error instanceof Suspended) && !(error instanceof Listening) && !(error instanceof Stopped))
        throw error;
      const shown = partial(ready.slice(i + 1), flow.piped(), outer);
      if (error instanceof Stopped) {
        if (error.why !== "pipe") throw error;
        code = 141;
      } else if (shown?.closed) {
        pass.stopWaiting("pipe");
        code = 141;
      } else {
        if (shown) sink.out(shown.out);
        throw error;
      }
    }
    flow.finish();
    piped = flow.piped();
  }
  return code;
}

/** What the filters behind a stage that goes on make of its output so far; null where one of them must wait. */
function partial(rest: readonly Ready[], text: string, ctx: Context): ToolResult | null {
  if (rest.length === 0) return null;
  let result: ToolResult = { out: text, err: "", code: 0 };
  let closed = false;
  for (const stage of rest) {
    const [name = "", ...args] = stage.argv;
    if (!isFilter(name) || name === "tee" || (stage.io.out !== "pipe" && stage.io.out !== "term"))
      return null;
    result = runFilter(ctx.host, ctx.session, name, args, result.out, false);
    closed ||= result.closed === true;
  }
  return { ...result, closed };
}

function runStage(
  stage: Ready,
  stdin: string,
  output: Output,
  place: Place,
  ownInput: boolean,
  status: number,
): number {
  if (stage.ops) return runAll(stage.ops, { ...place, sink: output, input: { text: stdin } }, status);
  const [name = "", ...args] = stage.argv;
  const ctx = place.pass.context(output, stdin);
  const command = place.lookup(name);
  const own = ctx.session.functions?.[name];
  if (own !== undefined)
    return callFunction(name, own, args, { ...place, sink: output, input: { text: stdin } });
  if (!command && (isFilter(name) || isTool(name))) {
    const result = ctx.once(() =>
      isFilter(name)
        ? runFilter(ctx.host, ctx.session, name, args, stdin, true)
        : runTool(ctx.host, ctx.session, name, args),
    );
    output.out(result.out);
    output.err(result.err);
    return result.code;
  }
  if (name === "return") throw new ReturnShell(args[0] === undefined ? status : Number(args[0]) & 255);
  if (name === "read") return readLine(args, place, ctx, ownInput ? place.input : { text: stdin });
  if (!command) {
    output.err(`bash: ${name}: command not found\n`);
    return 127;
  }
  return command(args, ctx, place.pass);
}

function readLine(args: readonly string[], place: Place, ctx: Context, input: { text: string }): number {
  const names = args.filter((a) => !a.startsWith("-"));
  if (input.text === "") return 1;
  const at = input.text.indexOf("\n");
  const line = at < 0 ? input.text : input.text.slice(0, at);
  input.text = at < 0 ? "" : input.text.slice(at + 1);
  const words = line.trim().split(/\s+/);
  const scope = scopeOf(ctx, place, 0);
  (names.length > 0 ? names : ["REPLY"]).forEach((name, i, all) => {
    scope.set(name, i === all.length - 1 ? words.slice(i).join(" ") : (words[i] ?? ""));
  });
  return 0;
}

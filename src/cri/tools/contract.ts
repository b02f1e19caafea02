/** The small tools of an image: most end within the instant they start in; filters read input until its end. */
import type { Json } from "../../sim/types.ts";
import type { ProgramHost } from "../os/contract.ts";

export interface ToolIo {
  readonly host: ProgramHost;
  /** Name it was called by. */
  readonly name: string;
  out(text: string): void;
  err(text: string): void;
}

/** Arguments without the name → exit code. */
export type Tool = (args: readonly string[], io: ToolIo) => number;

export interface Filter {
  /** What to read (`-`: standard input), or an exit code when there is nothing to read. */
  open(
    args: readonly string[],
    io: ToolIo,
  ): { readonly state: Json; readonly files: readonly string[] } | number;
  /** One line; `eol` is "" for a last line that is not ended. A number ends the tool at once with that code. */
  line(state: Json, line: string, eol: string, io: ToolIo, file: string): Json | Done;
  end(state: Json, io: ToolIo): number;
  /** Gets whole chunks in place of lines. */
  readonly raw?: boolean;
  /** A file begins. */
  file?(state: Json, name: string, io: ToolIo): Json;
  /** A file ends. */
  fileEnd?(state: Json, name: string, io: ToolIo): Json;
}

/** A tool's own state: plain data that each narrows itself. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type State = any;

export interface Done {
  readonly done: number;
}

export function done(code: number): Done {
  return { done: code };
}

/** Splits flags from operands: `-n5`, `-n 5`, `-abc`, `--name=value`, `--`. */
export function options(
  args: readonly string[],
  valued: string,
  longValued: readonly string[] = [],
): { flags: Record<string, string | true>; rest: string[] } {
  const flags: Record<string, string | true> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const a = args[i]!;
    if (a === "--") {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (a.startsWith("--")) {
      const at = a.indexOf("=");
      const name = at < 0 ? a.slice(2) : a.slice(2, at);
      if (at >= 0) flags[name] = a.slice(at + 1);
      else if (longValued.includes(name)) flags[name] = args[++i] ?? "";
      else flags[name] = true;
    } else if (/^-./.test(a)) {
      for (let k = 1; k < a.length; k++) {
        const letter = a[k]!;
        if (!valued.includes(letter)) {
          flags[letter] = true;
          continue;
        }
        flags[letter] = a.slice(k + 1) !== "" ? a.slice(k + 1) : (args[++i] ?? "");
        break;
      }
    } else rest.push(a);
  }
  return { flags, rest };
}

/** A small awk: patterns, print and printf, fields, variables, arithmetic, if, loops, and the common functions. */
import type { Json } from "../../sim/types.ts";
import { run } from "./awk-run.ts";
import { type Rule, rules } from "./awk-syntax.ts";
import { num, type Scope, str, truth, type Value } from "./awk-values.ts";
import { done, type Filter, options, type State, type ToolIo } from "./contract.ts";
import { regex } from "./regex.ts";

function apply(state: State, io: ToolIo, line: string | null, wanted: (r: Rule) => boolean): State {
  const fs = str(state.vars.FS ?? " ");
  const parts =
    line === null
      ? []
      : fs === " "
        ? line
            .trim()
            .split(/\s+/)
            .filter((p) => p !== "")
        : fs.length === 1
          ? line.split(fs)
          : line.split(regex(fs, true));
  const scope: Scope = {
    fields: [line ?? "", ...parts],
    vars: { ...state.vars },
    arrays: { ...state.arrays },
    halt: null,
    code: state.code ?? 0,
    out: io.out,
    io,
  };
  for (const r of state.rules as Rule[]) {
    if (!wanted(r)) continue;
    if (line !== null && r.pattern !== "" && !truth(run(r.pattern, scope))) continue;
    run(r.action ?? "print", scope);
    if (scope.halt === "next" || scope.halt === "exit") break;
  }
  return {
    ...state,
    vars: scope.vars,
    arrays: scope.arrays,
    code: scope.code,
    ended: scope.halt === "exit",
  };
}

export const awk: Filter = {
  open: (args, io) => {
    const vars: Record<string, Value> = { NR: 0, OFS: " ", ORS: "\n", FS: " " };
    args.forEach((a, i) => {
      if (a === "-v") {
        const [k, ...v] = (args[i + 1] ?? "").split("=");
        vars[k!] = v.join("=");
      }
    });
    const { flags, rest } = options(args, "Fvf");
    if (typeof flags.F === "string") vars.FS = flags.F === "\\t" ? "\t" : flags.F;
    const program = rest.shift();
    if (program === undefined) {
      io.err(`${io.name}: usage: awk [-F SEP] [-v VAR=VAL] PROGRAM [FILE]...\n`);
      return 1;
    }
    const state = apply({ rules: rules(program), vars, arrays: {} }, io, null, (r) => r.pattern === "BEGIN");
    if (state.ended || state.rules.every((r: Rule) => r.pattern === "BEGIN")) return state.code;
    return { state: state as Json, files: rest.length > 0 ? rest : ["-"] };
  },
  line: (state: State, line, _eol, io) => {
    const after = apply(
      { ...state, vars: { ...state.vars, NR: num(state.vars.NR) + 1 } },
      io,
      line,
      (r) => r.pattern !== "BEGIN" && r.pattern !== "END",
    );
    return after.ended ? done(apply(after, io, null, (r) => r.pattern === "END").code) : after;
  },
  end: (state: State, io) => apply(state, io, null, (r) => r.pattern === "END").code,
};

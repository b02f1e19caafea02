/** Tools that need all lines first: sort, uniq. */
import { type Filter, options, type State, type ToolIo } from "./contract.ts";

export const orStdin = (files: readonly string[]): readonly string[] => (files.length > 0 ? files : ["-"]);

/** Collects all lines, then prints what `finish` makes of them. */
export function collector(
  valued: string,
  finish: (lines: string[], flags: Record<string, string | true>, io: ToolIo) => number,
): Filter {
  return {
    open: (args) => {
      const { flags, rest } = options(args, valued);
      return { state: { flags, lines: [] } as never, files: orStdin(rest) };
    },
    line: (state: State, line) => ({ ...state, lines: [...state.lines, line] }),
    end: (state: State, io) => finish([...state.lines], state.flags, io),
  };
}

export const print = (io: ToolIo, lines: readonly string[]): number => {
  if (lines.length > 0) io.out(`${lines.join("\n")}\n`);
  return 0;
};

export const sort = collector("ktoS", (lines, flags, io) => {
  const key = typeof flags.k === "string" ? flags.k : null;
  const numericFlag =
    flags.n === true || flags.g === true || flags.h === true || (key?.includes("n") ?? false);
  const field = key ? Number.parseInt(key, 10) : 0;
  const sep = typeof flags.t === "string" ? flags.t : /\s+/;
  const of = (l: string): string =>
    field > 0
      ? (typeof sep === "string" ? l.split(sep) : l.trim().split(sep))
          .slice(field - 1)
          .join(typeof sep === "string" ? sep : " ")
      : l;
  const compare = (a: string, b: string): number => {
    const x = of(a);
    const y = of(b);
    if (numericFlag) {
      const d = (Number.parseFloat(x) || 0) - (Number.parseFloat(y) || 0);
      if (d !== 0) return d;
    } else if (flags.f) {
      const d = x.toLowerCase() < y.toLowerCase() ? -1 : x.toLowerCase() > y.toLowerCase() ? 1 : 0;
      if (d !== 0) return d;
    } else if (x !== y) return x < y ? -1 : 1;
    return a < b ? -1 : a > b ? 1 : 0;
  };
  let out = lines.sort(compare);
  if (flags.r) out.reverse();
  if (flags.u) out = out.filter((l, i) => i === 0 || l !== out[i - 1]);
  return print(io, out);
});

export const uniq = collector("fs", (lines, flags, io) => {
  const out: string[] = [];
  for (let i = 0; i < lines.length; ) {
    let n = 1;
    while (
      i + n < lines.length &&
      (flags.i ? lines[i + n]!.toLowerCase() === lines[i]!.toLowerCase() : lines[i + n] === lines[i])
    )
      n++;
    if (!(flags.d && n === 1) && !(flags.u && n > 1))
      out.push(flags.c ? `${String(n).padStart(7)} ${lines[i]}` : lines[i]!);
    i += n;
  }
  return print(io, out);
});

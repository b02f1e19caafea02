/** grep. */
import type { Json } from "../../sim/types.ts";
import { done, type Filter, options, type State } from "./contract.ts";
import { regex } from "./regex.ts";
import { orStdin } from "./sorting.ts";

export const grep: Filter = {
  open: (args, io) => {
    const { flags, rest } = options(args, "efmABC");
    const pattern = typeof flags.e === "string" ? flags.e : rest.shift();
    if (pattern === undefined) {
      io.err(`${io.name}: usage: grep [-HhnlLoqvsrRiwFE] [-m N] PATTERN [FILE]...\n`);
      return 2;
    }
    const { fs } = io.host;
    let files = rest;
    if (flags.r || flags.R) {
      const walk = (path: string): string[] => {
        const names = fs.list(io.host.path(path));
        return names.ok ? names.value.flatMap((n) => walk(`${path === "/" ? "" : path}/${n}`)) : [path];
      };
      files = (rest.length > 0 ? rest : ["."]).flatMap(walk);
    }
    const many = (files.length > 1 || flags.r || flags.R || flags.H) && !flags.h;
    return {
      state: {
        ...Object.fromEntries(Object.entries(flags).map(([k, v]) => [k, v])),
        pattern,
        many: Boolean(many),
        n: 0,
        count: 0,
        hit: false,
        left: Number(flags.A ?? flags.C ?? 0),
        after: 0,
        total: 0,
      },
      files: orStdin(files),
    };
  },
  file: (state: State) => ({ ...state, n: 0, count: 0, after: 0 }),
  line: (state: State, line, _eol, io, file) => {
    const extended = state.E || io.name === "egrep";
    const fixed = state.F || io.name === "fgrep";
    const source = state.pattern
      .split("\n")
      .map((p: string) => (fixed ? p.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : regex(p, extended).source))
      .join("|");
    const re = new RegExp(
      state.x ? `^(?:${source})$` : state.w ? `\\b(?:${source})\\b` : source,
      state.i ? "gi" : "g",
    );
    const hit = re.test(line) !== Boolean(state.v);
    const n = state.n + 1;
    const name = file === "-" ? "(standard input)" : file;
    const prefix = (sep: string): string =>
      `${state.many ? `${name}${sep}` : ""}${state.n !== undefined && state.number ? `${n}${sep}` : ""}`;
    if (!hit) {
      if (state.after > 0 && !state.c && !state.q && !state.l) io.out(`${prefix("-")}${line}\n`);
      return { ...state, n, after: Math.max(0, state.after - 1) };
    }
    if (state.q) return done(0);
    if (state.l) {
      if (state.count === 0) io.out(`${name}\n`);
    } else if (!state.c) {
      if (state.o) {
        re.lastIndex = 0;
        for (const m of line.matchAll(re)) if (m[0] !== "") io.out(`${prefix(":")}${m[0]}\n`);
      } else io.out(`${prefix(":")}${line}\n`);
    }
    const count = state.count + 1;
    if (state.m !== undefined && count >= Number(state.m) && !state.c) return done(0);
    return { ...state, n, count, hit: true, after: state.left };
  },
  fileEnd: (state: State, name, io) => {
    if (state.c) io.out(`${state.many ? `${name}:` : ""}${state.count}\n`);
    return state;
  },
  end: (state: State) => (state.hit ? 0 : 1),
};

const grepOpen = grep.open;

export const grepN: Filter = {
  ...grep,
  // `n` counts lines; the flag of that name is kept beside it.
  open: (args, io) => {
    const opened = grepOpen(args, io);
    if (typeof opened === "number") return opened;
    const number = options(args, "efmABC").flags.n === true;
    return { ...opened, state: { ...(opened.state as object), n: 0, number } as Json };
  },
};

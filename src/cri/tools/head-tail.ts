/** head, and tail without following. */
import { done, type Filter, options, type State } from "./contract.ts";
import { sizeText } from "./disk.ts";
import { orStdin } from "./sorting.ts";

export const head: Filter = {
  open: (args) => {
    const { flags, rest } = options(
      args.map((a) => (/^-\d+$/.test(a) ? `-n${a.slice(1)}` : a)),
      "nc",
    );
    const n = typeof flags.n === "string" ? Number(flags.n) : 10;
    return {
      state: {
        n,
        left: n,
        c: typeof flags.c === "string" ? sizeText(flags.c) : -1,
        many: rest.length > 1 && !flags.q,
        first: true,
      },
      files: orStdin(rest),
    };
  },
  file: (state: State, name, io) => {
    if (state.many) io.out(`${state.first ? "" : "\n"}==> ${name} <==\n`);
    return { ...state, left: state.n, first: false };
  },
  line: (state: State, line, eol, io) => {
    if (state.c >= 0) {
      const text = (line + eol).slice(0, state.c);
      io.out(text);
      const c = state.c - text.length;
      return c <= 0 ? done(0) : { ...state, c };
    }
    if (state.left <= 0) return state.many ? state : done(0);
    io.out(line + eol);
    const left = state.left - 1;
    return left <= 0 && !state.many ? done(0) : { ...state, left };
  },
  end: () => 0,
};

/** `tail` without following; keeps the last lines only. */
export const tail: Filter = {
  open: (args) => {
    const { flags, rest } = options(
      args.map((a) => (/^[-+]\d+$/.test(a) ? `-n${a.replace("-", "")}` : a)),
      "ncs",
    );
    const n = String(flags.n ?? "10");
    return {
      state: {
        from: n.startsWith("+") ? Number(n.slice(1)) : 0,
        n: Number(n.replace(/^[-+]/, "")),
        c: typeof flags.c === "string" ? Number(flags.c) : -1,
        seen: 0,
        lines: [],
        many: rest.length > 1 && !flags.q,
        first: true,
      },
      files: orStdin(rest),
    };
  },
  file: (state: State, name, io) => {
    if (state.many) io.out(`${state.first ? "" : "\n"}==> ${name} <==\n`);
    return { ...state, seen: 0, lines: [], first: false };
  },
  line: (state: State, line, eol, io) => {
    const seen = state.seen + 1;
    if (state.from > 0) {
      if (seen >= state.from) io.out(line + eol);
      return { ...state, seen };
    }
    const lines = [...state.lines, line + eol];
    return { ...state, seen, lines: state.c >= 0 ? lines : lines.slice(-state.n || lines.length) };
  },
  fileEnd: (state: State, _name, io) => {
    if (state.from > 0 || (state.n === 0 && state.c < 0)) return state;
    const text = state.lines.join("");
    io.out(state.c >= 0 ? text.slice(-state.c) : text);
    return { ...state, lines: [] };
  },
  end: () => 0,
};

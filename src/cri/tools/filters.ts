/** Filters: tools that read lines from files or standard input. */
import { byteLength } from "../../sim/bytes.ts";
import type { Json } from "../../sim/types.ts";
import { awk } from "./awk.ts";
import { checksums } from "./checksums.ts";
import { cut, tr } from "./columns.ts";
import { type Filter, options, type State, type ToolIo } from "./contract.ts";
import { dumps } from "./dumps.ts";
import { grepN } from "./grep.ts";
import { head, tail } from "./head-tail.ts";
import { sed } from "./sed.ts";
import { collector, orStdin, print, sort, uniq } from "./sorting.ts";

const same = (state: Json): Json => state;

const cat: Filter = {
  raw: true,
  open: (args) => {
    const { flags, rest } = options(args, "");
    return { state: { n: flags.n ? 1 : 0, start: true }, files: orStdin(rest) };
  },
  line: (state: State, text, _eol, io) => {
    if (!state.n) {
      io.out(text);
      return state;
    }
    let { n } = state;
    io.out(
      text
        .split(/(?<=\n)/)
        .map((l: string) => `${String(n++).padStart(6)}\t${l}`)
        .join(""),
    );
    return { ...state, n };
  },
  end: () => 0,
};

/** Bytes of a file: what was written as zeros is counted, not kept. */
function sizeOf(io: ToolIo, path: string, otherwise: number): number {
  const found = io.host.fs.read(path);
  return found.ok ? found.value.size : otherwise;
}

function sizeOfInput(io: ToolIo): number {
  const input = io.host.proc.fds[0];
  return input?.k === "file" ? sizeOf(io, input.path, 0) : 0;
}

const wc: Filter = {
  raw: true,
  open: (args) => {
    const { flags, rest } = options(args, "");
    const any = flags.l || flags.w || flags.c || flags.m;
    return {
      state: {
        l: flags.l === true || !any,
        w: flags.w === true || !any,
        c: flags.c === true || flags.m === true || !any,
        n: [0, 0, 0],
        sum: [0, 0, 0],
        files: rest.length,
      },
      files: orStdin(rest),
    };
  },
  file: (state: State) => ({ ...state, n: [0, 0, 0] }),
  line: (state: State, text) => ({
    ...state,
    n: [
      state.n[0] + text.split("\n").length - 1,
      state.n[1] + text.split(/\s+/).filter(Boolean).length,
      state.n[2] + byteLength(text),
    ],
  }),
  fileEnd: (state: State, name, io) => {
    const size =
      name === "-" ? Math.max(state.n[2], sizeOfInput(io)) : sizeOf(io, io.host.path(name), state.n[2]);
    const n = [state.n[0], state.n[1], size];
    show(io, state, n, name);
    return { ...state, sum: state.sum.map((v: number, i: number) => v + n[i]!) };
  },
  end: (state: State, io) => {
    if (state.files > 1) show(io, state, state.sum, "total");
    return 0;
  },
};

function show(io: ToolIo, state: State, n: readonly number[], name: string): void {
  const wanted = [state.l, state.w, state.c].flatMap((on, i) => (on ? [n[i]!] : []));
  const alone = wanted.length === 1;
  const columns = wanted.map((v) =>
    alone ? String(v) : io.host.flavor === "busybox" ? String(v).padStart(9) : String(v).padStart(7),
  );
  io.out(
    `${columns.join(alone ? "" : io.host.flavor === "busybox" ? " " : " ")}${name === "-" ? "" : ` ${name}`}\n`,
  );
}

const tee: Filter = {
  raw: true,
  open: (args, io) => {
    const { flags, rest } = options(args, "");
    for (const f of rest) if (!flags.a) io.host.open(f, "w");
    return { state: { files: rest }, files: ["-"] };
  },
  line: (state: State, text, _eol, io) => {
    for (const f of state.files) {
      const opened = io.host.open(f, "a");
      if (opened.ok && opened.fd.k === "file") io.host.fs.append(opened.fd.path, text);
      else if (opened.ok) {
        const { fds } = io.host.proc;
        io.host.setFds({ ...fds, 9: opened.fd });
        io.host.write(9, text);
        io.host.setFds(fds);
      }
    }
    io.out(text);
    return state;
  },
  end: () => 0,
};

const perLine = (
  map: (line: string, flags: Record<string, string | true>) => string,
  valued = "",
): Filter => ({
  open: (args) => {
    const { flags, rest } = options(args, valued);
    return { state: flags as never, files: orStdin(rest) };
  },
  line: (state: State, line, _eol, io) => {
    io.out(`${map(line, state)}\n`);
    return same(state);
  },
  end: () => 0,
});

export const filters: Readonly<Record<string, Filter>> = {
  cat,
  head,
  tail,
  grep: grepN,
  egrep: grepN,
  fgrep: grepN,
  cut,
  tr,
  sort,
  uniq,
  wc,
  tee,
  sed,
  awk,
  gawk: awk,
  mawk: awk,
  rev: perLine((l) => [...l].reverse().join("")),
  nl: {
    ...perLine((l) => l),
    open: (args) => ({ state: { n: 1 }, files: orStdin(options(args, "bw").rest) }),
    line: (state: State, line, _e, io) => {
      io.out(line === "" ? "       \n" : `${String(state.n).padStart(6)}\t${line}\n`);
      return { n: line === "" ? state.n : state.n + 1 };
    },
  },
  tac: collector("", (lines, _f, io) => print(io, lines.reverse())),
  shuf: collector("n", (lines, flags, io) => {
    const out = lines
      .map((l) => ({ l, r: io.host.random() }))
      .sort((a, b) => a.r - b.r)
      .map((x) => x.l);
    return print(io, typeof flags.n === "string" ? out.slice(0, Number(flags.n)) : out);
  }),
  paste: collector("d", (lines, flags, io) =>
    print(io, flags.s ? [lines.join(typeof flags.d === "string" ? flags.d : "\t")] : lines),
  ),
  fold: perLine((l, f) => (l.match(new RegExp(`.{1,${Number(f.w ?? 80)}}`, "g")) ?? [""]).join("\n"), "w"),
  expand: perLine((l) => l.replace(/\t/g, "        ")),
  column: perLine((l) => l),
  less: cat,
  more: cat,
  ...checksums,
  ...dumps,
  od: {
    raw: true,
    open: (args) => ({
      state: { text: "", c: args.some((a) => /^-\w*c/.test(a)) },
      files: orStdin(options(args, "AtNj").rest),
    }),
    line: (state: State, text) => ({ ...state, text: state.text + text }),
    end: (state: State, io) => {
      for (let i = 0; i < state.text.length; i += 16) {
        const part = state.text.slice(i, i + 16);
        const cells = [...part].map((c: string) =>
          state.c
            ? c === "\n"
              ? "  \\n"
              : c === "\t"
                ? "  \\t"
                : c.padStart(4)
            : ` ${c.charCodeAt(0).toString(8).padStart(3, "0")}`,
        );
        io.out(`${i.toString(8).padStart(7, "0")}${cells.join("")}\n`);
      }
      io.out(`${state.text.length.toString(8).padStart(7, "0")}\n`);
      return 0;
    },
  },
};

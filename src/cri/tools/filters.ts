/** Filters: tools that read lines from files or standard input. */

import { byteLength } from "../../node/fs.ts";
import { hashHex } from "../../sim/random.ts";
import type { Json } from "../../sim/types.ts";
import { awk } from "./awk.ts";
import { done, type Filter, options, type ToolIo } from "./contract.ts";
import { sed } from "./sed.ts";

// biome-ignore lint/suspicious/noExplicitAny: each filter narrows its own state
type S = any;
const orStdin = (files: readonly string[]): readonly string[] => (files.length > 0 ? files : ["-"]);
const same = (state: Json): Json => state;

const cat: Filter = {
  raw: true,
  open: (args) => {
    const { flags, rest } = options(args, "");
    return { state: { n: flags.n ? 1 : 0, start: true }, files: orStdin(rest) };
  },
  line: (state: S, text, _eol, io) => {
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

const head: Filter = {
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
        c: typeof flags.c === "string" ? Number(flags.c) : -1,
        many: rest.length > 1 && !flags.q,
        first: true,
      },
      files: orStdin(rest),
    };
  },
  file: (state: S, name, io) => {
    if (state.many) io.out(`${state.first ? "" : "\n"}==> ${name} <==\n`);
    return { ...state, left: state.n, first: false };
  },
  line: (state: S, line, eol, io) => {
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
const tail: Filter = {
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
  file: (state: S, name, io) => {
    if (state.many) io.out(`${state.first ? "" : "\n"}==> ${name} <==\n`);
    return { ...state, seen: 0, lines: [], first: false };
  },
  line: (state: S, line, eol, io) => {
    const seen = state.seen + 1;
    if (state.from > 0) {
      if (seen >= state.from) io.out(line + eol);
      return { ...state, seen };
    }
    const lines = [...state.lines, line + eol];
    return { ...state, seen, lines: state.c >= 0 ? lines : lines.slice(-state.n || lines.length) };
  },
  fileEnd: (state: S, _name, io) => {
    if (state.from > 0 || (state.n === 0 && state.c < 0)) return state;
    const text = state.lines.join("");
    io.out(state.c >= 0 ? text.slice(-state.c) : text);
    return { ...state, lines: [] };
  },
  end: () => 0,
};

/** POSIX regular expression as JavaScript's. */
export function regex(source: string, extended: boolean, flags = ""): RegExp {
  let text = source
    .replace(/\[\[:(\w+):\]\]/g, "[[:$1:]]")
    .replace(
      /\[:(alpha|digit|alnum|upper|lower|space|punct|blank|xdigit):\]/g,
      (_, c: string) =>
        ({
          alpha: "a-zA-Z",
          digit: "0-9",
          alnum: "a-zA-Z0-9",
          upper: "A-Z",
          lower: "a-z",
          space: "\\s",
          punct: "!-\\/:-@\\[-`{-~",
          blank: " \\t",
          xdigit: "0-9a-fA-F",
        })[c] ?? "",
    );
  if (!extended) text = text.replace(/\\?[(){}+?|]/g, (m) => (m.length === 2 ? m[1]! : `\\${m}`));
  text = text.replace(/\\</g, "\\b").replace(/\\>/g, "\\b");
  try {
    return new RegExp(text, flags);
  } catch {
    return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), flags);
  }
}

const grep: Filter = {
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
  file: (state: S) => ({ ...state, n: 0, count: 0, after: 0 }),
  line: (state: S, line, _eol, io, file) => {
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
  fileEnd: (state: S, name, io) => {
    if (state.c) io.out(`${state.many ? `${name}:` : ""}${state.count}\n`);
    return state;
  },
  end: (state: S) => (state.hit ? 0 : 1),
};
const grepOpen = grep.open;
const grepN: Filter = {
  ...grep,
  // `n` counts lines; the flag of that name is kept beside it.
  open: (args, io) => {
    const opened = grepOpen(args, io);
    if (typeof opened === "number") return opened;
    const number = options(args, "efmABC").flags.n === true;
    return { ...opened, state: { ...(opened.state as object), n: 0, number } as Json };
  },
};

const cut: Filter = {
  open: (args) => {
    const { flags, rest } = options(args, "dfcb");
    return {
      state: {
        d: typeof flags.d === "string" ? flags.d : "\t",
        f: String(flags.f ?? ""),
        c: String(flags.c ?? flags.b ?? ""),
        s: flags.s === true,
      },
      files: orStdin(rest),
    };
  },
  line: (state: S, line, _eol, io) => {
    const pick = (n: number, list: string): number[] => {
      const out = new Set<number>();
      for (const part of list.split(",")) {
        const m = /^(\d*)(-?)(\d*)$/.exec(part);
        if (!m) continue;
        const from = m[1] === "" ? 1 : Number(m[1]);
        const to = m[2] === "" ? from : m[3] === "" ? n : Number(m[3]);
        for (let i = from; i <= Math.min(to, n); i++) out.add(i);
      }
      return [...out].sort((a, b) => a - b);
    };
    if (state.c)
      io.out(
        `${pick(line.length, state.c)
          .map((i) => line[i - 1])
          .join("")}\n`,
      );
    else if (!line.includes(state.d)) {
      if (!state.s) io.out(`${line}\n`);
    } else {
      const parts = line.split(state.d);
      io.out(
        `${pick(parts.length, state.f)
          .map((i) => parts[i - 1])
          .join(state.d)}\n`,
      );
    }
    return state;
  },
  end: () => 0,
};

/** `a-z`, `[:upper:]`, escapes → characters. */
function charset(text: string): string {
  return text
    .replace(
      /\[:(\w+):\]/g,
      (_, c: string) =>
        ({
          upper: "A-Z",
          lower: "a-z",
          digit: "0-9",
          alpha: "A-Za-z",
          alnum: "A-Za-z0-9",
          space: " \t\n\r\f\v",
          punct: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
          blank: " \t",
        })[c] ?? "",
    )
    .replace(/\\([nrt\\])/g, (_, c: string) => ({ n: "\n", r: "\r", t: "\t", "\\": "\\" })[c] ?? c)
    .replace(/\\([0-7]{1,3})/g, (_, o: string) => String.fromCharCode(Number.parseInt(o, 8)))
    .replace(/([^])-([^])/g, (_, a: string, b: string) => {
      let out = "";
      for (let c = a.charCodeAt(0); c <= b.charCodeAt(0); c++) out += String.fromCharCode(c);
      return out;
    });
}

const tr: Filter = {
  raw: true,
  open: (args) => {
    const { flags, rest } = options(args, "");
    return {
      state: {
        d: flags.d === true,
        s: flags.s === true,
        c: flags.c === true || flags.C === true,
        from: charset(rest[0] ?? ""),
        to: charset(rest[1] ?? ""),
        last: "",
      },
      files: ["-"],
    };
  },
  line: (state: S, text, _eol, io) => {
    let out = "";
    let { last } = state;
    for (const c of text) {
      const i = state.from.indexOf(c);
      const hit = state.c ? i < 0 : i >= 0;
      let put = c;
      if (hit) {
        if (state.d) continue;
        if (state.to !== "") put = state.to[Math.min(state.c ? state.to.length - 1 : i, state.to.length - 1)];
        if (state.s && put === last) continue;
      }
      last = hit ? put : "";
      out += put;
    }
    io.out(out);
    return { ...state, last };
  },
  end: () => 0,
};

/** Collects all lines, then prints what `finish` makes of them. */
function collector(
  valued: string,
  finish: (lines: string[], flags: Record<string, string | true>, io: ToolIo) => number,
): Filter {
  return {
    open: (args) => {
      const { flags, rest } = options(args, valued);
      return { state: { flags, lines: [] } as never, files: orStdin(rest) };
    },
    line: (state: S, line) => ({ ...state, lines: [...state.lines, line] }),
    end: (state: S, io) => finish([...state.lines], state.flags, io),
  };
}

const print = (io: ToolIo, lines: readonly string[]): number => {
  if (lines.length > 0) io.out(`${lines.join("\n")}\n`);
  return 0;
};

const sort = collector("ktoS", (lines, flags, io) => {
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

const uniq = collector("fs", (lines, flags, io) => {
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
  file: (state: S) => ({ ...state, n: [0, 0, 0] }),
  line: (state: S, text) => ({
    ...state,
    n: [
      state.n[0] + text.split("\n").length - 1,
      state.n[1] + text.split(/\s+/).filter(Boolean).length,
      state.n[2] + byteLength(text),
    ],
  }),
  fileEnd: (state: S, name, io) => {
    const size =
      name === "-"
        ? state.n[2]
        : (() => {
            const f = io.host.fs.read(io.host.path(name));
            return f.ok ? f.value.size : state.n[2];
          })();
    const n = [state.n[0], state.n[1], size];
    show(io, state, n, name);
    return { ...state, sum: state.sum.map((v: number, i: number) => v + n[i]!) };
  },
  end: (state: S, io) => {
    if (state.files > 1) show(io, state, state.sum, "total");
    return 0;
  },
};

function show(io: ToolIo, state: S, n: readonly number[], name: string): void {
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
  line: (state: S, text, _eol, io) => {
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
  line: (state: S, line, _eol, io) => {
    io.out(`${map(line, state)}\n`);
    return same(state);
  },
  end: () => 0,
});

/** Checksums are made up: the same content gives the same digits. */
const checksum = (digits: number): Filter => ({
  raw: true,
  open: (args) => ({ state: { text: "" }, files: orStdin(options(args, "").rest) }),
  file: () => ({ text: "" }),
  line: (state: S, text) => ({ text: state.text + text }),
  fileEnd: (state: S, name, io) => {
    io.out(`${hashHex(digits, "sum", state.text, 0, digits)}  ${name}\n`);
    return state;
  },
  end: () => 0,
});

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
export function base64Encode(text: string): string {
  const bytes = utf8(text);
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out +=
      ALPHABET[n >> 18]! +
      ALPHABET[(n >> 12) & 63] +
      (i + 1 < bytes.length ? ALPHABET[(n >> 6) & 63] : "=") +
      (i + 2 < bytes.length ? ALPHABET[n & 63] : "=");
  }
  return out;
}

function utf8(text: string): number[] {
  const out: number[] = [];
  for (const c of text) {
    const n = c.codePointAt(0)!;
    if (n < 0x80) out.push(n);
    else if (n < 0x800) out.push(0xc0 | (n >> 6), 0x80 | (n & 63));
    else if (n < 0x10000) out.push(0xe0 | (n >> 12), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63));
    else out.push(0xf0 | (n >> 18), 0x80 | ((n >> 12) & 63), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63));
  }
  return out;
}

export function base64Decode(text: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let n = 0;
  for (const c of text) {
    const v = ALPHABET.indexOf(c);
    if (v < 0) continue;
    n = ((n << 6) | v) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((n >> bits) & 255);
    }
  }
  return decodeURIComponent(bytes.map((b) => `%${b.toString(16).padStart(2, "0")}`).join(""));
}

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
    line: (state: S, line, _e, io) => {
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
  md5sum: checksum(32),
  sha1sum: checksum(40),
  sha256sum: checksum(64),
  sha512sum: checksum(128),
  cksum: checksum(10),
  base64: {
    raw: true,
    open: (args) => {
      const { flags, rest } = options(args, "w");
      return {
        state: {
          d: flags.d === true || flags.decode === true,
          w: typeof flags.w === "string" ? Number(flags.w) : 76,
          text: "",
        },
        files: orStdin(rest),
      };
    },
    line: (state: S, text) => ({ ...state, text: state.text + text }),
    end: (state: S, io) => {
      if (state.d) io.out(base64Decode(state.text));
      else {
        const whole = base64Encode(state.text);
        io.out(`${state.w > 0 ? whole.replace(new RegExp(`(.{${state.w}})(?=.)`, "g"), "$1\n") : whole}\n`);
      }
      return 0;
    },
  },
  od: {
    raw: true,
    open: (args) => ({
      state: { text: "", c: args.some((a) => /^-\w*c/.test(a)) },
      files: orStdin(options(args, "AtNj").rest),
    }),
    line: (state: S, text) => ({ ...state, text: state.text + text }),
    end: (state: S, io) => {
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

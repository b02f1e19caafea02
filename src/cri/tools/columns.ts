/** cut and tr. */
import { type Filter, options, type State } from "./contract.ts";
import { orStdin } from "./sorting.ts";

export const cut: Filter = {
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
  line: (state: State, line, _eol, io) => {
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
    .replace(/([\s\S])-([\s\S])/g, (_, a: string, b: string) => {
      let out = "";
      for (let c = a.charCodeAt(0); c <= b.charCodeAt(0); c++) out += String.fromCharCode(c);
      return out;
    });
}

export const tr: Filter = {
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
  line: (state: State, text, _eol, io) => {
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

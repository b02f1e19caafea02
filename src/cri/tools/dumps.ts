/** hexdump, hd and xxd. */
import { utf8Bytes } from "../../sim/bytes.ts";
import { type Filter, options, type State } from "./contract.ts";

const hex = (n: number, width: number): string => n.toString(16).padStart(width, "0");
const shown = (bytes: readonly number[]): string =>
  bytes.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : ".")).join("");

type Line = (bytes: readonly number[], at: number) => string;

/** `-C`: the canonical form. */
const canonical: Line = (bytes, at) => {
  const cells = Array.from({ length: 16 }, (_, i) => (i < bytes.length ? hex(bytes[i] ?? 0, 2) : "  "));
  return `${hex(at, 8)}  ${cells.slice(0, 8).join(" ")}  ${cells.slice(8).join(" ")}  |${shown(bytes)}|`;
};

const words: Line = (bytes, at) => {
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) out.push(hex((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8), 4));
  return `${hex(at, 7)} ${out.join(" ")}`;
};

const xxdLine: Line = (bytes, at) => {
  let out = "";
  for (let i = 0; i < 16; i += 2)
    out += ` ${i < bytes.length ? hex(bytes[i] ?? 0, 2) : "  "}${i + 1 < bytes.length ? hex(bytes[i + 1] ?? 0, 2) : "  "}`;
  return `${hex(at, 8)}:${out}  ${shown(bytes)}`;
};

const dump = (lineOf: (args: readonly string[]) => "canonical" | "words" | "xxd"): Filter => ({
  raw: true,
  open: (args) => {
    const { rest, flags } = options(args, "nsevl");
    const most = Number(flags["n"] ?? flags["l"] ?? Number.POSITIVE_INFINITY);
    return {
      state: { text: "", line: lineOf(args), most: String(most) },
      files: rest.length > 0 ? rest : ["-"],
    };
  },
  line: (state: State, text) => ({ ...state, text: state.text + text }),
  end: (state: State, io) => {
    const bytes = [...utf8Bytes(state.text)].slice(0, Number(state.most));
    const line = { canonical, words, xxd: xxdLine }[state.line as "canonical"];
    for (let i = 0; i < bytes.length; i += 16) io.out(`${line(bytes.slice(i, i + 16), i)}\n`);
    if (state.line !== "xxd" && bytes.length > 0)
      io.out(`${hex(bytes.length, state.line === "canonical" ? 8 : 7)}\n`);
    return 0;
  },
});

export const dumps: Readonly<Record<string, Filter>> = {
  hexdump: dump((args) => (args.some((a) => /^-\w*C/.test(a)) ? "canonical" : "words")),
  hd: dump(() => "canonical"),
  xxd: dump(() => "xxd"),
};

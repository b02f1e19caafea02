/** cmp, diff, comm. */
import type { Errno } from "../../node/fs.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";
import { why } from "./listing.ts";

function contentOf(io: ToolIo, name: string): { ok: true; text: string } | { ok: false; errno: Errno } {
  if (name === "-") {
    const text = io.host.read(0);
    return { ok: true, text: text ?? "" };
  }
  const opened = io.host.open(name, "r");
  if (!opened.ok) return opened;
  if (opened.fd.k !== "file") return { ok: true, text: "" };
  const found = io.host.fs.read(opened.fd.path);
  return found.ok ? { ok: true, text: found.value.content } : found;
}

/** Both files, or the exit code where one cannot be read. */
function both(io: ToolIo, names: readonly string[], trouble: number): [string, string] | number {
  const texts: string[] = [];
  for (const name of [names[0] ?? "-", names[1] ?? "-"]) {
    const read = contentOf(io, name);
    if (!read.ok) {
      io.err(
        io.host.flavor === "gnu"
          ? `${io.name}: ${name}: ${why(io, read.errno)}\n`
          : `${io.name}: can't ${io.name === "diff" ? "stat" : "open"} '${name}': ${why(io, read.errno)}\n`,
      );
      return trouble;
    }
    texts.push(read.text);
  }
  return texts as [string, string];
}

const cmp: Tool = (args, io) => {
  const { flags, rest } = options(args, "n");
  const texts = both(io, rest, 2);
  if (typeof texts === "number") return texts;
  const [a, b] = texts;
  if (a === b) return 0;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  if (flags.s) return 1;
  if (at === a.length || at === b.length)
    io.err(`cmp: EOF on ${at === a.length ? (rest[0] ?? "-") : (rest[1] ?? "-")}\n`);
  else {
    const line = a.slice(0, at).split("\n").length;
    io.out(
      `${rest[0] ?? "-"} ${rest[1] ?? "-"} differ: ${io.host.flavor === "gnu" ? "byte" : "char"} ${at + 1}, line ${line}\n`,
    );
  }
  return 1;
};

const linesOf = (text: string): string[] => {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
};

/** One hunk: what lies between the common beginning and the common end. */
const diff: Tool = (args, io) => {
  const { flags, rest } = options(args, "ULS");
  const texts = both(io, rest, 2);
  if (typeof texts === "number") return texts;
  const [a, b] = texts;
  if (a === b) return 0;
  const [left, right] = [rest[0] ?? "-", rest[1] ?? "-"];
  if (flags.q) {
    io.out(`Files ${left} and ${right} differ\n`);
    return 1;
  }
  const [x, y] = [linesOf(a), linesOf(b)];
  let from = 0;
  while (from < x.length && from < y.length && x[from] === y[from]) from++;
  let tail = 0;
  while (
    tail < x.length - from &&
    tail < y.length - from &&
    x[x.length - 1 - tail] === y[y.length - 1 - tail]
  )
    tail++;
  const gone = x.slice(from, x.length - tail);
  const come = y.slice(from, y.length - tail);
  if (io.host.flavor === "gnu" && !flags.u) {
    const span = (n: number): string =>
      n > 1 ? `${from + 1},${from + n}` : String(n === 0 ? from : from + 1);
    const letter = gone.length === 0 ? "a" : come.length === 0 ? "d" : "c";
    io.out(
      `${span(gone.length)}${letter}${span(come.length)}\n${gone.map((l) => `< ${l}\n`).join("")}${letter === "c" ? "---\n" : ""}${come.map((l) => `> ${l}\n`).join("")}`,
    );
    return 1;
  }
  const before = x.slice(Math.max(0, from - 3), from);
  const after = x.slice(x.length - tail, Math.min(x.length, x.length - tail + 3));
  const start = from - before.length + 1;
  const count = (n: number): string => {
    const size = before.length + n + after.length;
    return size === 1 ? String(start) : `${size === 0 ? start - 1 : start},${size}`;
  };
  io.out(
    `--- ${left}\n+++ ${right}\n@@ -${count(gone.length)} +${count(come.length)} @@\n${[
      ...before.map((l) => ` ${l}`),
      ...gone.map((l) => `-${l}`),
      ...come.map((l) => `+${l}`),
      ...after.map((l) => ` ${l}`),
    ].join("\n")}\n`,
  );
  return 1;
};

const comm: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const texts = both(io, rest, 1);
  if (typeof texts === "number") return texts;
  const [x, y] = [linesOf(texts[0]), linesOf(texts[1])];
  const show = (column: 1 | 2 | 3, line: string): void => {
    if (flags[String(column)]) return;
    const tabs = (column > 1 && !flags["1"] ? 1 : 0) + (column > 2 && !flags["2"] ? 1 : 0);
    io.out(`${"\t".repeat(tabs)}${line}\n`);
  };
  let [i, k] = [0, 0];
  while (i < x.length || k < y.length) {
    const [l, r] = [x[i], y[k]];
    if (l !== undefined && (r === undefined || l < r)) {
      show(1, l);
      i++;
    } else if (r !== undefined && (l === undefined || r < l)) {
      show(2, r);
      k++;
    } else {
      show(3, l!);
      i++;
      k++;
    }
  }
  return 0;
};

export const comparing: Readonly<Record<string, Tool>> = { cmp, diff, comm };

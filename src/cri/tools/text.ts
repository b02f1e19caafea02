/** echo and printf. */
import type { Tool } from "./contract.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  e: "\x1b",
  "\\": "\\",
};

/** Backslash escapes of echo -e and printf; `stop` is true after `\c`. */
export function unescaped(text: string, octalNeedsZero = true): { text: string; stop: boolean } {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\" || i + 1 >= text.length) {
      out += text[i];
      continue;
    }
    const c = text[++i]!;
    if (c === "c") return { text: out, stop: true };
    const octal = (octalNeedsZero ? /^0([0-7]{0,3})/ : /^0?([0-7]{1,3})/).exec(text.slice(i));
    const hex = c === "x" ? /^x([\da-fA-F]{1,2})/.exec(text.slice(i)) : null;
    if (octal && /[0-7]/.test(c)) {
      out += String.fromCharCode(Number.parseInt(octal[1] || "0", 8));
      i += octal[0].length - 1;
    } else if (hex) {
      out += String.fromCharCode(Number.parseInt(hex[1]!, 16));
      i += hex[0].length - 1;
    } else out += ESCAPES[c] ?? `\\${c}`;
  }
  return { text: out, stop: false };
}

export const echo: Tool = (given, io) => {
  let args = given;
  let newline = true;
  let escapes = io.host.shell === "dash";
  while (args.length > 0 && /^-[neE]+$/.test(args[0]!) && (io.host.shell !== "dash" || args[0] === "-n")) {
    for (const c of args[0]!.slice(1)) {
      if (c === "n") newline = false;
      else escapes = c === "e";
    }
    args = args.slice(1);
  }
  const joined = args.join(" ");
  const done = escapes ? unescaped(joined) : { text: joined, stop: false };
  io.out(done.text + (newline && !done.stop ? "\n" : ""));
  return 0;
};

export const printf: Tool = (args, io) => {
  const format = args[0];
  if (format === undefined) {
    io.err(`${io.name}: usage: printf format [arguments]\n`);
    return 2;
  }
  const rest = args.slice(1);
  let status = 0;
  let out = "";
  do {
    const before = rest.length;
    const pattern =
      /%(%|([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([diouxXcsbeEfgGq]))|\\(?:[abefnrtv\\"']|0?[0-7]{1,3}|x[\da-fA-F]{1,2}|c)|[\s\S]/g;
    for (let m = pattern.exec(format); m; m = pattern.exec(format)) {
      const whole = m[0];
      if (whole === "%%") out += "%";
      else if (m[5] !== undefined) {
        const width = m[3] === "*" ? Number(rest.shift() ?? 0) : Number(m[3] ?? 0);
        const precision =
          m[4] === undefined ? undefined : m[4] === "*" ? Number(rest.shift() ?? 0) : Number(m[4]);
        const arg = rest.shift();
        const piece = formatOne(m[5], m[2] ?? "", precision, arg ?? "", (bad) => {
          io.err(
            `${io.name === "printf" && io.host.shell === "ash" ? "sh: " : `${io.name}: `}${bad}: invalid number\n`,
          );
          status = 1;
        });
        const left = m[2]?.includes("-");
        const zero = m[2]?.includes("0") && !left && /[diouxXeEfgG]/.test(m[5]);
        out += left
          ? piece.padEnd(width)
          : zero
            ? piece.startsWith("-")
              ? `-${piece.slice(1).padStart(width - 1, "0")}`
              : piece.padStart(width, "0")
            : piece.padStart(width);
      } else if (whole.startsWith("\\") && whole.length > 1) {
        const e = unescaped(whole, false);
        out += whole === '\\"' || whole === "\\'" ? whole[1] : e.text;
        if (e.stop) {
          io.out(out);
          return status;
        }
      } else out += whole;
    }
    if (rest.length === before) break;
  } while (rest.length > 0);
  io.out(out);
  return status;
};

function formatOne(
  kind: string,
  flags: string,
  precision: number | undefined,
  arg: string,
  bad: (text: string) => void,
): string {
  switch (kind) {
    case "s":
      return precision === undefined ? arg : arg.slice(0, precision);
    case "q":
      return `'${arg}'`;
    case "b":
      return unescaped(arg).text;
    case "c":
      return arg.slice(0, 1);
  }
  let n: number;
  if (/^['"]/.test(arg)) n = arg.charCodeAt(1);
  else if (/^0[0-7]+$/.test(arg)) n = Number.parseInt(arg, 8);
  else n = arg === "" ? 0 : Number(arg);
  if (Number.isNaN(n)) {
    bad(arg);
    n = Number.parseFloat(arg) || 0;
  }
  switch (kind) {
    case "d":
    case "i":
    case "u": {
      const t = String(Math.abs(Math.trunc(n))).padStart(precision ?? 0, "0");
      return (n < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + t;
    }
    case "o":
      return Math.trunc(n).toString(8);
    case "x":
      return (flags.includes("#") ? "0x" : "") + Math.trunc(n).toString(16);
    case "X":
      return Math.trunc(n).toString(16).toUpperCase();
    case "e":
    case "E":
      return n.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, "e$10$2");
    case "g":
    case "G":
      return String(Number(n.toPrecision(precision || 6)));
    default:
      return n.toFixed(precision ?? 6);
  }
}

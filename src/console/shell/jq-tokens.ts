/** The words of a `jq` filter. */
import type { Jq } from "./jq-parse.ts";

export class JqSyntax extends Error {}

export interface Token {
  readonly k: "op" | "num" | "str" | "field" | "name" | "var" | "format";
  readonly text: string;
  readonly parts?: readonly (string | Jq)[];
}

const OPERATORS = [
  "?//",
  "//=",
  "|=",
  "+=",
  "-=",
  "*=",
  "/=",
  "==",
  "!=",
  "<=",
  ">=",
  "//",
  "..",
  "|",
  ",",
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  ">",
  "=",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ":",
  ";",
  ".",
  "?",
];
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  "/": "/",
  "\\": "\\",
  '"': '"',
};

/** Reads a string from behind its quote; returns its parts and where it ends. */
function readString(
  text: string,
  from: number,
  parse: (text: string) => Jq,
): { parts: (string | Jq)[]; end: number } {
  const parts: (string | Jq)[] = [];
  let plain = "";
  let i = from;
  for (; text[i] !== '"'; i++) {
    if (i >= text.length) throw new JqSyntax("unterminated string");
    if (text[i] !== "\\") {
      plain += text[i];
      continue;
    }
    const c = text[++i] ?? "";
    if (c === "(") {
      let depth = 1;
      const begin = i + 1;
      for (i++; depth > 0; i++) {
        if (i >= text.length) throw new JqSyntax("unterminated interpolation");
        if (text[i] === "(") depth++;
        else if (text[i] === ")") depth--;
      }
      i--;
      parts.push(plain, parse(text.slice(begin, i)));
      plain = "";
    } else if (c === "u") {
      plain += String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 5), 16));
      i += 4;
    } else plain += ESCAPES[c] ?? c;
  }
  return { parts: [...parts, plain], end: i + 1 };
}

/** The words of a filter; `parse` reads what stands between `\\(` and `)` in a string. */
export function tokens(text: string, parse: (text: string) => Jq): Token[] {
  const out: Token[] = [];
  let i = 0;
  while (i < text.length) {
    const rest = text.slice(i);
    const blank = /^(\s+|#[^\n]*)/.exec(rest);
    const match =
      blank ??
      /^\.[A-Za-z_]\w*/.exec(rest) ??
      /^\$\w+/.exec(rest) ??
      /^@\w+/.exec(rest) ??
      /^[A-Za-z_]\w*/.exec(rest) ??
      /^\d+(\.\d+)?([eE][-+]?\d+)?/.exec(rest);
    if (match) {
      const [word] = match;
      i += word.length;
      if (blank) continue;
      const first = word[0] ?? "";
      if (first === ".") out.push({ k: "field", text: word.slice(1) });
      else if (first === "$") out.push({ k: "var", text: word.slice(1) });
      else if (first === "@") out.push({ k: "format", text: word });
      else out.push({ k: /\d/.test(first) ? "num" : "name", text: word });
      continue;
    }
    if (rest[0] === '"') {
      const { parts, end } = readString(text, i + 1, parse);
      out.push({ k: "str", text: "", parts });
      i = end;
      continue;
    }
    const op = OPERATORS.find((o) => rest.startsWith(o));
    if (!op) throw new JqSyntax(`syntax error, unexpected INVALID_CHARACTER '${rest[0]}'`);
    out.push({ k: "op", text: op });
    i += op.length;
  }
  return out;
}

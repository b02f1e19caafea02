/** What becomes of an expanded word: field splitting, pathname patterns. */
import type { FsView } from "../../node/view.ts";

/**
 * Pieces of a word: text and how it came about. 0 = plain text of the script (may hold patterns, is not split),
 * 1 = quoted, 2 = result of an unquoted expansion (split, may hold patterns), 3 = break between fields ("$@").
 */
export type Frag = readonly [text: string, kind: 0 | 1 | 2 | 3];

/** Escapes what a pattern would read as special. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}

/** The word as one string: no splitting, no patterns. */
export function joined(frags: readonly Frag[]): string {
  let out = "";
  for (const [text, kind] of frags) out += kind === 3 ? " " : text;
  return out;
}

/** The word as a pattern: quoted pieces match themselves. */
export function asPattern(frags: readonly Frag[]): string {
  let out = "";
  for (const [text, kind] of frags) out += kind === 1 ? escapePattern(text) : kind === 3 ? " " : text;
  return out;
}

/** Fields of a word, by IFS, with pathname expansion. */
export function fields(
  frags: readonly Frag[],
  ifs: string,
  glob: ((pattern: string) => readonly string[]) | null,
): string[] {
  const out: string[] = [];
  let text = "";
  let pattern = "";
  let special = false;
  let has = false;
  const push = (): void => {
    if (!has) return;
    const found = special && glob ? glob(pattern) : [];
    if (found.length > 0) out.push(...found);
    else out.push(text);
    text = "";
    pattern = "";
    special = false;
    has = false;
  };
  const white = ifs.replace(/[^ \t\n]/g, "");
  for (const [piece, kind] of frags) {
    if (kind === 1) {
      text += piece;
      pattern += escapePattern(piece);
      has = true;
    } else if (kind === 0) {
      text += piece;
      pattern += piece;
      if (/[*?[]/.test(piece)) special = true;
      has = true;
    } else if (kind === 3) {
      push();
    } else {
      for (let i = 0; i < piece.length; i++) {
        const c = piece[i]!;
        if (white.includes(c)) push();
        else if (ifs.includes(c)) {
          has = true;
          push();
        } else {
          text += c;
          pattern += c;
          if (c === "*" || c === "?" || c === "[") special = true;
          has = true;
        }
      }
    }
  }
  push();
  return out;
}

const regexes = new Map<string, RegExp>();

/** A shell pattern as a regular expression; `*` crosses slashes only where `slashes` says so. */
export function patternRegex(pattern: string, slashes = true): RegExp {
  const key = `${slashes ? 1 : 0}${pattern}`;
  const known = regexes.get(key);
  if (known) return known;
  const any = slashes ? "[^]" : "[^/]";
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === "\\" && i + 1 < pattern.length) out += escapeRegex(pattern[++i]!);
    else if (c === "*") out += `${any}*`;
    else if (c === "?") out += any;
    else if (c === "[") {
      const close = pattern.indexOf("]", i + (/^\[[!^]?\]/.test(pattern.slice(i)) ? 3 : 1));
      if (close < 0) out += "\\[";
      else {
        let body = pattern.slice(i + 1, close);
        const not = /^[!^]/.test(body);
        if (not) body = body.slice(1);
        body = body
          .replace(/\[:(\w+):\]/g, (_, name: string) => CLASSES[name] ?? "")
          .replace(/\\(?![\]^\\-])/g, "\\\\")
          .replace(/\[/g, "\\[");
        out += `[${not ? "^" : ""}${body.startsWith("]") ? `\\${body}` : body}]`;
        i = close;
      }
    } else out += escapeRegex(c);
  }
  let made: RegExp;
  try {
    made = new RegExp(`^(?:${out})$`);
  } catch {
    made = new RegExp(`^${escapeRegex(pattern)}$`);
  }
  if (regexes.size > 500) regexes.clear();
  regexes.set(key, made);
  return made;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  punct: "!-\\/:-@\\[-`{-~",
  blank: " \\t",
  xdigit: "0-9A-Fa-f",
};

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

export function matches(pattern: string, text: string): boolean {
  return patternRegex(pattern).test(text);
}

/** `${x#p}`, `##`, `%`, `%%`. */
export function strip(value: string, pattern: string, op: string): string {
  const front = op[0] === "#";
  const longest = op.length === 2;
  const n = value.length;
  for (let i = 0; i <= n; i++) {
    const k = longest ? n - i : i;
    if (front && matches(pattern, value.slice(0, k))) return value.slice(k);
    if (!front && matches(pattern, value.slice(n - k))) return value.slice(0, n - k);
  }
  return value;
}

/** `${x/p/r}`, `//`, `/#`, `/%`. */
export function substitute(value: string, pattern: string, replacement: string, op: string): string {
  const source = patternRegex(pattern).source.slice(1, -1);
  const anchored = op === "/#" ? `^${source}` : op === "/%" ? `${source}$` : source;
  return value.replace(new RegExp(anchored, op === "//" ? "g" : ""), () => replacement);
}

/** Paths that match a pattern, sorted; hidden names only when asked for. */
export function expandPaths(fs: FsView, cwd: string, pattern: string): string[] {
  const rooted = pattern.startsWith("/");
  const parts = pattern.split("/").filter((p) => p !== "");
  let found = [rooted ? "/" : ""];
  for (const [i, part] of parts.entries()) {
    const next: string[] = [];
    const plain = !/[*?[]/.test(part.replace(/\\./g, ""));
    for (const base of found) {
      const dirPath = base === "" ? cwd : base.startsWith("/") ? base : `${cwd}/${base}`;
      const join = (name: string): string =>
        base === "" ? name : base === "/" ? `/${name}` : `${base}/${name}`;
      if (plain) {
        const name = part.replace(/\\(.)/g, "$1");
        if (fs.lookup(`${dirPath}/${name}`, i < parts.length - 1).ok) next.push(join(name));
        continue;
      }
      const names = fs.list(dirPath);
      if (!names.ok) continue;
      const regex = patternRegex(part, false);
      for (const name of names.value) {
        if (name.startsWith(".") && !part.startsWith(".")) continue;
        if (regex.test(name)) next.push(join(name));
      }
    }
    found = next;
  }
  return found.sort();
}

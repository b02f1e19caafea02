/** The line that is being typed: pure steps from what a terminal sends. */

export interface Line {
  readonly text: string;
  readonly cursor: number;
  /** Place in the history while one walks through it; null on the new line. */
  readonly past: number | null;
  /** The new line, kept while one walks. */
  readonly kept: string;
}

export const EMPTY: Line = { text: "", cursor: 0, past: null, kept: "" };

export const lineOf = (text: string): Line => ({ ...EMPTY, text, cursor: text.length });

const insert = (line: Line, text: string): Line => ({
  ...line,
  text: line.text.slice(0, line.cursor) + text + line.text.slice(line.cursor),
  cursor: line.cursor + text.length,
});

const recall = (line: Line, history: readonly string[], by: -1 | 1): Line => {
  const at = (line.past ?? history.length) + by;
  if (at < 0 || at > history.length) return line;
  const kept = line.past === null ? line.text : line.kept;
  if (at === history.length) return { ...lineOf(kept), kept };
  return { ...lineOf(history[at] ?? ""), past: at, kept };
};

const wordStart = ({ text, cursor }: Line): number => text.slice(0, cursor).replace(/\S+\s*$/, "").length;
const wordEnd = ({ text, cursor }: Line): number =>
  cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0);

const cut = (line: Line, from: number, to: number): Line => ({
  ...line,
  text: line.text.slice(0, from) + line.text.slice(to),
  cursor: from,
});

/** The line after a key; undefined when the key is none of a line's own. */
export function keyed(line: Line, key: string, history: readonly string[]): Line | undefined {
  const { text, cursor } = line;
  switch (key) {
    case "\u007f":
      return cursor > 0 ? cut(line, cursor - 1, cursor) : line;
    case "\u001b[3~":
    case "\u0004":
      return cut(line, cursor, cursor + 1);
    case "\u001b[D":
    case "\u0002":
      return { ...line, cursor: Math.max(0, cursor - 1) };
    case "\u001b[C":
    case "\u0006":
      return { ...line, cursor: Math.min(text.length, cursor + 1) };
    case "\u001b[H":
    case "\u0001":
      return { ...line, cursor: 0 };
    case "\u001b[F":
    case "\u0005":
      return { ...line, cursor: text.length };
    case "\u001b[1;5D":
    case "\u001bb":
      return { ...line, cursor: wordStart(line) };
    case "\u001b[1;5C":
    case "\u001bf":
      return { ...line, cursor: wordEnd(line) };
    case "\u0017":
      return cut(line, wordStart(line), cursor);
    case "\u0015":
      return cut(line, 0, cursor);
    case "\u000b":
      return cut(line, cursor, text.length);
    case "\u001b[A":
    case "\u0010":
      return recall(line, history, -1);
    case "\u001b[B":
    case "\u000e":
      return recall(line, history, 1);
  }
  if (/^[\u0000-\u0009\u000b-\u001f]/.test(key)) return undefined;
  return insert(line, key);
}

/** Columns that a text takes in a terminal: letters of East Asia take two. */
export function columnsOf(text: string): number {
  let n = 0;
  for (const c of text)
    n += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      c,
    )
      ? 2
      : 1;
  return n;
}

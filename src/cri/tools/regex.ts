/** Regular expressions of POSIX tools. */

/** POSIX regular expression as JavaScript's. */
export function regex(source: string, extended: boolean, flags = ""): RegExp {
  let text = source.replace(/\[\[:(\w+):\]\]/g, "[[:$1:]]").replace(
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

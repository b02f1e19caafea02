/** Shell patterns: `*`, `?`, `[…]`, with a backslash for the characters themselves. */

/** A pattern as a regular expression over the whole text. With `path`, no wildcard crosses a slash. */
export function globRegex(pattern: string, path = false): RegExp {
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? "";
    if (c === "*") out += path ? "[^/]*" : ".*";
    else if (c === "?") out += path ? "[^/]" : ".";
    else if (c === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) out += "\\[";
      else {
        out += `[${pattern
          .slice(i + 1, end)
          .replace(/^!/, "^")
          .replaceAll("\\", "\\\\")}]`;
        i = end;
      }
    } else if (c === "\\" && i + 1 < pattern.length) out += quote(pattern[++i] ?? "");
    else out += quote(c);
  }
  return new RegExp(`^${out}$`, "s");
}

const quote = (c: string): string => c.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Paths that fit a pattern, sorted. `list` gives the names in a directory, undefined where there is none. */
export function expandPaths(
  pattern: string,
  list: (dir: string) => readonly string[] | undefined,
  cwd: string,
): string[] {
  const absolute = pattern.startsWith("/");
  const parts = pattern.split("/").filter((p) => p !== "");
  let found: string[] = [absolute ? "/" : ""];
  for (const part of parts) {
    const wild = /[*?[]/.test(part);
    const next: string[] = [];
    for (const base of found) {
      const dir = absolute ? base : `${cwd}/${base}`;
      const names = list(dir.replace(/\/+/g, "/")) ?? [];
      const fitting = wild
        ? names.filter((n) => globRegex(part).test(n) && (part.startsWith(".") || !n.startsWith(".")))
        : [part.replaceAll("\\", "")].filter((n) => names.includes(n));
      for (const name of fitting)
        next.push(base === "" || base === "/" ? `${base}${name}` : `${base}/${name}`);
    }
    found = next;
  }
  return found.sort();
}

/** Files of variables, `NAME='value'` a line (pkg/kubelet/util/env/env_util.go: ParseEnv). */

export type EnvFileResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly error: string };

const trimLeft = (text: string): string => text.replace(/^[ \t]+/, "");

/** Value of one name; empty where it is not set. A value may run over lines; what is not quoted is an error. */
export function parseEnv(content: string, key: string): EnvFileResult {
  const lines = content.split("\n").map((line) => line.replace(/\r$/, ""));
  if (lines.at(-1) === "") lines.pop();
  const bad = (line: number, problem: string): EnvFileResult => ({
    ok: false,
    error: `invalid environment variable format at line ${line}: ${problem}`,
  });
  for (let i = 0; i < lines.length; i++) {
    const line = trimLeft(lines[i] ?? "");
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    if (equals < 0) return bad(i + 1, "missing '='");
    const name = line.slice(0, equals).replace(/[ \t]+$/, "");
    if (name === "") return bad(i + 1, "empty variable name");
    if (name.length !== equals) return bad(i + 1, "whitespace before '=' is not allowed");
    const value = line.slice(equals + 1);
    if (/^[ \t]/.test(value)) {
      // As in a shell, the variable is empty and the rest is something else.
      if (name === key) return { ok: true, value: "" };
      continue;
    }
    if (!value.startsWith("'")) return bad(i + 1, "value must be enclosed in single quotes");
    const start = i + 1;
    let text = "";
    let rest = value.slice(1);
    for (let end = rest.indexOf("'"); ; end = rest.indexOf("'")) {
      if (end >= 0) {
        text += rest.slice(0, end);
        const after = trimLeft(rest.slice(end + 1));
        if (after !== "" && !after.startsWith("#"))
          return bad(i + 1, "unexpected content after closing quote");
        break;
      }
      text += `${rest}\n`;
      if (++i >= lines.length) {
        return {
          ok: false,
          error: `invalid environment variable format starting at line ${start}: unclosed single quote`,
        };
      }
      rest = lines[i] ?? "";
    }
    if (name === key) return { ok: true, value: text };
  }
  return { ok: true, value: "" };
}

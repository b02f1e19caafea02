/** `$(NAME)` references (third_party/forked/golang/expansion/expand.go). */

/** Value of a name, or undefined: then the reference stays as it is written. */
export type Mapping = (name: string) => string | undefined;

/** Asks several sets of variables in order. */
export function mappingFor(...sets: readonly Readonly<Record<string, string>>[]): Mapping {
  return (name) => sets.find((set) => Object.hasOwn(set, name))?.[name];
}

/** Replaces each `$(NAME)` once; `$$` stands for `$` and hides a reference; an open bracket stays as it is. */
export function expand(text: string, mapping: Mapping): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char !== "$" || i + 1 >= text.length) {
      out += char;
      continue;
    }
    const next = text[i + 1];
    if (next === "$") {
      out += "$";
      i++;
    } else if (next === "(") {
      const end = text.indexOf(")", i + 2);
      if (end < 0) {
        out += "$(";
        i++;
      } else {
        const name = text.slice(i + 2, end);
        out += mapping(name) ?? `$(${name})`;
        i = end;
      }
    } else {
      out += "$";
    }
  }
  return out;
}

/** Field selectors, the text of `kubectl --field-selector`: apimachinery `pkg/fields/selector.go`. */

export interface FieldTerm {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

export type FieldSelector = readonly FieldTerm[];

export type FieldSelectorResult =
  | { readonly ok: true; readonly selector: FieldSelector }
  | { readonly ok: false; readonly error: string };

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let term = "";
  let escaped = false;
  for (const char of text) {
    if (!escaped && char === ",") {
      terms.push(term);
      term = "";
      continue;
    }
    escaped = !escaped && char === "\\";
    term += char;
  }
  terms.push(term);
  return terms;
}

type Unescaped =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly error: string };

function unescapeValue(text: string): Unescaped {
  let value = "";
  let escaped = false;
  for (const char of text) {
    if (escaped) {
      if (!"\\,=".includes(char))
        return { ok: false, error: `invalid field selector: invalid escape sequence: \\${char}` };
      value += char;
      escaped = false;
    } else if (char === "\\") escaped = true;
    else if (char === "," || char === "=") {
      return {
        ok: false,
        error: `invalid field selector: unescaped character in value: ${char.codePointAt(0)}`,
      };
    } else value += char;
  }
  return escaped
    ? { ok: false, error: "invalid field selector: invalid escape sequence: \\" }
    : { ok: true, value };
}

/** Reads the text. Which fields a kind supports is the server's to say. */
export function parseFieldSelector(text: string): FieldSelectorResult {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text).sort()) {
    if (part === "") continue;
    const match = /^([\s\S]*?)(!=|==|=)([\s\S]*)$/.exec(part);
    if (!match) return { ok: false, error: `invalid selector: '${text}'; can't understand '${part}'` };
    const value = unescapeValue(match[3] ?? "");
    if (!value.ok) return value;
    terms.push({ field: match[1] ?? "", operator: match[2] === "!=" ? "!=" : "=", value: value.value });
  }
  return { ok: true, selector: terms.filter((t) => t.field !== "" || t.value !== "") };
}

const escapeValue = (value: string): string => value.replace(/[\\,=]/g, "\\$&");

export const formatFieldSelector = (selector: FieldSelector): string =>
  selector.map((t) => `${t.field}${t.operator}${escapeValue(t.value)}`).join(",");

/** Whether fields (path → value; a missing path counts as empty) satisfy every term. */
export function matchesFields(selector: FieldSelector, fields: Readonly<Record<string, string>>): boolean {
  return selector.every(
    (t) => ((Object.hasOwn(fields, t.field) ? fields[t.field] : "") === t.value) === (t.operator === "="),
  );
}

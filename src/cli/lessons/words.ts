/** Problems of lessons in words, in each language: the same on the command line and in the author's view. */
import { IntlMessageFormat } from "intl-messageformat";
import en from "../../i18n/author/en.json" with { type: "json" };
import ko from "../../i18n/author/ko.json" with { type: "json" };
import ru from "../../i18n/author/ru.json" with { type: "json" };
import zh from "../../i18n/author/zh.json" with { type: "json" };
import type { Words } from "../../lessons/authoring.ts";
import { LANGUAGES, type Language } from "../../lessons/text.ts";
import type { Finding } from "../../scenario/checks.ts";
import type { Check } from "../../scenario/format.ts";
import type { Outcome, Problem } from "./problem.ts";

const CATALOGUES: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en, ru, zh, ko };
const parsed = new Map<string, IntlMessageFormat>();

/** A message of the author's catalogue; arguments that are absent are `none`, for `select`. */
export function say(
  lang: Language,
  key: string,
  args: Readonly<Record<string, string | number>> = {},
): string {
  const source = CATALOGUES[lang][key] ?? CATALOGUES.en[key] ?? key;
  const id = `${lang} ${key}`;
  const message = parsed.get(id) ?? new IntlMessageFormat(source, lang, undefined, { ignoreTag: true });
  parsed.set(id, message);
  const given = Object.fromEntries(Object.entries(args).map(([k, v]) => [k, v === "" ? "none" : v]));
  const fallback = new Proxy(given, { get: (all, name) => all[String(name)] ?? "none", has: () => true });
  return String(message.format(fallback));
}

const seconds = (ms: number): string => `${ms / 1000}s`;
const span = (value: unknown): string =>
  Array.isArray(value) ? value.map((t) => seconds(Number(t))).join("–") : String(value);

function foundWords(lang: Language, f: Finding): string {
  const value = (v: unknown): string =>
    v === undefined || v === null
      ? say(lang, "found.nothing")
      : Array.isArray(v)
        ? v.join(", ") || say(lang, "found.nothing")
        : typeof v === "string"
          ? v.slice(0, 200)
          : JSON.stringify(v);
  const outside = f.code === "event-outside";
  return say(lang, `found.${f.code}`, {
    subject: f.subject,
    wanted: outside ? span(f.wanted) : value(f.wanted),
    found: outside ? seconds(Number(f.found)) : value(f.found),
    ...(f.at === undefined ? {} : { at: seconds(f.at) }),
  });
}

/** `12s pod/web status.phase=Running`: a check as its author wrote it, on one line. */
export function checkText(check: Check): string {
  const when = check.between ? span(check.between) : check.at !== undefined ? seconds(check.at) : "";
  const { at: _at, between: _between, object, fields, ...rest } = check;
  const parts = [
    object ?? "",
    ...Object.entries(fields ?? {}).map(
      ([path, v]) => `${path}=${typeof v === "string" ? v : JSON.stringify(v)}`,
    ),
    ...Object.entries(rest)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => `${k}: ${typeof v === "string" ? v : JSON.stringify(v)}`),
  ];
  return [when, ...parts].filter((p) => p !== "").join(" ");
}

/** What is wrong and how to mend it, in one language. */
export function problemWords(lang: Language, { code, args, found }: Problem): string {
  const why = (found ?? [])
    .slice(0, 3)
    .map((f) => foundWords(lang, f))
    .join("; ");
  return say(lang, code, { ...args, why });
}

export const checkWords = (lang: Language, { check, args }: Outcome): string =>
  say(lang, `check.${check}`, args);

/** What was seen where a check is well; empty where there is nothing to tell. */
export function seenWords(lang: Language, { check, seen }: Outcome): string {
  return seen && `seen.${check}` in CATALOGUES.en ? say(lang, `seen.${check}`, seen) : "";
}

export const inAll = (tell: (lang: Language) => string): Words =>
  Object.fromEntries(LANGUAGES.map((lang) => [lang, tell(lang)])) as Words;

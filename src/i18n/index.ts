import { IntlMessageFormat } from "intl-messageformat";
import { createFormatters, type Formatters } from "./format.ts";
import type { Lang } from "./languages.ts";
import type en from "./messages/en.json";
import { typeset } from "./typography.ts";

export { createFormatters, type Formatters } from "./format.ts";
export { isLang, type Lang, languages, pickLanguage } from "./languages.ts";

/** A message's key. English is the catalogue that the others follow. */
export type Key = keyof typeof en;

/** A language's catalogue: ICU messages by key. */
export type Messages = Readonly<Record<Key, string>>;

/** Values for a message's arguments. */
export type Args = Readonly<Record<string, string | number | boolean | Date>>;

export interface Translator {
  readonly lang: Lang;
  /** The message in this language. One that is missing or broken shows as it stands rather than break a view. */
  t(key: Key, args?: Args): string;
  /** The message in pieces, for arguments that are not text (an element to place inside a sentence). */
  parts<T>(key: Key, args: Readonly<Record<string, T | string | number>>): (string | T)[];
  /** Whether there is such a message: for keys that data composes, such as a record's type. */
  has(key: string): key is Key;
  readonly format: Formatters;
}

const catalogues: Readonly<Record<Lang, () => Promise<{ default: Record<string, string> }>>> = {
  en: () => import("./messages/en.json"),
  ru: () => import("./messages/ru.json"),
  zh: () => import("./messages/zh.json"),
  ko: () => import("./messages/ko.json"),
};

/** Fetches a language's catalogue, typeset; each is a file of its own, loaded when it is first wanted. */
export async function loadMessages(lang: Lang): Promise<Messages> {
  const { default: messages } = await catalogues[lang]();
  return Object.fromEntries(
    Object.entries(messages).map(([key, message]) => [key, typeset(message, lang)]),
  ) as Messages;
}

export function createTranslator(lang: Lang, messages: Messages): Translator {
  const parsed = new Map<string, IntlMessageFormat>();
  const message = (key: Key) => {
    const known =
      parsed.get(key) ?? new IntlMessageFormat(messages[key], lang, undefined, { ignoreTag: true });
    parsed.set(key, known);
    return known;
  };
  return {
    lang,
    t(key, args) {
      try {
        return String(message(key).format(args));
      } catch {
        return messages[key] ?? key;
      }
    },
    parts<T>(key: Key, args: Readonly<Record<string, T | string | number>>): (string | T)[] {
      try {
        const made = message(key).format<T>(args as Record<string, T>);
        return Array.isArray(made) ? made : [made as string | T];
      } catch {
        return [messages[key] ?? key];
      }
    },
    has: (key): key is Key => Object.hasOwn(messages, key),
    format: createFormatters(lang),
  };
}

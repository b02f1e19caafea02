/** Words of the author's view. They are no part of the built site, so their catalogues stand apart. */
import { createTranslator, type Key, type Lang, type Messages } from "../../i18n/index.ts";

const CATALOGUES = {
  en: () => import("../../i18n/author/en.json"),
  ru: () => import("../../i18n/author/ru.json"),
  zh: () => import("../../i18n/author/zh.json"),
  ko: () => import("../../i18n/author/ko.json"),
};

type AuthorKey = keyof typeof import("../../i18n/author/en.json");

export type Tell = (key: AuthorKey, args?: Readonly<Record<string, string | number>>) => string;

/** The author's words in a language. */
export async function authorWords(lang: Lang): Promise<Tell> {
  const messages = (await CATALOGUES[lang]()).default as unknown as Messages;
  const translator = createTranslator(lang, messages);
  return (key, args) => translator.t(key as unknown as Key, args);
}

/** The languages of the app, each under its own name. */
export const languages = [
  { id: "en", name: "English" },
  { id: "ru", name: "Русский" },
  { id: "zh", name: "简体中文" },
  { id: "ko", name: "한국어" },
] as const;

export type Lang = (typeof languages)[number]["id"];

export function isLang(id: unknown): id is Lang {
  return languages.some((language) => language.id === id);
}

/** The first of the wanted BCP 47 tags ("zh-TW", "ko-KR") that the app has, else English. */
export function pickLanguage(wanted: readonly string[]): Lang {
  for (const tag of wanted) {
    const id = tag.toLowerCase().split("-")[0];
    if (isLang(id)) return id;
  }
  return "en";
}

/** Spaces that must not break, and line ends that are none, by language. Only prose and messages go through here, never code. */
import type { Lang } from "./languages.ts";

const NBSP = "\u00a0";

/** CJK letters and full-width marks: a line end between two of them is no space. */
const HAN = "\\u2014\\u2018-\\u201d\\u2026\\u3000-\\u303f\\u3400-\\u9fff\\uff00-\\uffef";

const RULES: Readonly<Record<Lang, readonly (readonly [RegExp, string])[]>> = {
  en: [
    [/(\d) (?=(?:ms|s|min|h|%|[KMG]i?B?)(?![\w]))/g, `$1${NBSP}`],
    [/(?<=\p{L})'(?=\p{L})/gu, "’"],
  ],
  ru: [
    [/(\d) (?=\p{L}|%|°)/gu, `$1${NBSP}`],
    // Of a message: the unit after its number.
    [/([}#]) (?=(?:мс|с|мин|ч|КиБ|МиБ|ГиБ|кБ)(?!\p{L}))/gu, `$1${NBSP}`],
    [/ (?=—)/g, NBSP],
    // Prepositions, conjunctions and particles of one or two letters stay with the next word.
    [/(?<=^|[\s(«„])(?!(?:же|ли|бы|б) )(\p{Script=Cyrillic}{1,2}) (?=\S)/gu, `$1${NBSP}`],
    // A number that names: exit code 0.
    [/(код(?:ом|а|у|е)?) (?=\d)/gu, `$1${NBSP}`],
    // … and those that lean on the word before.
    [/ (?=(?:же|ли|бы|б)(?!\p{L}))/gu, NBSP],
  ],
  zh: [
    [new RegExp(`(?<=[${HAN}])\\n(?=[${HAN}])`, "g"), ""],
    [/([\d}]) (?=(?:秒|毫秒|分钟|小时|次|[KMG]i?B(?!\w)))/g, `$1${NBSP}`],
  ],
  ko: [
    [/(\d) (?=(?:ms|[KMG]i?B)(?![A-Za-z\d]))/g, `$1${NBSP}`],
    // “About” goes with its number.
    [/(?<=^|\s)약 (?=\d)/g, `약${NBSP}`],
  ],
};

/** Sets one run of prose. */
export function typeset(text: string, lang: Lang): string {
  return RULES[lang].reduce((out, [from, to]) => out.replace(from, to), text);
}

/** Stands for the code or the emphasis that follows a run: no space, no letter, no digit. */
const MORE = "\u2060";

/** Sets a run of prose that goes on in another element: its last short word stays with what follows. */
export const typesetBefore = (text: string, lang: Lang): string =>
  typeset(text + MORE, lang).slice(0, -MORE.length);

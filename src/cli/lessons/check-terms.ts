/** A lesson's words against the terminology: what a language does not say, and what it has to say for a term. */

import { NEVER, type TermRule } from "../../i18n/terms/never.ts";
import { TERMS } from "../../i18n/terms/table.ts";
import type { Language } from "../../lessons/text.ts";
import type { ReadFolder, ReadText } from "./folder.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { type Paragraph, paragraphs } from "./prose.ts";

/** Words and marks that a language does not use here. */
export function termFindings(
  text: ReadText,
  lang: Language,
  rules: readonly TermRule[] = NEVER[lang],
): Problem[] {
  return paragraphs(text.source).flatMap((p) =>
    rules.flatMap((rule) => {
      const hit = rule.never.exec(p.text);
      if (!hit || rule.unless?.test(p.text)) return [];
      const around = p.text.slice(Math.max(0, hit.index - 15), hit.index + hit[0].length + 15).trim();
      const say = problemsOf(`${lang}.md`, p.at(hit.index));
      return [say("text.term", { found: hit[0].trim() || hit[0], around, instead: rule.instead })];
    }),
  );
}

/** The paragraphs of each block: what stands between two places where blocks begin. */
function byBlock(text: ReadText): Paragraph[][] {
  const starts = text.blockPlaces.map((p) => p.line);
  const out: Paragraph[][] = starts.map(() => []);
  for (const p of paragraphs(text.source)) {
    const at = starts.findLastIndex((line) => line <= p.at(0).line);
    out[at]?.push(p);
  }
  return out;
}

const wordsOf = (block: readonly Paragraph[]): string => block.map((p) => p.text).join("\n");

/** Terms of the English text that the same block of another language does not have in any of their forms. */
export function missingTerms(folder: ReadFolder, lang: Language): Problem[] {
  const en = folder.read.get("en");
  const text = folder.read.get(lang);
  if (lang === "en" || !en || !text || en.blockPlaces.length !== text.blockPlaces.length) return [];
  const theirs = byBlock(en).map(wordsOf);
  const mine = byBlock(text).map(wordsOf);
  return theirs.flatMap((words, i) =>
    TERMS.filter((t) => t.fits.test(words) && !t.in[lang].fits.test(mine[i] ?? "")).map((t) =>
      problemsOf(`${lang}.md`, text.blockPlaces[i]!)("text.term-missing", {
        term: t.en,
        wanted: t.in[lang].shown,
      }),
    ),
  );
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ShownLesson } from "../src/cli/lessons/library.ts";
import { LANGUAGES, type Language, type WidgetBlock } from "../src/lessons/text.ts";
import { escaped, htmlText, textOf } from "./hast-html.ts";
import { questionHtml } from "./lesson-questions.ts";
import { type PageWords, wordsOf } from "./lesson-words.ts";

const TAGS: Readonly<Record<Language, string>> = { en: "en", ru: "ru", zh: "zh-CN", ko: "ko" };
const NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  ru: "Русский",
  zh: "简体中文",
  ko: "한국어",
};

const style = (): string => readFileSync(join(import.meta.dirname, "lesson-page.css"), "utf8");

/** Names a heading in the page and in its contents. */
interface Entry {
  readonly id: string;
  readonly title: string;
}

/** The text from its first line to its last, and the headings for the contents. */
function bodyOf(shown: ShownLesson, lang: Language, words: PageWords): { html: string; entries: Entry[] } {
  const entries: Entry[] = [];
  const numbers = { question: 0, prediction: 0 };
  const parts = shown.texts[lang].blocks.map((block) => {
    if (block.type === "html") {
      const ids = block.hast.children
        .filter((n) => n.type === "element" && n.tagName === "h2")
        .map((n) => {
          const id = `part-${entries.length + 1}`;
          entries.push({ id, title: textOf(n) });
          return id;
        });
      return htmlText(block.hast, ids);
    }
    if (block.type === "question" || block.type === "prediction")
      return questionHtml(shown, block, ++numbers[block.type], words);
    if (block.type === "mini") return `<div class="mini" data-mini="${escaped(block.id)}"></div>`;
    entries.push({ id: block.id, title: block.title ?? block.id });
    return stepHtml(block, words);
  });
  return { html: parts.join("\n"), entries };
}

function stepHtml(block: WidgetBlock, words: PageWords): string {
  const hints = block.hints.map(
    (h, i) => `<details><summary>${words("lesson.page.hint")} ${i + 1}</summary>${htmlText(h)}</details>`,
  );
  const notes = block.notes ? `<aside class="notes">${htmlText(block.notes)}</aside>` : "";
  return `<h2 id="${escaped(block.id)}">${escaped(block.title ?? "")}</h2>${htmlText(block.body)}${hints.join("")}${notes}`;
}

const plain = (text: string): string => escaped(text.replace(/`/g, ""));

export interface Neighbours {
  readonly before?: ShownLesson | undefined;
  readonly after?: ShownLesson | undefined;
}

/**
 * A lesson's text as a page of its own, to be read and printed without scripts; every answer folds open. Where scripts
 * run, `script` brings the stage and the mini-stages to life in the places that are left for them.
 */
export function lessonPage(
  shown: ShownLesson,
  lang: Language,
  script: string,
  { before, after }: Neighbours = {},
): string {
  const { id, lesson, texts } = shown;
  const text = texts[lang];
  const words = wordsOf(lang);
  const { html, entries } = bodyOf(shown, lang, words);
  const route = lesson.kind === "Demo" ? "present" : "lesson";
  const app = `../../../index.html?lang=${lang}`;
  const alternates = [
    ...LANGUAGES.map((l) => `<link rel="alternate" hreflang="${TAGS[l]}" href="../${l}/index.html">`),
    `<link rel="alternate" hreflang="x-default" href="../en/index.html">`,
  ].join("\n");
  const languages = LANGUAGES.map((l) =>
    l === lang
      ? `<span aria-current="page" lang="${TAGS[l]}">${NAMES[l]}</span>`
      : `<a href="../${l}/index.html" hreflang="${TAGS[l]}" lang="${TAGS[l]}" title="${escaped(texts[l].title)}">${NAMES[l]}</a>`,
  ).join("\n");
  const contents = entries
    .map((e) => `<li><a href="#${escaped(e.id)}">${escaped(e.title)}</a></li>`)
    .join("");
  const neighbour = (key: string, other: ShownLesson | undefined): string =>
    other
      ? `<a href="../../${other.id}/${lang}/index.html">${words(key, { title: plain(other.texts[lang].title) })}</a>`
      : "";
  return `<!doctype html>
<html lang="${TAGS[lang]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${plain(text.title)} · Syncloop</title>
<meta name="description" content="${plain(text.description)}">
<link rel="icon" href="../../../icon.svg" type="image/svg+xml">
${alternates}
<style>${style()}</style>
<script type="module" src="../../../${script}"></script>
</head>
<body data-lesson="${escaped(id)}" data-lang="${lang}">
<header><nav aria-label="Syncloop"><a href="${app}#/lessons">Syncloop</a>
${languages}</nav></header>
<main>
<h1>${escaped(text.title)}</h1>
<p class="lead">${plain(text.description)}</p>
<p><a class="go" href="${app}#/${route}/${id}">${words("lesson.page.stage")}</a></p>
<nav class="toc" aria-label="${words("lesson.page.contents")}"><h2>${words("lesson.page.contents")}</h2><ol>${contents}</ol></nav>
<figure class="stage" hidden><figcaption>${words("lesson.page.run")}</figcaption></figure>
${html}
</main>
<footer><nav>${neighbour("lesson.page.before", before)}
<a href="${app}#/lessons">${words("lesson.page.all")}</a>
${neighbour("lesson.page.after", after)}</nav></footer>
</body>
</html>
`;
}

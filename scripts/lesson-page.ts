import { readFileSync } from "node:fs";
import type { Lesson } from "../src/lessons/format.ts";
import {
  type CompiledLesson,
  type HastNode,
  type HastRoot,
  LANGUAGES,
  type Language,
  type WidgetBlock,
} from "../src/lessons/text.ts";

const TAGS: Readonly<Record<Language, string>> = { en: "en", ru: "ru", zh: "zh-CN", ko: "ko" };
const NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  ru: "Русский",
  zh: "简体中文",
  ko: "한국어",
};
const VOID = new Set(["br", "hr", "img", "input", "wbr"]);

const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const attribute = ([name, value]: [string, unknown]): string => {
  if (value === false || value === null || value === undefined) return "";
  const plain = name === "className" ? "class" : name.toLowerCase();
  if (value === true) return ` ${plain}`;
  return ` ${plain}="${escaped(Array.isArray(value) ? value.join(" ") : String(value))}"`;
};

/** A cleaned tree as HTML. */
export function htmlText(node: HastRoot | HastNode): string {
  if (node.type === "text") return escaped(node.value);
  const inner = node.children.map(htmlText).join("");
  if (node.type === "root") return inner;
  const open = `<${node.tagName}${Object.entries(node.properties).map(attribute).join("")}>`;
  return VOID.has(node.tagName) ? open : `${open}${inner}</${node.tagName}>`;
}

const STYLE = `
:root{color-scheme:light dark;--t:#141a24;--t2:#475063;--l:#dce1e9;--b:#f3f5f8;--s:#fff;--a:#1f4fbf}
@media(prefers-color-scheme:dark){:root{--t:#e9edf5;--t2:#a9b3c5;--l:#232c3b;--b:#0b0f16;--s:#121823;--a:#8db2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--b);color:var(--t);font:16px/1.6 system-ui,"Noto Sans","Noto Sans CJK SC","Noto Sans CJK KR",sans-serif}
:lang(ko){word-break:keep-all}
a{color:var(--a)}
header,main,footer{max-width:72ch;margin:0 auto;padding:20px 24px}
header nav{display:flex;flex-wrap:wrap;gap:6px 16px;font-size:14px}
main{background:var(--s);border:1px solid var(--l);border-radius:12px;padding:8px 28px 28px}
h1{font-size:30px;line-height:1.25;letter-spacing:-.01em}
h2{margin-top:2em;font-size:21px;line-height:1.3}
pre,code{font-family:ui-monospace,"SFMono-Regular",Menlo,monospace;font-size:.92em}
pre{overflow:auto;padding:12px 14px;border:1px solid var(--l);border-radius:8px;background:var(--b)}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{padding:5px 10px;border:1px solid var(--l);text-align:left}
details{margin:.8em 0;padding:8px 14px;border:1px solid var(--l);border-radius:8px}
summary{cursor:pointer;font-weight:600}
.lead{color:var(--t2)}
.go{display:inline-block;padding:8px 16px;border-radius:8px;background:var(--a);color:var(--s);text-decoration:none;font-weight:600}
.toc ol{columns:2;padding-left:1.3em}
section.q{margin:1.4em 0;padding-top:.4em;border-top:1px solid var(--l)}
@media(max-width:560px){main{border-radius:0;padding:4px 18px 20px}.toc ol{columns:1}}
@media print{body{background:#fff;color:#000}main{border:0;padding:0}header nav,.go,.toc{display:none}details>*{display:block}h2{break-after:avoid}pre,section.q{break-inside:avoid}}
`;

type Words = (key: string) => string;

/** The interface's own words in a language. */
function wordsOf(lang: Language): Words {
  const catalogue = JSON.parse(readFileSync(`src/i18n/messages/${lang}.json`, "utf8")) as Record<
    string,
    string
  >;
  return (key) => catalogue[`lesson.page.${key}`] ?? key;
}

/** What of a question is right, by its options' ids; empty where only a run can tell. */
function rightOnes(lesson: Lesson, id: string): readonly string[] {
  const question = lesson.spec.quiz.find((q) => q.id === id);
  if (question?.kind === "choice") return [question.answer];
  if (question?.kind === "choices" || question?.kind === "order") return question.answer;
  return [];
}

function answerOf(lesson: Lesson, block: WidgetBlock, words: Words): string {
  const right = rightOnes(lesson, block.id);
  const question = lesson.spec.quiz.find((q) => q.id === block.id);
  const typed =
    question?.kind === "command"
      ? `<pre><code>${escaped(question.answer)}</code></pre>`
      : question?.kind === "click"
        ? `<p><code>${escaped(question.answer.join(", "))}</code></p>`
        : "";
  const chosen = right.map((id) => block.options.find((o) => o.id === id)).filter((o) => o !== undefined);
  const parts = [
    typed,
    chosen.length > 0
      ? `<ol>${chosen.map((o) => `<li>${htmlText(o.text)}${htmlText(o.why)}</li>`).join("")}</ol>`
      : "",
    block.right ? htmlText(block.right) : "",
  ].join("");
  return parts === "" ? "" : `<details><summary>${words("answer")}</summary>${parts}</details>`;
}

function widget(lesson: Lesson, block: WidgetBlock, words: Words): string {
  const body = htmlText(block.body);
  const title = block.title === undefined ? "" : `<h2 id="${block.id}">${escaped(block.title)}</h2>`;
  switch (block.type) {
    case "mini":
      return "";
    case "step":
    case "moment": {
      const hints = block.hints
        .map((h, i) => `<details><summary>${words("hint")} ${i + 1}</summary>${htmlText(h)}</details>`)
        .join("");
      const notes = block.notes ? `<aside class="lead">${htmlText(block.notes)}</aside>` : "";
      return `${title}${body}${hints}${notes}`;
    }
    case "prediction":
    case "question": {
      const options = block.options.map((o) => `<li>${htmlText(o.text)}</li>`).join("");
      return `<section class="q">${body}${options ? `<ul>${options}</ul>` : ""}${answerOf(lesson, block, words)}</section>`;
    }
  }
}

/** A lesson's text as a page of its own, to be read without scripts; every answer folds open. */
export function lessonPage(
  lesson: Lesson,
  text: CompiledLesson,
  all: Readonly<Record<Language, CompiledLesson>>,
): string {
  const { lang, id } = text;
  const words = wordsOf(lang);
  const titled = text.blocks.filter((b): b is WidgetBlock => b.type !== "html" && b.title !== undefined);
  const page = lesson.kind === "Demo" ? "present" : "lesson";
  const firstQuestion = text.blocks.findIndex((b) => b.type === "question");
  const body = text.blocks
    .map((b, i) => {
      const quiz = i === firstQuestion ? `<h2 id="quiz">${words("quiz")}</h2>` : "";
      return quiz + (b.type === "html" ? htmlText(b.hast) : widget(lesson, b, words));
    })
    .join("\n");
  const alternates = [
    ...LANGUAGES.map((l) => `<link rel="alternate" hreflang="${TAGS[l]}" href="../${l}/index.html">`),
    `<link rel="alternate" hreflang="x-default" href="../en/index.html">`,
  ].join("\n");
  const languages = LANGUAGES.map((l) =>
    l === lang
      ? `<span aria-current="page" lang="${TAGS[l]}">${NAMES[l]}</span>`
      : `<a href="../${l}/index.html" hreflang="${TAGS[l]}" lang="${TAGS[l]}" title="${escaped(all[l].title)}">${NAMES[l]}</a>`,
  ).join("\n");
  const entries = [
    ...titled.map((b) => `<li><a href="#${b.id}">${escaped(b.title ?? "")}</a></li>`),
    ...(firstQuestion >= 0 ? [`<li><a href="#quiz">${words("quiz")}</a></li>`] : []),
  ].join("");
  return `<!doctype html>
<html lang="${TAGS[lang]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(text.title)} · Syncloop</title>
<meta name="description" content="${escaped(text.description.replace(/`/g, ""))}">
<link rel="icon" href="../../../icon.svg" type="image/svg+xml">
${alternates}
<style>${STYLE}</style>
</head>
<body>
<header><nav><a href="../../../index.html?lang=${lang}#/lessons">Syncloop</a>
${languages}</nav></header>
<main>
<h1>${escaped(text.title)}</h1>
<p class="lead">${escaped(text.description.replace(/`/g, ""))}</p>
<p><a class="go" href="../../../index.html?lang=${lang}#/${page}/${id}">${words("stage")}</a></p>
${entries ? `<nav class="toc" aria-label="${words("contents")}"><h2>${words("contents")}</h2><ol>${entries}</ol></nav>` : ""}
${body}
</main>
</body>
</html>
`;
}

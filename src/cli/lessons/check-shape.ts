/** The same blocks, paragraphs, lists, tables and code in every language as in English, and nothing left in English. */
import type { CompiledLesson, HastNode, HastRoot, Language } from "../../lessons/text.ts";
import { childrenOf, isWidget, textOf } from "./check-text.ts";
import type { ReadFolder, ReadText } from "./folder.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { paragraphs } from "./prose.ts";

/** A part of a block by its name in the file, with its words. */
interface Part {
  readonly name: string;
  readonly root: HastRoot;
}

type Block = CompiledLesson["blocks"][number];

function partsOf(block: Block): Part[] {
  if (!isWidget(block)) return [{ name: "", root: block.hast }];
  const name = `${block.type} ${block.id}`;
  return [
    { name, root: block.body },
    ...block.hints.map((root, i) => ({ name: `${name} hint ${i + 1}`, root })),
    ...block.options.flatMap((o) => [
      { name: `${name} option ${o.id}`, root: o.text },
      { name: `${name} option ${o.id}`, root: o.why },
    ]),
    ...(["right", "wrong", "notes"] as const).flatMap((part) => {
      const root = block[part];
      return root ? [{ name: `${name} ${part}`, root }] : [];
    }),
  ];
}

/** `p ul(3) table(4×3) pre`: what stands one below the other. */
function shapeOf(root: HastRoot): string {
  const elements = (n: HastNode | HastRoot): HastNode[] =>
    childrenOf(n).filter((c) => c.type === "element") as HastNode[];
  const rows = (n: HastNode): HastNode[] =>
    elements(n).flatMap((c) => (c.type === "element" && c.tagName === "tr" ? [c] : rows(c)));
  return elements(root)
    .map((n) => {
      if (n.type !== "element") return "";
      if (n.tagName === "ul" || n.tagName === "ol") return `${n.tagName}(${elements(n).length})`;
      if (n.tagName === "table") return `table(${rows(n).length}×${elements(rows(n)[0] ?? n).length})`;
      return n.tagName;
    })
    .join(" ");
}

const blockName = (b: Block): string =>
  isWidget(b) ? `::${b.type}{id=${b.id}}` : `“${textOf(b.hast).trim().slice(0, 30)}”`;
const blockKey = (b: Block): string => (isWidget(b) ? `${b.type} ${b.id}` : "prose");

function preformatted(node: HastNode | HastRoot): string[] {
  if (node.type === "element" && node.tagName === "pre") return [textOf(node)];
  return childrenOf(node).flatMap(preformatted);
}

function compare(lang: Language, en: ReadText, text: ReadText): Problem[] {
  const file = `${lang}.md`;
  const [a, b] = [en.lesson.blocks, text.lesson.blocks];
  const last = { line: text.source.trimEnd().split("\n").length, column: 1 };
  const odd = a.findIndex((block, i) => !b[i] || blockKey(block) !== blockKey(b[i]));
  if (odd >= 0 || b.length > a.length) {
    const at = odd < 0 ? a.length : odd;
    return [
      problemsOf(file, text.blockPlaces[at] ?? last)("text.block-order", {
        type: "",
        id: b[at] ? blockName(b[at]) : "",
        wanted: a[at] ? blockName(a[at]) : "",
      }),
    ];
  }
  const out: Problem[] = [];
  a.forEach((block, i) => {
    const [mine, theirs] = [partsOf(b[i] as Block), partsOf(block)];
    theirs.forEach((part, k) => {
      const own = mine[k];
      if (!own || own.name !== part.name) return; // missing parts are told elsewhere
      const say = problemsOf(file, text.places[own.name] ?? text.blockPlaces[i] ?? last);
      const [wanted, found] = [shapeOf(part.root), shapeOf(own.root)];
      if (wanted !== found) out.push(say("text.shape", { found, wanted }));
      const code = preformatted(own.root);
      if (preformatted(part.root).some((c, n) => c !== code[n])) out.push(say("text.code-differs"));
    });
  });
  return out;
}

/** The same blocks, and in them the same paragraphs and code, in every language as in English. */
export function structureFindings(folder: ReadFolder): Problem[] {
  const en = folder.read.get("en");
  if (!en) return [];
  return [...folder.read].flatMap(([lang, text]) => (lang === "en" ? [] : compare(lang, en, text)));
}

const LETTERS: Readonly<Record<Language, RegExp>> = {
  en: /[A-Za-z]/,
  ru: /\p{Script=Cyrillic}/u,
  zh: /\p{Script=Han}/u,
  ko: /\p{Script=Hangul}/u,
};

/** Paragraphs that hold English words and none of the language's own. */
export function untranslated(text: ReadText, lang: Language): Problem[] {
  if (lang === "en") return [];
  return paragraphs(text.source).flatMap((p) => {
    const words = p.text.match(/\b[A-Za-z]{2,}\b/g) ?? [];
    if (words.length < 3 || LETTERS[lang].test(p.text)) return [];
    return [problemsOf(`${lang}.md`, p.at(0))("text.untranslated", { found: p.text.slice(0, 40).trim() })];
  });
}

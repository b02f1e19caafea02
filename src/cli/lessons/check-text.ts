/** Texts of a lesson against its `lesson.yaml`, against each other and against the terminology. */
import { goalSteps, type Lesson, type Question } from "../../lessons/format.ts";
import { TERMS, type TermRule } from "../../lessons/terms.ts";
import type {
  CompiledLesson,
  HastNode,
  HastRoot,
  Language,
  WidgetBlock,
  WidgetType,
} from "../../lessons/text.ts";
import type { ReadFolder } from "./folder.ts";

const isWidget = (b: CompiledLesson["blocks"][number]): b is WidgetBlock => b.type !== "html";
const children = (node: HastNode | HastRoot): readonly HastNode[] =>
  node.type === "text" ? [] : node.children;
const textOf = (node: HastNode | HastRoot): string =>
  node.type === "text" ? node.value : children(node).map(textOf).join("");
const isEmpty = (root: HastRoot | undefined): boolean => !root || textOf(root).trim() === "";

/** What the texts have to hold, in the order of `lesson.yaml`. */
function expected(lesson: Lesson): ReadonlyMap<WidgetType, readonly string[]> {
  const { spec } = lesson;
  const asked = new Set(spec.quiz.flatMap((q) => (q.kind === "predict" ? q.prediction : [])));
  return new Map<WidgetType, readonly string[]>([
    ["mini", spec.miniStages.map((m) => m.id)],
    ["step", goalSteps(lesson).map((s) => s.id)],
    ["prediction", spec.predictions.filter((p) => !asked.has(p.id)).map((p) => p.id)],
    ["question", spec.quiz.map((q) => q.id)],
    ["moment", spec.moments.map((m) => m.id)],
  ]);
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.join("\n") === b.join("\n");

/** Ids, options, hints and explanations of one language. */
export function textFindings(folder: ReadFolder, lang: Language): string[] {
  const text = folder.texts.get(lang);
  if (!text) return [`${lang}.md is missing`];
  const out: string[] = [];
  const { lesson } = folder;
  const widgets = text.blocks.filter(isWidget);
  for (const [type, ids] of expected(lesson)) {
    const found = widgets.filter((w) => w.type === type).map((w) => w.id);
    if (!same(found, ids))
      out.push(
        `${lang}.md: ::${type} are ${found.join(", ") || "none"}; lesson.yaml has ${ids.join(", ") || "none"}`,
      );
  }
  for (const step of goalSteps(lesson)) {
    const block = widgets.find((w) => w.type === "step" && w.id === step.id);
    if (block && block.hints.length !== step.hints)
      out.push(`${lang}.md: step ${step.id} has ${block.hints.length} hints, lesson.yaml says ${step.hints}`);
  }
  for (const q of lesson.spec.quiz) {
    const block = widgets.find((w) => w.type === "question" && w.id === q.id);
    if (block) out.push(...questionFindings(q, block, lesson).map((f) => `${lang}.md: ${f}`));
  }
  for (const p of lesson.spec.predictions) {
    const block = widgets.find((w) => w.type === "prediction" && w.id === p.id);
    if (!block) continue;
    if (isEmpty(block.body)) out.push(`${lang}.md: prediction ${p.id} asks nothing`);
    for (const part of ["right", "wrong"] as const)
      if (isEmpty(block[part])) out.push(`${lang}.md: prediction ${p.id} lacks :::${part}`);
    const wanted = p.options ?? [];
    const unknown = block.options.filter((o) => !wanted.includes(o.id));
    for (const o of unknown) out.push(`${lang}.md: prediction ${p.id} has no option ${o.id}`);
  }
  for (const block of widgets.filter((w) => w.type === "moment")) {
    const lines = children(block.body).flatMap((n) =>
      n.type === "element" && n.tagName === "ul"
        ? children(n).filter((c) => c.type === "element")
        : n.type === "element"
          ? [n]
          : [],
    );
    if (lines.length === 0 || lines.length > 5)
      out.push(`${lang}.md: moment ${block.id} has ${lines.length} lines; a slide takes one to five`);
    if (isEmpty(block.notes)) out.push(`${lang}.md: moment ${block.id} has no :::notes`);
  }
  return out;
}

function questionFindings(q: Question, block: WidgetBlock, lesson: Lesson): string[] {
  const out: string[] = [];
  if (isEmpty(block.body)) out.push(`question ${q.id} asks nothing`);
  const wanted =
    q.kind === "choice" || q.kind === "choices"
      ? q.options
      : q.kind === "order"
        ? q.items
        : q.kind === "predict"
          ? (lesson.spec.predictions.find((p) => p.id === q.prediction)?.options ?? [])
          : [];
  const found = block.options.map((o) => o.id);
  const words = q.kind === "predict" && found.length === 0;
  if (!words && !same([...found].sort(), [...wanted].sort()))
    out.push(
      `question ${q.id} has the options ${found.join(", ") || "none"}; lesson.yaml has ${wanted.join(", ") || "none"}`,
    );
  for (const o of block.options) {
    if (isEmpty(o.text)) out.push(`question ${q.id}: option ${o.id} says nothing`);
    if ((q.kind === "choice" || q.kind === "choices") && isEmpty(o.why))
      out.push(`question ${q.id}: option ${o.id} is not explained`);
  }
  if (q.kind !== "choice" && q.kind !== "choices")
    for (const part of ["right", "wrong"] as const)
      if (isEmpty(block[part])) out.push(`question ${q.id} lacks :::${part}`);
  return out;
}

/** The same blocks, options and code in every language as in English. */
export function structureFindings(folder: ReadFolder): string[] {
  const en = folder.texts.get("en");
  if (!en) return [];
  const out: string[] = [];
  for (const [lang, text] of folder.texts) {
    if (lang === "en") continue;
    const shape = (t: CompiledLesson): string[] =>
      t.blocks.map((b) =>
        isWidget(b)
          ? `${b.type} ${b.id} [${b.options.map((o) => o.id).join(" ")}] hints ${b.hints.length}`
          : "prose",
      );
    const [a, b] = [shape(en), shape(text)];
    const i = a.findIndex((line, k) => line !== b[k]);
    if (i >= 0 || a.length !== b.length)
      out.push(
        `${lang}.md: block ${(i < 0 ? a.length : i) + 1} is ${b[i < 0 ? a.length : i] ?? "missing"}; en.md has ${a[i] ?? "none"}`,
      );
    const code = (t: CompiledLesson): string[] => t.blocks.flatMap((x) => roots(x).flatMap(preformatted));
    const [c, d] = [code(en), code(text)];
    const k = c.findIndex((block, n) => block !== d[n]);
    if (k >= 0 || c.length !== d.length)
      out.push(`${lang}.md: code block ${(k < 0 ? c.length : k) + 1} is not that of en.md`);
  }
  return out;
}

function roots(block: CompiledLesson["blocks"][number]): HastRoot[] {
  if (!isWidget(block)) return [block.hast];
  return [
    block.body,
    ...block.hints,
    ...block.options.flatMap((o) => [o.text, o.why]),
    ...[block.right, block.wrong, block.notes].filter((r) => r !== undefined),
  ];
}

function preformatted(node: HastNode | HastRoot): string[] {
  if (node.type === "element" && node.tagName === "pre") return [textOf(node)];
  return children(node).flatMap(preformatted);
}

/** Prose of a tree: code left out. */
function prose(node: HastNode | HastRoot): string {
  if (node.type === "text") return node.value;
  if (node.type === "element" && (node.tagName === "code" || node.tagName === "pre")) return " ` ";
  const inner = children(node).map(prose).join("");
  return node.type === "element" && /^(p|li|h\d|td|th|blockquote)$/.test(node.tagName) ? `${inner}\n` : inner;
}

/** Words and marks that a language does not use here, by the terminology. */
export function termFindings(text: CompiledLesson, rules: readonly TermRule[] = TERMS[text.lang]): string[] {
  const parts = text.blocks.flatMap((b) => [
    ...(isWidget(b) && b.title !== undefined ? [b.title] : []),
    ...roots(b).map(prose),
  ]);
  const lines = [text.title, text.description, ...parts].flatMap((p) => p.split("\n"));
  return rules.flatMap((rule) =>
    lines.flatMap((line) => {
      const hit = rule.never.exec(line);
      if (!hit || rule.unless?.test(line)) return [];
      const around = line.slice(Math.max(0, hit.index - 15), hit.index + hit[0].length + 15).trim();
      return [`${text.lang}.md: “${hit[0]}” in “${around}”: ${rule.instead}`];
    }),
  );
}

/** Texts of a lesson against its `lesson.yaml`: every block, option, hint and explanation is there. */
import { goalSteps, type Lesson, type Question } from "../../lessons/format.ts";
import type {
  CompiledLesson,
  HastNode,
  HastRoot,
  Language,
  WidgetBlock,
  WidgetType,
} from "../../lessons/text.ts";
import type { Place } from "./compile.ts";
import { nearest } from "./fields.ts";
import type { ReadFolder, ReadText } from "./folder.ts";
import { type Problem, type ProblemCode, problemsOf } from "./problem.ts";

export const isWidget = (b: CompiledLesson["blocks"][number]): b is WidgetBlock => b.type !== "html";
export const childrenOf = (node: HastNode | HastRoot): readonly HastNode[] =>
  node.type === "text" ? [] : node.children;
export const textOf = (node: HastNode | HastRoot): string =>
  node.type === "text" ? node.value : childrenOf(node).map(textOf).join("");
const isEmpty = (root: HastRoot | undefined): boolean => !root || textOf(root).trim() === "";

/** What the texts have to hold, in the order of `lesson.yaml`, and where each stands there. */
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

type Say = (place: string, code: ProblemCode, args?: Problem["args"]) => void;

/** Ids, options, hints and explanations of one language. */
export function textFindings(folder: ReadFolder, lang: Language): Problem[] {
  const text = folder.read.get(lang);
  if (!text) return [];
  const out: Problem[] = [];
  const file = `${lang}.md`;
  const end: Place = { line: text.source.trimEnd().split("\n").length, column: 1 };
  const say: Say = (place, code, args = {}) => {
    out.push(problemsOf(file, text.places[place] ?? end)(code, args));
  };
  const widgets = text.lesson.blocks.filter(isWidget);
  blocksInOrder(folder, text, say);
  for (const step of goalSteps(folder.lesson)) {
    const block = widgets.find((w) => w.type === "step" && w.id === step.id);
    if (block && block.hints.length !== step.hints)
      say(`step ${step.id}`, "text.hints", { id: step.id, found: block.hints.length, wanted: step.hints });
  }
  for (const q of folder.lesson.spec.quiz) {
    const block = widgets.find((w) => w.type === "question" && w.id === q.id);
    if (block) questionFindings(q, block, folder.lesson, say);
  }
  for (const p of folder.lesson.spec.predictions) {
    const block = widgets.find((w) => w.type === "prediction" && w.id === p.id);
    if (!block) continue;
    const name = `prediction ${p.id}`;
    if (isEmpty(block.body)) say(name, "text.no-question", { name });
    for (const part of ["right", "wrong"] as const)
      if (isEmpty(block[part])) say(name, "text.part-missing", { name, part });
    optionFindings(name, block, p.options ?? [], block.options.length > 0, say);
  }
  for (const block of widgets.filter((w) => w.type === "moment")) slideFindings(block, say);
  return out;
}

/** Blocks that are missing, that nothing knows, or that stand in another order than in `lesson.yaml`. */
function blocksInOrder({ lesson }: ReadFolder, text: ReadText, say: Say): void {
  for (const [type, wanted] of expected(lesson)) {
    const found = text.lesson.blocks.filter(isWidget).filter((w) => w.type === type);
    const unknown = found.filter((w) => w.id !== "" && !wanted.includes(w.id));
    for (const { id } of unknown) {
      const likely = nearest(id, wanted);
      say(`${type} ${id}`, "text.block-unknown", {
        type,
        id,
        names: wanted.join(", "),
        ...(likely ? { likely } : {}),
      });
    }
    const there = (id: string): boolean => found.some((w) => w.id === id);
    wanted.forEach((id, i) => {
      // Where it belongs: at the next block of its kind, else at the end of the file.
      const next = wanted.slice(i + 1).find(there);
      const colons = type === "mini" ? "::" : "::::";
      if (!there(id)) say(next ? `${type} ${next}` : "", "text.block-missing", { type, id, colons });
    });
    const known = found.map((w) => w.id).filter((id) => wanted.includes(id));
    const order = wanted.filter((id) => known.includes(id));
    const at = order.findIndex((id, i) => known[i] !== id);
    if (at >= 0 && known.length === order.length)
      say(`${type} ${known[at]}`, "text.block-order", { type, id: known[at]!, wanted: order[at]! });
  }
}

function optionFindings(
  name: string,
  block: WidgetBlock,
  wanted: readonly string[],
  needed: boolean,
  say: Say,
): void {
  const found = block.options.map((o) => o.id);
  for (const id of wanted) if (needed && !found.includes(id)) say(name, "text.option-missing", { name, id });
  for (const { id, text } of block.options) {
    if (!wanted.includes(id))
      say(`${name} option ${id}`, "text.option-unknown", { name, id, names: wanted.join(", ") });
    if (isEmpty(text)) say(`${name} option ${id}`, "text.option-empty", { name, id });
  }
}

function questionFindings(q: Question, block: WidgetBlock, lesson: Lesson, say: Say): void {
  const name = `question ${q.id}`;
  if (isEmpty(block.body)) say(name, "text.no-question", { name });
  const chosen = q.kind === "choice" || q.kind === "choices";
  const wanted = chosen
    ? q.options
    : q.kind === "order"
      ? q.items
      : q.kind === "predict"
        ? (lesson.spec.predictions.find((p) => p.id === q.prediction)?.options ?? [])
        : [];
  optionFindings(name, block, wanted, q.kind !== "predict" || block.options.length > 0, say);
  if (chosen)
    for (const o of block.options)
      if (isEmpty(o.why)) say(`${name} option ${o.id}`, "text.option-unexplained", { name, id: o.id });
  if (!chosen)
    for (const part of ["right", "wrong"] as const)
      if (isEmpty(block[part])) say(name, "text.part-missing", { name, part });
}

const MAX_LINES = 5;

function slideFindings(block: WidgetBlock, say: Say): void {
  const name = `moment ${block.id}`;
  const lines = childrenOf(block.body).flatMap((n) =>
    n.type === "element" && n.tagName === "ul"
      ? childrenOf(n).filter((c) => c.type === "element")
      : n.type === "element"
        ? [n]
        : [],
  );
  if (lines.length === 0 || lines.length > MAX_LINES)
    say(name, "text.slide-lines", { id: block.id, found: lines.length, limit: MAX_LINES });
  if (isEmpty(block.notes)) say(name, "text.slide-notes", { id: block.id });
}

/** A lesson's Markdown in one language, compiled to data; what an author got wrong is told with its place. */

import type { Root, RootContent } from "mdast";
import { parseDocument } from "yaml";
import { typeset } from "../../i18n/typography.ts";
import type {
  Block,
  CompiledLesson,
  HastRoot,
  Language,
  OptionText,
  WidgetBlock,
  WidgetType,
} from "../../lessons/text.ts";
import { nearest } from "./fields.ts";
import { htmlOf, parseMarkdown, plainText } from "./markdown.ts";

export type TextProblemCode =
  | "front-matter"
  | "missing-field"
  | "unknown-field"
  | "unknown-directive"
  | "misplaced-directive"
  | "missing-id"
  | "duplicate-id"
  | "missing-title"
  | "stray-colons"
  | "html";

/** Line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where it is in the `.md` file. */
export interface TextProblem extends Place {
  readonly code: TextProblemCode;
  readonly args: Readonly<Record<string, string>>;
}

export interface Compiled {
  readonly lesson: CompiledLesson;
  readonly problems: readonly TextProblem[];
  /** Where blocks and their parts begin: `step apply`, `question q1 option a`, `step apply hint 1`. */
  readonly places: Readonly<Record<string, Place>>;
  /** Where each block of the compiled text begins, in its order. */
  readonly blockPlaces: readonly Place[];
}

export const WIDGETS: readonly WidgetType[] = ["mini", "step", "prediction", "question", "moment"];
/** What may stand inside of what. */
export const PARTS: Readonly<Record<WidgetType, readonly string[]>> = {
  mini: [],
  step: ["hint"],
  prediction: ["option", "right", "wrong"],
  question: ["option", "item", "right", "wrong", "hint"],
  moment: ["notes"],
};
const ALL_PARTS = ["hint", "option", "item", "right", "wrong", "notes"];

type Directive = Extract<RootContent, { type: "containerDirective" | "leafDirective" }>;
const isDirective = (node: RootContent): node is Directive =>
  node.type === "containerDirective" || node.type === "leafDirective";

/** Compiles; never throws: what cannot be read is left out and reported. */
export function compileLesson(source: string, id: string, lang: Language): Compiled {
  const problems: TextProblem[] = [];
  const { title, description, body } = frontMatter(source, problems);
  const root = parseMarkdown(body);
  const report = (node: RootContent, code: TextProblemCode, args: Record<string, string> = {}): void => {
    problems.push({ ...placeOf(node), code, args });
  };
  lint(root, report);

  const blocks: Block[] = [];
  const blockPlaces: Place[] = [];
  const places: Record<string, Place> = {};
  let prose: RootContent[] = [];
  const flush = (): void => {
    const html = prose.length > 0 ? htmlOf(prose, lang) : null;
    if (html?.children.some((c) => c.type === "element")) {
      blocks.push({ type: "html", hast: html });
      blockPlaces.push(placeOf(prose[0]!));
    }
    prose = [];
  };
  const seen = new Set<string>();
  for (const node of root.children) {
    if (!isDirective(node)) {
      prose.push(node);
      continue;
    }
    flush();
    const type = node.name as WidgetType;
    if (!WIDGETS.includes(type)) {
      if (ALL_PARTS.includes(node.name)) report(node, "misplaced-directive", { name: node.name });
      else report(node, "unknown-directive", likely(node.name, WIDGETS));
      continue;
    }
    const block = widget(node, type, lang, report);
    Object.assign(places, placesOf(node, type, block.id));
    if (block.id === "") report(node, "missing-id", { name: type });
    if (seen.has(`${type} ${block.id}`)) report(node, "duplicate-id", { name: type, id: block.id });
    seen.add(`${type} ${block.id}`);
    blocks.push(block);
    blockPlaces.push(placeOf(node));
  }
  flush();
  return {
    lesson: { id, lang, title: typeset(title, lang), description: typeset(description, lang), blocks },
    problems: problems.sort((a, b) => a.line - b.line || a.column - b.column),
    places,
    blockPlaces,
  };
}

function placeOf(node: RootContent): Place {
  const at = node.position?.start;
  return { line: at?.line ?? 1, column: at?.column ?? 1 };
}

/** Where a block and its parts begin, by name. */
function placesOf(node: Directive, type: WidgetType, id: string): Record<string, Place> {
  const name = `${type} ${id}`;
  const out: Record<string, Place> = { [name]: placeOf(node) };
  let hints = 0;
  for (const child of node.children as RootContent[]) {
    if (!isDirective(child)) continue;
    const part =
      child.name === "hint"
        ? `hint ${++hints}`
        : child.name === "option" || child.name === "item"
          ? `option ${child.attributes?.["id"] ?? ""}`
          : child.name;
    out[`${name} ${part}`] = placeOf(child);
  }
  return out;
}

/** The blocks that there are in a place, and which of them was probably meant. */
function likely(name: string, names: readonly string[]): Record<string, string> {
  const meant = nearest(name, names);
  return { name, names: names.map((n) => `::${n}`).join(", "), ...(meant ? { likely: meant } : {}) };
}

type Report = (node: RootContent, code: TextProblemCode, args?: Record<string, string>) => void;

function widget(node: Directive, type: WidgetType, lang: Language, report: Report): WidgetBlock {
  const body: RootContent[] = [];
  const hints: { level: number; html: HastRoot }[] = [];
  const options: OptionText[] = [];
  let title: string | undefined;
  const parts: { right?: HastRoot; wrong?: HastRoot; notes?: HastRoot } = {};
  for (const child of node.children as RootContent[]) {
    if (!isDirective(child)) {
      if ((type === "step" || type === "moment") && title === undefined && child.type === "heading")
        title = typeset(plainText(child), lang);
      else body.push(child);
      continue;
    }
    const name = child.name;
    if (!PARTS[type].includes(name)) {
      const known = ALL_PARTS.includes(name) || WIDGETS.includes(name as WidgetType);
      if (known) report(child, "misplaced-directive", { name });
      else report(child, "unknown-directive", likely(name, PARTS[type]));
      continue;
    }
    const inner = child.children as RootContent[];
    for (const deep of inner) if (isDirective(deep)) report(deep, "misplaced-directive", { name: deep.name });
    if (name === "hint")
      hints.push({
        level: Number(child.attributes?.["level"] ?? hints.length + 1),
        html: htmlOf(inner, lang),
      });
    else if (name === "option" || name === "item") {
      const id = child.attributes?.["id"] ?? "";
      if (id === "") report(child, "missing-id", { name });
      if (options.some((o) => o.id === id)) report(child, "duplicate-id", { name, id });
      options.push({ id, text: htmlOf(inner.slice(0, 1), lang), why: htmlOf(inner.slice(1), lang) });
    } else parts[name as "right" | "wrong" | "notes"] = htmlOf(inner, lang);
  }
  if ((type === "step" || type === "moment") && title === undefined)
    report(node, "missing-title", { name: type });
  return {
    type,
    id: node.attributes?.["id"] ?? "",
    ...(title !== undefined ? { title } : {}),
    body: htmlOf(body, lang),
    hints: hints.sort((a, b) => a.level - b.level).map((h) => h.html),
    options,
    ...parts,
  };
}

/** Things that are lost or left lying about wherever they stand: raw HTML, colons of a block that was closed too early. */
function lint(root: Root, report: Report): void {
  const walk = (nodes: readonly RootContent[], top: boolean): void => {
    for (const node of nodes) {
      if (node.type === "html" && !/^<!--/.test(node.value)) report(node, "html");
      if (node.type === "paragraph" && /^:{2,}/.test(plainText(node))) report(node, "stray-colons");
      if (
        isDirective(node) &&
        !top &&
        !WIDGETS.includes(node.name as WidgetType) &&
        !ALL_PARTS.includes(node.name)
      )
        continue; // reported where it is read
      if ("children" in node) walk(node.children as RootContent[], isDirective(node));
    }
  };
  walk(root.children, true);
}

interface Front {
  readonly title: string;
  readonly description: string;
  /** The Markdown, with the front matter's lines left empty so that positions hold. */
  readonly body: string;
}

function frontMatter(source: string, problems: TextProblem[]): Front {
  const text = source.replace(/\r\n?/g, "\n").replace(/^\uFEFF/, "");
  const found = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(text);
  if (!found) {
    problems.push({ line: 1, column: 1, code: "front-matter", args: {} });
    return { title: "", description: "", body: text };
  }
  const body = found[0].replace(/[^\n]/g, "") + text.slice(found[0].length);
  const document = parseDocument(found[1]!, { prettyErrors: false });
  const value = document.errors.length > 0 ? null : (document.toJS() as Record<string, unknown> | null);
  if (value === null || typeof value !== "object") {
    problems.push({ line: 2, column: 1, code: "front-matter", args: {} });
    return { title: "", description: "", body };
  }
  const lineOf = (field: string): number =>
    2 +
    Math.max(
      0,
      found[1]!.split("\n").findIndex((l) => l.startsWith(`${field}:`)),
    );
  for (const field of ["title", "description"])
    if (typeof value[field] !== "string" || value[field] === "")
      problems.push({ line: lineOf(field), column: 1, code: "missing-field", args: { field } });
  for (const field of Object.keys(value))
    if (field !== "title" && field !== "description")
      problems.push({ line: lineOf(field), column: 1, code: "unknown-field", args: { field } });
  return { title: String(value["title"] ?? ""), description: String(value["description"] ?? ""), body };
}

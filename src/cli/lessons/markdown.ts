/** Markdown to a tree with directives, and that tree to clean HTML as data. */

import type { Root as HastTree } from "hast";
import type { Nodes, Parents, Root, RootContent } from "mdast";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkDirective from "remark-directive";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { typeset, typesetBefore } from "../../i18n/typography.ts";
import type { HastRoot, Language } from "../../lessons/text.ts";

const parser = unified().use(remarkParse).use(remarkGfm, { singleTilde: false }).use(remarkDirective);
const schema = { ...defaultSchema, clobberPrefix: "text-" };
const toHast = unified().use(remarkRehype).use(rehypeSanitize, schema);

/** Parses; `10:30` and `v1:beta` stay words, though the directive syntax would take their ends for names. */
export function parseMarkdown(source: string): Root {
  const root = parser.parse(source) as Root;
  restoreText(root, source);
  return root;
}

function restoreText(parent: Parents, source: string): void {
  const out: RootContent[] = [];
  for (const child of parent.children as RootContent[]) {
    const start = child.position?.start.offset;
    const end = child.position?.end.offset;
    if (child.type === "textDirective" && start !== undefined && end !== undefined) {
      out.push({ type: "text", value: source.slice(start, end), position: child.position! });
      continue;
    }
    if ("children" in child) restoreText(child as Parents, source);
    out.push(child);
  }
  const merged: RootContent[] = [];
  for (const child of out) {
    const last = merged.at(-1);
    if (child.type === "text" && last?.type === "text") {
      merged[merged.length - 1] = {
        ...last,
        value: last.value + child.value,
        ...(last.position && child.position
          ? { position: { start: last.position.start, end: child.position.end } }
          : {}),
      };
    } else merged.push(child);
  }
  (parent as { children: RootContent[] }).children = merged;
}

/** The words of a tree, without markup. */
export function plainText(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map((c) => plainText(c)).join("") : "";
}

/** Clean HTML of some blocks, set by the rules of the language. */
export function htmlOf(children: readonly RootContent[], lang: Language): HastRoot {
  const tree = toHast.runSync({ type: "root", children: [...children] } as Root) as HastTree;
  return tidy(tree, lang) as unknown as HastRoot;
}

interface Tree {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Tree[];
}

/** What stands within a line of prose. */
const INLINE = new Set(["code", "strong", "em", "a"]);

/** Drops positions and comments; prose gets its spaces, code stays as it is. */
function tidy(node: Tree | HastTree, lang: Language, code = false, goesOn = false): Tree {
  const { type, tagName, value, properties, children } = node as Tree;
  const inCode = code || tagName === "code" || tagName === "pre";
  return {
    type,
    ...(tagName !== undefined ? { tagName, properties: properties ?? {} } : {}),
    ...(value !== undefined
      ? { value: inCode ? value : (goesOn ? typesetBefore : typeset)(value, lang) }
      : {}),
    ...(children
      ? {
          children: children
            .filter((c) => c.type === "element" || c.type === "text")
            .map((c, i, all) =>
              tidy(c, lang, inCode, INLINE.has((all[i + 1] as Tree | undefined)?.tagName ?? "")),
            ),
        }
      : {}),
  };
}

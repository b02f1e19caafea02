/** Prose of a lesson's Markdown by paragraph, with the place of each letter in the file. Code is left out. */
import type { Nodes, RootContent } from "mdast";
import type { Place } from "./compile.ts";
import { parseMarkdown } from "./markdown.ts";

export interface Paragraph {
  readonly text: string;
  /** Where the letter at an index stands. */
  at(index: number): Place;
}

const WHOLE = new Set(["paragraph", "heading", "tableCell"]);

interface Piece {
  readonly from: number;
  readonly text: string;
  readonly start: Place;
}

function placeIn({ text, start }: Piece, index: number): Place {
  const before = text.slice(0, index).split("\n");
  const last = before.at(-1) ?? "";
  return before.length === 1
    ? { line: start.line, column: start.column + last.length }
    : { line: start.line + before.length - 1, column: last.length + 1 };
}

function paragraph(node: Nodes): Paragraph {
  const pieces: Piece[] = [];
  let text = "";
  const walk = (n: Nodes): void => {
    const start = n.position?.start ?? { line: 1, column: 1 };
    if (n.type === "text" || n.type === "inlineCode") {
      const shown = n.type === "text" ? n.value : " ` ";
      pieces.push({ from: text.length, text: shown, start });
      text += shown;
    } else if (n.type === "break") text += "\n";
    else if ("children" in n) for (const child of n.children) walk(child);
  };
  walk(node);
  return {
    text,
    at(index) {
      const piece = pieces.findLast((p) => p.from <= index) ?? pieces[0];
      return piece ? placeIn(piece, index - piece.from) : { line: 1, column: 1 };
    },
  };
}

/** Title, description, then every paragraph, heading and cell, in their order. */
export function paragraphs(source: string): Paragraph[] {
  const out: Paragraph[] = [];
  const front = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(source)?.[0] ?? "";
  front.split("\n").forEach((line, i) => {
    const found = /^(?:title|description):\s*(.*)$/.exec(line);
    if (!found) return;
    const skipped = line.length - found[1]!.length;
    const text = found[1]!.replace(/`[^`]*`/g, (code) => "`".padEnd(code.length));
    out.push({ text, at: (index) => ({ line: i + 1, column: 1 + skipped + index }) });
  });
  const walk = (nodes: readonly RootContent[]): void => {
    for (const node of nodes) {
      if (WHOLE.has(node.type)) out.push(paragraph(node));
      else if ("children" in node) walk(node.children as RootContent[]);
    }
  };
  walk(parseMarkdown(front.replace(/[^\n]/g, "") + source.slice(front.length)).children);
  return out;
}

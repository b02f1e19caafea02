import type { HastNode, HastRoot } from "../src/lessons/text.ts";

const VOID = new Set(["br", "hr", "img", "input", "wbr"]);

export const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const attribute = ([name, value]: [string, unknown]): string => {
  if (value === false || value === null || value === undefined) return "";
  const plain = name === "className" ? "class" : name.toLowerCase();
  if (value === true) return ` ${plain}`;
  return ` ${plain}="${escaped(Array.isArray(value) ? value.join(" ") : String(value))}"`;
};

/** A cleaned tree as HTML. Headings get ids from `ids`, in their order; tables scroll in a box of their own. */
export function htmlText(node: HastRoot | HastNode, ids: string[] = []): string {
  if (node.type === "text") return escaped(node.value);
  if (node.type === "root") return node.children.map((c) => htmlText(c, ids)).join("");
  const id = node.tagName === "h2" ? ids.shift() : undefined;
  const properties = id === undefined ? node.properties : { ...node.properties, id };
  const inner = node.children.map((c) => htmlText(c, ids)).join("");
  const open = `<${node.tagName}${Object.entries(properties).map(attribute).join("")}>`;
  if (VOID.has(node.tagName)) return open;
  const whole = `${open}${inner}</${node.tagName}>`;
  return node.tagName === "table" ? `<div class="wide">${whole}</div>` : whole;
}

/** The words of a tree. */
export const textOf = (node: HastRoot | HastNode): string =>
  node.type === "text" ? node.value : node.children.map(textOf).join("");

import { createElement, type ReactNode } from "react";
import type { HastNode, HastRoot } from "../../lessons/text.ts";
import styles from "./lesson.module.css";

const VOID = new Set(["br", "hr", "img", "input", "wbr"]);
/** Properties of hast that React calls by the same name; others are not needed in prose. */
const KNOWN = ["href", "title", "id", "src", "alt", "start", "colSpan", "rowSpan", "lang"];

function node(given: HastNode, key: number): ReactNode {
  if (given.type === "text") return given.value;
  const props: Record<string, unknown> = { key };
  for (const name of KNOWN) if (given.properties[name] !== undefined) props[name] = given.properties[name];
  const classes = given.properties["className"];
  if (Array.isArray(classes)) props["className"] = classes.join(" ");
  const { href } = given.properties;
  if (typeof href === "string" && /^https?:/.test(href)) {
    props["target"] = "_blank";
    props["rel"] = "noreferrer";
  }
  if (VOID.has(given.tagName)) return createElement(given.tagName, props);
  const inner = given.children.filter((c) => !(TABLE.has(given.tagName) && c.type === "text")).map(node);
  if (given.tagName === "table" || given.tagName === "pre")
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
      <div key={key} className={styles.wide} tabIndex={0} role="group">
        {createElement(given.tagName, { ...props, key: "inner" }, inner)}
      </div>
    );
  return createElement(given.tagName, props, inner);
}

/** Line ends between rows are no text of a table. */
const TABLE = new Set(["table", "thead", "tbody", "tr"]);

/** Compiled prose. `inline`: one paragraph without its paragraph, for labels. */
export function Prose({ of, inline = false }: { of: HastRoot; inline?: boolean }) {
  if (inline) {
    const nodes = of.children.flatMap((c) => (c.type === "element" && c.tagName === "p" ? c.children : [c]));
    return <span className={styles.inline}>{nodes.map(node)}</span>;
  }
  return <div className={styles.prose}>{of.children.map(node)}</div>;
}

/** Prose as it is read, without its markup. */
export const plainText = (of: HastNode | HastRoot): string =>
  of.type === "text" ? of.value : of.children.map(plainText).join("");

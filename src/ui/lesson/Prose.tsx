import { createElement, Fragment, type ReactNode } from "react";
import type { HastNode, HastRoot } from "../../lessons/text.ts";
import styles from "./lesson.module.css";

const VOID = new Set(["br", "hr", "img", "input", "wbr"]);
/** Properties of hast that React calls by the same name; others are not needed in prose. */
const KNOWN = ["href", "title", "id", "src", "alt", "start", "colSpan", "rowSpan", "lang"];

/** One word to the eye: a Latin name joined by a hyphen, as in Russian `API-сервер`; a range of numbers. */
const JOINED = /(\p{Script=Latin}+-\p{Script=Cyrillic}+|\d[\d.,]*[–~]\d[\d.,]*)/u;
/** Names of objects too, where a record is told. */
const NAMED = /(\p{Script=Latin}+-\p{Script=Cyrillic}+|(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-]))/u;

/** Text with such words kept on one line. */
export function unbroken(text: string, names = false): ReactNode {
  const pieces = text.split(names ? NAMED : JOINED);
  return pieces.length === 1
    ? text
    : pieces.map((piece, i) =>
        i % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
          <span key={i} className={styles.whole}>
            {piece}
          </span>
        ) : (
          piece
        ),
      );
}

/** Code of this length at most stays on one line, on a phone too. */
const SHORT = 28;

const words = (code: string): ReactNode =>
  code.split(" ").map((word, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: words of one command
    <Fragment key={i}>
      {i > 0 && " "}
      {word.length <= SHORT ? <span className={styles.whole}>{word}</span> : word}
    </Fragment>
  ));

function node(given: HastNode, key: number): ReactNode {
  if (given.type === "text") return unbroken(given.value);
  const props: Record<string, unknown> = { key };
  for (const name of KNOWN) if (given.properties[name] !== undefined) props[name] = given.properties[name];
  const classes = given.properties["className"];
  if (Array.isArray(classes)) props["className"] = classes.join(" ");
  if (given.tagName === "code") {
    const code = plainText(given);
    // Of a long command, each word; of preformatted text, nothing.
    if (!code.includes("\n"))
      return createElement(
        "code",
        code.length <= SHORT ? { ...props, className: styles.whole } : props,
        code.length <= SHORT ? code : words(code),
      );
  }
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

/** Prose without the words that it begins with, where it does. */
export function withoutOpening(of: HastRoot, words: string): HastRoot {
  const [first, ...rest] = of.children;
  if (first?.type !== "element" || first.tagName !== "p") return of;
  const [text, ...others] = first.children;
  if (text?.type !== "text" || !text.value.startsWith(words)) return of;
  const left = text.value.slice(words.length).trimStart();
  if (left === "" && others.length === 0) return { ...of, children: rest };
  return { ...of, children: [{ ...first, children: [{ ...text, value: left }, ...others] }, ...rest] };
}

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

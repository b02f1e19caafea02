import { parseSync } from "@swc/core";

/** Texts a source names: `literals` all of them, `called` those given to a translating call as its key. */
export interface KeyUse {
  called: Set<string>;
  literals: Set<string>;
}

interface Node {
  type?: string;
  [key: string]: unknown;
}

const translating = new Set(["t", "parts"]);

/** Reads the string literals of a TypeScript source. Keys chosen by a condition (`t(x ? "a" : "b")`) count as called. */
export function keyUse(source: string, file: string): KeyUse {
  const tree = parseSync(source, { syntax: "typescript", target: "es2022", tsx: file.endsWith(".tsx") });
  const use: KeyUse = { called: new Set(), literals: new Set() };
  visit(tree as unknown as Node, (node) => {
    const text = literal(node);
    if (text !== undefined) use.literals.add(text);
    if (node.type === "CallExpression" && translating.has(calleeName(node) ?? "")) {
      const [first] = node["arguments"] as { expression: Node }[];
      if (first) for (const key of keysOf(first.expression)) use.called.add(key);
    }
  });
  return use;
}

/** The texts an expression may come to, as far as it says so itself. */
function keysOf(node: Node): string[] {
  const text = literal(node);
  if (text !== undefined) return [text];
  if (node.type === "ConditionalExpression") {
    return [...keysOf(node["consequent"] as Node), ...keysOf(node["alternate"] as Node)];
  }
  if (node.type === "ParenthesisExpression") return keysOf(node["expression"] as Node);
  return [];
}

function literal(node: Node): string | undefined {
  if (node.type === "StringLiteral") return String(node["value"]);
  const isPlain =
    node.type === "TemplateLiteral" && (node["expressions"] as unknown[] | undefined)?.length === 0;
  return isPlain ? String((node["quasis"] as { cooked: string }[])[0]?.cooked) : undefined;
}

function calleeName(node: Node): string | undefined {
  const callee = node["callee"] as Node;
  const named = callee.type === "MemberExpression" ? (callee["property"] as Node) : callee;
  return named.type === "Identifier" ? String(named["value"]) : undefined;
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === "object" && child !== null) visit(child as Node, see);
    }
  }
}

import { parseSync } from "@swc/core";

/**
 * What engine code must not touch, so that a run depends on its scenario, seed and inputs alone:
 * the host's clock, chance, timers, locale, time zone and event loop, and the browser.
 */

/** A forbidden thing found in a source text. Line and column count from one. */
export interface Finding {
  line: number;
  column: number;
  message: string;
}

const bannedGlobals: Record<string, string> = {
  ...all("time is virtual: schedule on the simulation's heap", [
    "setTimeout",
    "setInterval",
    "setImmediate",
    "clearTimeout",
    "clearInterval",
    "requestAnimationFrame",
    "requestIdleCallback",
    "queueMicrotask",
    "performance",
  ]),
  ...all("nothing in the engine waits for the host's event loop", [
    "Promise",
    "AbortController",
    "fetch",
    "WebSocket",
    "Worker",
    "MessageChannel",
  ]),
  ...all("the engine runs without a host", [
    "window",
    "document",
    "navigator",
    "location",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "globalThis",
    "self",
    "global",
    "process",
    "require",
    "Buffer",
    "console",
  ]),
  ...all("chance comes from draws, which the seed decides", ["crypto"]),
  ...all("the host's locale must not show", ["Intl"]),
  ...all("garbage collection must not show", ["WeakRef", "FinalizationRegistry"]),
};

/** Members of the two globals that are allowed only in part. */
const allowedMembers: Record<string, (member: string | undefined) => boolean> = {
  Date: (member) => member === "parse" || member === "UTC",
  Math: (member) => member !== undefined && member !== "random",
};

const bannedMembers: Record<string, string> = {
  ...all("the order depends on the host's locale: compare with <", ["localeCompare"]),
  ...all("the text depends on the host's locale or time zone", [
    "toLocaleString",
    "toLocaleDateString",
    "toLocaleTimeString",
    "toLocaleLowerCase",
    "toLocaleUpperCase",
    "toDateString",
    "toTimeString",
  ]),
  ...all("the value depends on the host's time zone: use the UTC one", [
    "getFullYear",
    "getMonth",
    "getDate",
    "getDay",
    "getHours",
    "getMinutes",
    "getTimezoneOffset",
    "setFullYear",
    "setMonth",
    "setDate",
    "setHours",
    "setMinutes",
  ]),
};

/** Packages that engine code may name for their types only. */
const typesOnly = ["@kubernetes/client-node"];

interface Node {
  type?: string;
  span?: { start: number; end: number };
  [key: string]: unknown;
}

/** swc marks identifiers that nothing in the file declares with this context. */
const GLOBAL = 1;

/** Finds everything forbidden in one source text. Throws if the text is not TypeScript. */
export function findHostUse(source: string, file = "source.ts"): Finding[] {
  const module = parseSync(source, { syntax: "typescript", target: "es2022", tsx: file.endsWith(".tsx") });
  const bytes = Buffer.from(source);
  const findings: Finding[] = [];
  const report = (node: Node, message: string) => findings.push({ ...place(bytes, node), message });
  visit(module as unknown as Node, undefined, report);
  return findings.sort((a, b) => a.line - b.line || a.column - b.column);
}

type Report = (node: Node, message: string) => void;

function visit(node: Node, parent: Node | undefined, report: Report): void {
  check(node, parent, report);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child !== "object" || child === null) continue;
      // Lists of the tree hold arguments as {spread, expression}: those stand for their expression.
      const inner = child.type === undefined && child.expression ? child.expression : child;
      visit(inner as Node, node.type === undefined ? parent : node, report);
    }
  }
}

function check(node: Node, parent: Node | undefined, report: Report): void {
  if (node["async"] === true || node["isAsync"] === true)
    report(node, "async: nothing in the engine waits for the host");
  if (node.type === "AwaitExpression" || node["isAwait"] === true) {
    report(node, "await: nothing in the engine waits for the host");
  }
  if (node.type === "ImportDeclaration") checkImport(node, report);
  if (node.type === "CallExpression" && (node["callee"] as Node).type === "Import") {
    report(node, "import(): nothing in the engine waits for the host");
  }
  if (node.type === "MemberExpression") {
    const message = lookUp(bannedMembers, memberName(node));
    if (message) report(node["property"] as Node, `${memberName(node)}: ${message}`);
  }
  if (node.type === "Identifier" && node["ctxt"] === GLOBAL) checkGlobal(node, parent, report);
}

function checkGlobal(node: Node, parent: Node | undefined, report: Report): void {
  const name = String(node["value"]);
  // A type costs nothing, but one of these would be a type of what the engine cannot have.
  const message = lookUp(bannedGlobals, name);
  if (message) {
    report(node, `${name}: ${message}`);
    return;
  }
  const allowed = lookUp(allowedMembers, name);
  if (!allowed || parent?.type?.startsWith("Ts")) return;
  if (parent?.type === "MemberExpression" && parent["object"] === node) {
    const member = memberName(parent);
    if (!allowed(member)) report(node, `${name}.${member ?? "[…]"}: ${reason(name)}`);
    return;
  }
  if (parent?.type === "NewExpression" && parent["callee"] === node && name === "Date") {
    const given = parent["arguments"] as unknown[] | null;
    if (!given || given.length === 0) report(node, `new Date(): ${reason(name)}`);
    return;
  }
  if (parent?.type === "BinaryExpression" && parent["operator"] === "instanceof") return;
  report(node, `${name}: ${reason(name)}`);
}

const reason = (name: string) =>
  name === "Date"
    ? "time is virtual: take it from the simulation (Date.parse and new Date(ms) are fine)"
    : "chance comes from draws, which the seed decides";

function checkImport(node: Node, report: Report): void {
  const from = String((node["source"] as Node)["value"]);
  const specifiers = node["specifiers"] as Node[];
  const onlyTypes =
    node["typeOnly"] === true || (specifiers.length > 0 && specifiers.every((s) => s["isTypeOnly"]));
  if (typesOnly.includes(from) && !onlyTypes) report(node, `${from}: import its types only`);
}

function memberName(node: Node): string | undefined {
  const property = node["property"] as Node;
  if (property.type === "Identifier") return String(property["value"]);
  const computed = property["expression"] as Node | undefined;
  return computed?.type === "StringLiteral" ? String(computed["value"]) : undefined;
}

function place(bytes: Buffer, node: Node): { line: number; column: number } {
  // Spans count bytes from one.
  const before = bytes.subarray(0, (node.span?.start ?? 1) - 1).toString();
  const lines = before.split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

function lookUp<T>(table: Record<string, T>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function all(message: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, message]));
}

/** Values of awk: numbers and strings that turn into each other. */
import type { ToolIo } from "./contract.ts";

export type Value = string | number;

export interface Scope {
  fields: string[];
  vars: Record<string, Value>;
  arrays: Record<string, Record<string, Value>>;
  /** What ends a rule early, and the code that `exit` gave. */
  halt: "next" | "exit" | "break" | "continue" | null;
  code: number;
  out(text: string): void;
  io: ToolIo;
}

export const num = (v: Value): number => (typeof v === "number" ? v : Number.parseFloat(v) || 0);

export const str = (v: Value): string =>
  typeof v === "number" ? (Number.isInteger(v) ? String(v) : String(Number(v.toPrecision(6)))) : v;

export const truth = (v: Value): boolean =>
  typeof v === "number" ? v !== 0 : /^\s*-?\d+(\.\d+)?\s*$/.test(v) ? Number(v) !== 0 : v !== "";

export function arithmetic(op: string, a: number, b: number): number {
  return op === "+"
    ? a + b
    : op === "-"
      ? a - b
      : op === "*"
        ? a * b
        : op === "/"
          ? a / b
          : op === "%"
            ? a % b
            : a ** b;
}

/** Conditions of `[[ … ]]`. */
import type { TestExpression } from "unbash";
import type { Context } from "../context.ts";
import { isDirectory, readFile } from "../files.ts";
import { globRegex } from "./glob.ts";
import { expandString, type Scope } from "./words.ts";

export function truth(e: TestExpression, scope: Scope, ctx: Context): boolean {
  switch (e.type) {
    case "TestGroup":
      return truth(e.expression, scope, ctx);
    case "TestNot":
      return truth(e.operand, scope, ctx) === (e.negations.length % 2 === 0);
    case "TestLogical":
      return e.operator === "&&"
        ? e.operands.every((o) => truth(o, scope, ctx))
        : e.operands.some((o) => truth(o, scope, ctx));
    case "TestUnary":
      return testUnary(e.operator, expandString(e.operand, scope), ctx);
    case "TestBinary": {
      const left = expandString(e.left, scope);
      const right = expandString(e.right, scope);
      if (e.operator === "=~") return safeRegex(right)?.test(left) ?? false;
      if (e.operator === "==" || e.operator === "=") return globRegex(right).test(left);
      if (e.operator === "!=") return !globRegex(right).test(left);
      return testBinary(left, e.operator, right);
    }
  }
}

function safeRegex(source: string): RegExp | null {
  try {
    return new RegExp(source);
  } catch {
    return null;
  }
}

function testUnary(operator: string, operand: string, ctx: Context): boolean {
  if (operator === "-z") return operand === "";
  if (operator === "-n") return operand !== "";
  return ctx.once(() => {
    const directory = isDirectory(ctx.host, ctx.session, operand);
    const text = readFile(ctx.host, ctx.session, operand);
    if (operator === "-d") return directory;
    if (operator === "-f") return text !== undefined;
    if (operator === "-s") return directory || (text ?? "") !== "";
    return directory || text !== undefined;
  });
}

function testBinary(left: string, operator: string, right: string): boolean {
  const [a, b] = [Number(left), Number(right)];
  switch (operator) {
    case "-eq":
      return a === b;
    case "-ne":
      return a !== b;
    case "-lt":
    case "<":
      return operator === "<" ? left < right : a < b;
    case "-le":
      return a <= b;
    case "-gt":
    case ">":
      return operator === ">" ? left > right : a > b;
    case "-ge":
      return a >= b;
    case "!=":
      return left !== right;
    default:
      return left === right;
  }
}

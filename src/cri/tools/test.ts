/** `test`, `[` and the tests of `[[ … ]]`. */
import type { ProgramHost } from "../os/contract.ts";
import type { Tool } from "./contract.ts";

/** A test of one operand. */
export function testUnary(
  host: ProgramHost,
  op: string,
  operand: string,
  variable: (name: string) => string | undefined = () => undefined,
): boolean {
  switch (op) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-v":
      return variable(operand) !== undefined;
    case "-t":
      return host.proc.fds[Number(operand)]?.k === "exec" && host.proc.env.TERM !== undefined;
  }
  const path = host.path(operand);
  const link = host.fs.lookup(path, false);
  if (op === "-L" || op === "-h") return link.ok && link.value.kind === "link";
  if (operand === "") return false;
  if (op === "-c" && /^\/dev\/(null|zero|full|u?random|tty)$/.test(path)) return true;
  if (op === "-e" && /^\/dev\/(null|zero|u?random|std(in|out|err)|tty)$/.test(path)) return true;
  const found = host.fs.lookup(path);
  if (!found.ok) return false;
  const node = found.value;
  switch (op) {
    case "-e":
    case "-a":
      return true;
    case "-f":
      return node.kind === "file";
    case "-d":
      return node.kind === "dir";
    case "-s":
      return node.kind === "dir" || (node.kind === "file" && node.size > 0);
    case "-r":
      return host.fs.mayRead(node);
    case "-w":
      return host.fs.mayWrite(path);
    case "-x":
      return node.kind === "dir" || host.fs.mayExecute(node);
    case "-O":
      return node.kind !== "link" && node.uid === host.proc.uid;
    default:
      return false;
  }
}

const INTEGER = /^\s*[-+]?\d+\s*$/;

/** A test of two operands; a text where an operand is no number, undefined where the operator is unknown. */
export function testBinary(
  host: ProgramHost,
  left: string,
  op: string,
  right: string,
): boolean | string | undefined {
  switch (op) {
    case "=":
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-nt":
    case "-ot": {
      const a = host.fs.lookup(host.path(left));
      const b = host.fs.lookup(host.path(right));
      const [x, y] = op === "-nt" ? [a, b] : [b, a];
      return x.ok && (!y.ok || x.value.mtimeMs > y.value.mtimeMs);
    }
    case "-ef":
      return (
        host.fs.resolve(host.path(left)).ok &&
        JSON.stringify(host.fs.resolve(host.path(left))) === JSON.stringify(host.fs.resolve(host.path(right)))
      );
  }
  if (!/^-(eq|ne|lt|le|gt|ge)$/.test(op)) return undefined;
  for (const side of [left, right]) if (!INTEGER.test(side)) return side;
  const a = Number(left);
  const b = Number(right);
  switch (op) {
    case "-eq":
      return a === b;
    case "-ne":
      return a !== b;
    case "-lt":
      return a < b;
    case "-le":
      return a <= b;
    case "-gt":
      return a > b;
    default:
      return a >= b;
  }
}

export const test: Tool = (given, io) => {
  const { host } = io;
  let args = [...given];
  const label = `${host.shell === "bash" ? "bash: line 1: " : host.shell === "dash" ? "sh: 1: " : "sh: "}${io.name === "[" && host.shell !== "ash" ? "[: " : io.name === "test" && host.shell !== "ash" ? "test: " : ""}`;
  const fail = (text: string): number => {
    io.err(`${label}${text}\n`);
    return 2;
  };
  if (io.name === "[") {
    if (args[args.length - 1] !== "]") return fail(host.shell === "ash" ? "missing ]" : "missing `]'");
    args = args.slice(0, -1);
  }
  let at = 0;
  let bad: string | null = null;
  const or = (): boolean => {
    let v = and();
    while (args[at] === "-o") {
      at++;
      v = and() || v;
    }
    return v;
  };
  const and = (): boolean => {
    let v = not();
    while (args[at] === "-a") {
      at++;
      v = not() && v;
    }
    return v;
  };
  const not = (): boolean => {
    if (args[at] === "!" && args.length > at + 1) {
      at++;
      return !not();
    }
    return primary();
  };
  const primary = (): boolean => {
    const left = args[at];
    if (left === undefined) {
      bad ??= "argument expected";
      return false;
    }
    const op = args[at + 1];
    if (op !== undefined && args[at + 2] !== undefined) {
      const result = testBinary(host, left, op, args[at + 2]!);
      if (result !== undefined) {
        at += 3;
        if (typeof result === "string") {
          bad ??=
            host.shell === "ash"
              ? `${result}: bad number`
              : host.shell === "dash"
                ? `Illegal number: ${result}`
                : `${result}: integer expression expected`;
          return false;
        }
        return result;
      }
    }
    if (left === "(" && args.length > at + 1) {
      at++;
      const v = or();
      if (args[at] === ")") at++;
      return v;
    }
    if (/^-[a-zA-Z]$/.test(left) && op !== undefined) {
      at += 2;
      return testUnary(host, left, op);
    }
    at++;
    return left !== "";
  };
  if (args.length === 0) return 1;
  const value = or();
  if (bad !== null) return fail(bad);
  if (at < args.length) return fail(`${args[at]}: unknown operand`);
  return value ? 0 : 1;
};

/** Conditions of `[[ … ]]`. */
import { testBinary } from "../tools/test.ts";
import type { Vm } from "./vm.ts";
import { matches } from "./words.ts";

/** A test of two words in `[[ … ]]`. */
export function compare(vm: Vm, left: string, op: string, right: string): boolean {
  const { s, host } = vm;
  if (op === "=" || op === "==") return matches(right, left);
  if (op === "!=") return !matches(right, left);
  if (op === "=~") {
    try {
      const found = new RegExp(right).exec(left);
      if (found) s.vars = { ...s.vars, BASH_REMATCH: { v: found[0], a: [...found].map((x) => x ?? "") } };
      return found !== null;
    } catch {
      return false;
    }
  }
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(op)) {
    const a = vm.arithmetic(left) ?? 0;
    const b = vm.arithmetic(right) ?? 0;
    return testBinary(host, String(a), op, String(b)) === true;
  }
  return testBinary(host, left, op, right) === true;
}

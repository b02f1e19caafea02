/** Parameter expansions beyond the plain `$name`. */
import type { Op } from "./ops.ts";
import { assign, expansion, list as listFrags, parameter, positional } from "./params.ts";
import { add, popStr } from "./stack.ts";
import type { Frame } from "./state.ts";
import { complain } from "./texts.ts";
import type { Vm } from "./vm.ts";
import { strip, substitute } from "./words.ts";

export function parameterOperation(
  vm: Vm,
  op: Extract<Op, { name: string; q: boolean }> | Extract<Op, { o: "len" }>,
  f: Frame,
): void {
  const { s, host } = vm;
  const q = op.o === "len" ? 1 : op.q ? 1 : 2;
  const value = parameter(s, host, op.name);
  const array = s.vars[op.name]?.a;
  switch (op.o) {
    case "len": {
      const index = op.index ? popStr(f) : undefined;
      const text =
        index === "@" || index === "*"
          ? String((array ?? (value === undefined ? [] : [value])).length)
          : String(
              op.name === "@" || op.name === "*"
                ? positional(s).length
                : ((index === undefined ? value : array?.[vm.arithmetic(index) ?? 0]) ?? "").length,
            );
      add(f, [[text, 1]]);
      return;
    }
    case "names":
      add(
        f,
        listFrags(
          array ? array.map((_, i) => String(i)) : Object.keys(s.vars).filter((n) => n.startsWith(op.name)),
          "@",
          op.q,
          s,
        ),
      );
      return;
    case "indirect":
      add(f, expansion(s, host, value ?? "", op.q));
      return;
    case "index": {
      const index = popStr(f);
      if (index === "@" || index === "*")
        add(f, listFrags(array ?? (value === undefined ? [] : [value]), index, op.q, s));
      else {
        const i = vm.arithmetic(index) ?? 0;
        add(f, [[(array ? array[i < 0 ? array.length + i : i] : i === 0 ? value : undefined) ?? "", q]]);
      }
      return;
    }
    case "pdef": {
      const empty = op.op.startsWith(":") ? value === undefined || value === "" : value === undefined;
      const plus = op.op.endsWith("+");
      if (plus ? empty : !empty) {
        if (!plus) add(f, expansion(s, host, op.name, op.q));
        else if (op.q) add(f, [["", 1]]);
        f.ip = op.end;
      }
      return;
    }
    case "pset": {
      const text = popStr(f);
      if (op.op.endsWith("=")) {
        assign(s, op.name, text);
        add(f, [[text, q]]);
        return;
      }
      complain(host, s.name, `${op.name}: ${text || "parameter not set"}`);
      vm.exit(host.shell === "bash" ? 127 : 2);
      return;
    }
    case "prem": {
      const pattern = popStr(f);
      add(f, [[strip(value ?? "", pattern, op.op), q]]);
      return;
    }
    case "prep": {
      const replacement = popStr(f);
      const pattern = popStr(f);
      add(f, [[substitute(value ?? "", pattern, replacement, op.op), q]]);
      return;
    }
    case "pslice": {
      const length = op.length ? vm.arithmetic(popStr(f)) : null;
      const offset = vm.arithmetic(popStr(f)) ?? 0;
      const text = value ?? "";
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      const to = length === null ? text.length : length < 0 ? text.length + length : from + length;
      add(f, [[text.slice(from, Math.max(from, to)), q]]);
      return;
    }
    case "pcase": {
      const text = value ?? "";
      const up = op.op.startsWith("^");
      const change = (t: string): string => (up ? t.toUpperCase() : t.toLowerCase());
      add(f, [[op.op.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1), q]]);
      return;
    }
  }
}

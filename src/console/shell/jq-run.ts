/** Runs a filter of `jq` on a value: all that it makes of it. */
import type { Jq } from "./jq-parse.ts";
import { JqSyntax } from "./jq-tokens.ts";
import {
  arithmetic,
  BINARY,
  compare,
  type Dict,
  each,
  format,
  index,
  isDict,
  JqError,
  list,
  regex,
  SIMPLE,
  text,
  truthy,
} from "./jq-values.ts";

export type Vars = Readonly<Record<string, unknown>>;

function grouped(v: unknown, by: (x: unknown) => unknown): unknown[][] {
  const groups: { key: unknown; items: unknown[] }[] = [];
  for (const item of [...list(v)].map((x) => ({ x, k: by(x) })).sort((a, b) => compare(a.k, b.k))) {
    const last = groups.at(-1);
    if (last && compare(last.key, item.k) === 0) last.items.push(item.x);
    else groups.push({ key: item.k, items: [item.x] });
  }
  return groups.map((g) => g.items);
}

function call(name: string, args: readonly Jq[], v: unknown, vars: Vars): unknown[] {
  const [f = { t: "dot" } as Jq, g] = args;
  const by = (x: unknown): unknown[] => run(f, x, vars);
  const simple = args.length === 0 && Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
  if (simple) return [simple(v)];
  const binary = args.length === 1 && Object.hasOwn(BINARY, name) ? BINARY[name] : undefined;
  if (binary) return by(v).map((a) => binary(v, a));
  switch (`${name}/${args.length}`) {
    case "empty/0":
      return [];
    case "error/0":
      throw new JqError(text(v));
    case "error/1":
      throw new JqError(text(by(v)[0]));
    case "now/0":
      return [vars["__now"]];
    case "select/1":
      return by(v)
        .filter(truthy)
        .map(() => v);
    case "map/1":
      return [each(v).flatMap(by)];
    case "map_values/1":
      return [
        Array.isArray(v)
          ? v.flatMap((x) => by(x).slice(0, 1))
          : Object.fromEntries(
              Object.entries(v as Dict).flatMap(([k, x]) =>
                by(x)
                  .slice(0, 1)
                  .map((y) => [k, y]),
              ),
            ),
      ];
    case "with_entries/1":
      return [
        SIMPLE["from_entries"]?.(Object.entries(v as Dict).flatMap(([key, value]) => by({ key, value }))),
      ];
    case "recurse/0":
      return run({ t: "rec" }, v, vars);
    case "sort_by/1":
      return [grouped(v, by).flat()];
    case "group_by/1":
      return [grouped(v, by)];
    case "unique_by/1":
      return [grouped(v, by).map((group) => group[0])];
    case "min_by/1":
      return [grouped(v, by)[0]?.[0] ?? null];
    case "max_by/1":
      return [grouped(v, by).at(-1)?.at(-1) ?? null];
    case "any/1":
      return [each(v).some((x) => by(x).some(truthy))];
    case "all/1":
      return [each(v).every((x) => by(x).every(truthy))];
    case "first/1":
      return by(v).slice(0, 1);
    case "last/1":
      return by(v).slice(-1);
    case "limit/2":
      return run(g as Jq, v, vars).slice(0, by(v)[0] as number);
    case "range/1":
      return Array.from({ length: Math.max(0, by(v)[0] as number) }, (_, i) => i);
    case "range/2": {
      const [from, to] = [by(v)[0] as number, run(g as Jq, v, vars)[0] as number];
      return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
    }
    case "sub/2":
    case "gsub/2":
      return [
        text(v).replace(regex(by(v)[0], name === "gsub" ? "g" : ""), () => text(run(g as Jq, v, vars)[0])),
      ];
    case "test/2":
      return [regex(by(v)[0], text(run(g as Jq, v, vars)[0])).test(text(v))];
    case "del/1":
      return [change(f, v, vars, () => undefined)];
  }
  throw new JqSyntax(`${name}/${args.length} is not defined`);
}

/** A value with what a path names changed; undefined takes it away. */
function change(path: Jq, v: unknown, vars: Vars, to: (old: unknown) => unknown): unknown {
  const put = (of: unknown, key: unknown): unknown => {
    const next = to(index(of, key));
    if (Array.isArray(of) && typeof key === "number")
      return next === undefined
        ? of.filter((_, i) => i !== (key < 0 ? of.length + key : key))
        : of.map((x, i) => (i === (key < 0 ? of.length + key : key) ? next : x));
    const { [text(key)]: _, ...rest } = (of ?? {}) as Record<string, unknown>;
    return next === undefined ? rest : { ...((of ?? {}) as Dict), [text(key)]: next };
  };
  switch (path.t) {
    case "dot":
      return to(v);
    case "index": {
      const key = run(path.key, v, vars)[0];
      return change(path.of, v, vars, (of) => put(of, key));
    }
    case "each":
      return change(path.of, v, vars, (of) =>
        Array.isArray(of)
          ? of.map(to).filter((x) => x !== undefined)
          : Object.fromEntries(
              Object.entries((of ?? {}) as Dict)
                .map(([k, x]) => [k, to(x)] as const)
                .filter(([, x]) => x !== undefined),
            ),
      );
    case "try":
      return change(path.body, v, vars, to);
    case "bin":
      if (path.op === ",") return change(path.b, change(path.a, v, vars, to), vars, to);
      if (path.op === "|") return change(path.a, v, vars, (x) => change(path.b, x, vars, to));
      break;
    case "call":
      if (path.name === "select") return run(path.args[0] as Jq, v, vars).some(truthy) ? to(v) : v;
  }
  throw new JqError("Invalid path expression");
}

/** All that a filter makes of a value. */
export function run(f: Jq, v: unknown, vars: Vars): unknown[] {
  switch (f.t) {
    case "dot":
      return [v];
    case "rec": {
      const below = Array.isArray(v) ? v : isDict(v) ? Object.values(v) : [];
      return [v, ...below.flatMap((x) => run(f, x, vars))];
    }
    case "lit":
      return [f.v];
    case "str":
      return [
        f.parts
          .map((p) =>
            typeof p === "string"
              ? p
              : run(p, v, vars)
                  .map((x) => (f.format ? format(f.format, x) : text(x)))
                  .join(""),
          )
          .join(""),
      ];
    case "format":
      return [format(f.name, v)];
    case "var":
      if (!Object.hasOwn(vars, f.name)) throw new JqSyntax(`$${f.name} is not defined`);
      return [vars[f.name]];
    case "index":
      return run(f.of, v, vars).flatMap((of) => run(f.key, v, vars).map((key) => index(of, key)));
    case "slice":
      return run(f.of, v, vars).map((of) => {
        const at = (part: Jq | undefined): number | undefined =>
          part ? (run(part, v, vars)[0] as number) : undefined;
        if (of === null) return null;
        return (of as string | unknown[]).slice(at(f.from), at(f.to));
      });
    case "each":
      return run(f.of, v, vars).flatMap((of) => [...each(of)]);
    case "try":
      try {
        return run(f.body, v, vars);
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        return f.otherwise ? run(f.otherwise, error.message, vars) : [];
      }
    case "array":
      return [f.body ? run(f.body, v, vars) : []];
    case "object":
      return f.fields.reduce<Dict[]>(
        (made, [key, value]) =>
          made.flatMap((o) =>
            run(key, v, vars).flatMap((k) => run(value, v, vars).map((x) => ({ ...o, [text(k)]: x }))),
          ),
        [{}],
      );
    case "neg":
      return run(f.body, v, vars).map((x) => -(x as number));
    case "if":
      return run(f.test, v, vars).flatMap((t) => run(truthy(t) ? f.yes : f.no, v, vars));
    case "as":
      return run(f.value, v, vars).flatMap((x) => run(f.body, v, { ...vars, [f.name]: x }));
    case "reduce":
      return [
        run(f.over, v, vars).reduce(
          (state: unknown, x) => run(f.step, state, { ...vars, [f.name]: x }).at(-1) ?? null,
          run(f.start, v, vars)[0],
        ),
      ];
    case "call":
      return call(f.name, f.args, v, vars);
    case "bin":
      return operator(f.op, f.a, f.b, v, vars);
  }
}

function operator(op: string, a: Jq, b: Jq, v: unknown, vars: Vars): unknown[] {
  switch (op) {
    case "|":
      return run(a, v, vars).flatMap((x) => run(b, x, vars));
    case ",":
      return [...run(a, v, vars), ...run(b, v, vars)];
    case "//": {
      let found: unknown[] = [];
      try {
        found = run(a, v, vars).filter(truthy);
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
      }
      return found.length > 0 ? found : run(b, v, vars);
    }
    case "and":
    case "or":
      return run(a, v, vars).flatMap((x) =>
        truthy(x) === (op === "or") ? [op === "or"] : run(b, v, vars).map(truthy),
      );
    case "=":
      return run(b, v, vars).map((x) => change(a, v, vars, () => x));
    case "|=":
      return [change(a, v, vars, (x) => run(b, x, vars)[0])];
  }
  if (op.endsWith("=") && !["==", "!=", "<=", ">="].includes(op))
    return run(b, v, vars).map((x) =>
      change(a, v, vars, (old) =>
        op === "//=" ? (truthy(old) ? old : x) : arithmetic(op.slice(0, -1), old, x),
      ),
    );
  return run(b, v, vars).flatMap((y) =>
    run(a, v, vars).map((x) => {
      const c = () => compare(x, y);
      switch (op) {
        case "==":
          return c() === 0;
        case "!=":
          return c() !== 0;
        case "<":
          return c() < 0;
        case "<=":
          return c() <= 0;
        case ">":
          return c() > 0;
        case ">=":
          return c() >= 0;
        default:
          return arithmetic(op, x, y);
      }
    }),
  );
}

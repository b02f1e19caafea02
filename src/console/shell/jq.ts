/** `jq`: filters over JSON (the part of the language that `jq-parse.ts` reads). */
import { readFile } from "../files.ts";
import type { ShellCommand } from "./builtins.ts";
import { parseJq } from "./jq-parse.ts";
import { run } from "./jq-run.ts";
import { JqSyntax } from "./jq-tokens.ts";
import { isDict, JqError, truthy } from "./jq-values.ts";

/** JSON texts that follow each other. */
function documents(source: string): unknown[] {
  try {
    return source.trim() === "" ? [] : [JSON.parse(source)];
  } catch {
    const out: unknown[] = [];
    let piece = "";
    for (const line of source.split("\n")) {
      piece += `${line}\n`;
      try {
        if (piece.trim() !== "") out.push(JSON.parse(piece));
        piece = "";
      } catch {}
    }
    if (piece.trim() !== "") throw new JqError("Invalid numeric literal or unfinished JSON term");
    return out;
  }
}

const sorted = (v: unknown): unknown =>
  Array.isArray(v)
    ? v.map(sorted)
    : isDict(v)
      ? Object.fromEntries(
          Object.keys(v)
            .sort()
            .map((k) => [k, sorted(v[k])]),
        )
      : v;

export const jq: ShellCommand = (args, ctx) => {
  const given: string[] = [];
  const vars: Record<string, unknown> = { __now: ctx.epochNow() / 1000, ENV: ctx.session.vars };
  let letters = "";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--arg" || arg === "--argjson") {
      const [name = "", value = ""] = args.slice(i + 1, i + 3);
      vars[name] = arg === "--arg" ? value : JSON.parse(value);
      i += 2;
    } else if (arg.startsWith("--"))
      letters +=
        {
          "--raw-output": "r",
          "--compact-output": "c",
          "--slurp": "s",
          "--null-input": "n",
          "--exit-status": "e",
          "--sort-keys": "S",
          "--join-output": "j",
          "--raw-input": "R",
        }[arg] ?? "";
    else if (/^-[a-zA-Z]+$/.test(arg)) letters += arg.slice(1);
    else given.push(arg);
  }
  const [source, ...files] = given;
  if (source === undefined) {
    ctx.err("Usage:\tjq [OPTIONS] FILTER [FILES...]\n");
    return 2;
  }
  const has = (letter: string): boolean => letters.includes(letter);
  try {
    const filter = parseJq(source);
    let input = ctx.stdin;
    if (files.length > 0) {
      const texts = files.map((path) => ctx.once(() => readFile(ctx.host, ctx.session, path) ?? null));
      const missing = texts.indexOf(null);
      if (missing >= 0) {
        ctx.err(`jq: error: Could not open ${files[missing]}: No such file or directory\n`);
        return 2;
      }
      input = texts.join("\n");
    }
    const values = has("n") ? [null] : has("R") ? input.replace(/\n$/, "").split("\n") : documents(input);
    let last: unknown = null;
    for (const value of has("s") && !has("n") ? [values] : values) {
      for (const result of run(filter, value, vars)) {
        last = result;
        const ordered = has("S") ? sorted(result) : result;
        const line =
          (has("r") || has("j")) && typeof ordered === "string"
            ? ordered
            : JSON.stringify(ordered ?? null, null, has("c") ? undefined : 2);
        ctx.out(has("j") ? line : `${line}\n`);
      }
    }
    return has("e") && !truthy(last) ? 1 : 0;
  } catch (error) {
    if (error instanceof JqSyntax) {
      ctx.err(`jq: error: ${error.message} at <top-level>, line 1:\n${source}\njq: 1 compile error\n`);
      return 3;
    }
    if (error instanceof JqError) {
      ctx.err(`jq: error (at <stdin>:0): ${error.message}\n`);
      return 5;
    }
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) {
      ctx.err(`jq: error (at <stdin>:0): ${error.message}\n`);
      return 5;
    }
    throw error;
  }
};

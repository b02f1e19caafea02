/** Where the stages of a pipeline read from and write to. */
import type { Redirection } from "unbash";
import type { Context, Output } from "../context.ts";
import { absolutePath, isDirectory, readFile, writeFile } from "../files.ts";
import { expandParts, expandString, type Scope, ShellError } from "./words.ts";

type Target = "pipe" | "term" | "err" | "null" | { readonly file: string; readonly append: boolean };

export interface Io {
  stdin: string | null;
  out: Target;
  err: Target;
}

/** Where a stage reads from and writes to. A file that is not there is an error of the shell. */
export function redirected(list: readonly Redirection[], io: Io, scope: Scope, ctx: Context): Io {
  const result = { ...io };
  for (const r of list) {
    if (r.type === "HereDoc") {
      result.stdin = r.body.parts ? expandParts(r.body.parts, scope) : r.body.text;
      if (r.operator === "<<-") result.stdin = result.stdin.replace(/^\t+/gm, "");
      continue;
    }
    const name = r.target ? expandString(r.target, scope) : "";
    if (r.type === "HereString") {
      result.stdin = `${name}\n`;
      continue;
    }
    const fd =
      r.descriptor?.type === "FileDescriptor" ? r.descriptor.value : r.operator.startsWith("<") ? 0 : 1;
    if (r.operator === "<") {
      const text = name === "/dev/null" ? "" : ctx.once(() => readFile(ctx.host, ctx.session, name) ?? null);
      if (text === null) throw new ShellError(`${name}: No such file or directory`);
      result.stdin = text;
      continue;
    }
    if (r.operator === ">&" || r.operator === "<&") {
      if (name === "1" && fd === 2) result.err = result.out;
      else if (name === "2" && fd !== 2) result.out = result.err;
      continue;
    }
    checkWritable(name, ctx);
    const target: Target =
      name === "/dev/null"
        ? "null"
        : name === "/dev/stderr"
          ? "err"
          : name === "/dev/stdout"
            ? result.out
            : { file: name, append: r.operator.endsWith(">>") };
    if (r.operator.startsWith("&")) {
      result.out = target;
      result.err = target;
    } else if (fd === 2) result.err = target;
    else result.out = target;
  }
  return result;
}

/** A file can be opened for writing: its directory is there, and it is none itself. */
function checkWritable(name: string, ctx: Context): void {
  if (/^\/dev\/(null|stdout|stderr)$/.test(name)) return;
  const path = absolutePath(name, ctx.session.cwd);
  const there = (p: string): boolean => ctx.once(() => isDirectory(ctx.host, ctx.session, p));
  if (!there(path.slice(0, path.lastIndexOf("/")) || "/"))
    throw new ShellError(`${name}: No such file or directory`);
  if (there(path)) throw new ShellError(`${name}: Is a directory`);
}

/** The streams of a stage: to a pipe, the terminal, or files. */
export function flowOf(io: Io, sink: Output, ctx: Context) {
  let pipe = "";
  const files = new Map<string, { text: string; append: boolean }>();
  const to = (target: Target, text: string): void => {
    if (target === "pipe") pipe += text;
    else if (target === "term") sink.out(text);
    else if (target === "err") sink.err(text);
    else if (target !== "null") {
      const known = files.get(target.file) ?? { text: "", append: target.append };
      files.set(target.file, { ...known, text: known.text + text });
    }
  };
  for (const target of [io.out, io.err])
    if (typeof target === "object") files.set(target.file, { text: "", append: target.append });
  return {
    output: {
      out: (text: string) => to(io.out, text),
      err: (text: string) => to(io.err, text),
    } satisfies Output,
    piped: (): string => pipe,
    /** Writes what went to files, once the stage has ended. */
    finish(): void {
      for (const [path, { text, append }] of files) {
        ctx.once(() => {
          const before = append ? (readFile(ctx.host, ctx.session, path) ?? "") : "";
          writeFile(ctx.host, ctx.session, path, before + text);
          return null;
        });
      }
    },
  };
}

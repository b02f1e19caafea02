/** busybox and coreutils: one program file, many tools by the name it is called. */
import type { Json } from "../../sim/types.ts";
import type { Program, ProgramEvent, ProgramHost } from "../os/contract.ts";
import { strerror } from "../shell/texts.ts";
import { basics } from "./basics.ts";
import { comparing } from "./comparing.ts";
import type { Filter, Tool, ToolIo } from "./contract.ts";
import { files } from "./files.ts";
import { filters } from "./filters.ts";
import { network } from "./net.ts";
import { system } from "./system.ts";
import { test } from "./test.ts";
import { waiting } from "./waiting.ts";

const tools: Readonly<Record<string, Tool>> = {
  ...basics,
  ...files,
  ...system,
  ...comparing,
  test,
  "[": test,
};

/** Programs among the tools: those that wait for time, the network or other processes. */
const programs: Readonly<Record<string, Program>> = { ...waiting, ...network };

/** Every name that a busybox is called by. */
export const APPLETS: readonly string[] = [
  ...new Set([...Object.keys(tools), ...Object.keys(filters), ...Object.keys(programs)]),
].sort();

function io(host: ProgramHost, name: string): ToolIo {
  return { host, name, out: (t) => void host.write(1, t), err: (t) => void host.write(2, t) };
}

interface FilterState {
  readonly tool: string;
  readonly filter: Json;
  readonly files: readonly string[];
  /** Position among the files; what was read of standard input after its last line end. */
  readonly at: number;
  readonly open: boolean;
  readonly rest: string;
  readonly status: number;
}

function feed(
  filter: Filter,
  state: Json,
  text: string,
  whole: boolean,
  file: string,
  tool: ToolIo,
): { state: Json; rest: string; done: number | null } {
  if (filter.raw) {
    const next = filter.line(state, text, "", tool, file);
    const ended = isDone(next);
    return { state: ended === null ? (next as Json) : state, rest: "", done: ended };
  }
  let now = state;
  let at = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
    const next = filter.line(now, text.slice(at, end), "\n", tool, file);
    at = end + 1;
    const ended = isDone(next);
    if (ended !== null) {
      if (file === "-") tool.host.unread(0, text.slice(at));
      return { state: now, rest: "", done: ended };
    }
    now = next as Json;
    if (!tool.host.alive) return { state: now, rest: "", done: 0 };
  }
  const rest = text.slice(at);
  if (whole && rest !== "") {
    const next = filter.line(now, rest, "", tool, file);
    const ended = isDone(next);
    if (ended !== null) return { state: now, rest: "", done: ended };
    return { state: next as Json, rest: "", done: null };
  }
  return { state: now, rest, done: null };
}

function isDone(value: unknown): number | null {
  return value !== null && typeof value === "object" && "done" in value
    ? (value as { done: number }).done
    : null;
}

/** Reads on through files and standard input until it must wait or has ended. */
function pump(filter: Filter, before: FilterState, host: ProgramHost): FilterState {
  const tool = io(host, before.tool);
  let s = before;
  while (s.at < s.files.length && host.alive) {
    const file = s.files[s.at]!;
    if (!s.open) s = { ...s, open: true, filter: filter.file ? filter.file(s.filter, file, tool) : s.filter };
    if (file === "-") {
      const text = host.read(0);
      if (text === undefined) return s;
      const fed = feed(filter, s.filter, s.rest + (text ?? ""), text === null, file, tool);
      s = { ...s, filter: fed.state, rest: fed.rest };
      if (fed.done !== null) {
        host.exit(fed.done);
        return s;
      }
      if (text !== null) continue;
    } else {
      const opened = host.open(file, "r");
      const found = opened.ok && opened.fd.k === "file" ? host.fs.read(opened.fd.path) : opened;
      if (!found.ok) {
        tool.err(complaint(host, s.tool, file, found.errno));
        s = { ...s, status: s.tool === "grep" ? 2 : 1, at: s.at + 1, open: false };
        continue;
      }
      if (opened.ok && opened.fd.k === "zero" && s.tool === "head") {
        const { c } = s.filter as { c: number };
        host.writeZeros(1, Math.max(0, c));
        host.exit(0);
        return s;
      }
      if (opened.ok && opened.fd.k === "zero") {
        // Endless input that a tool keeps in memory.
        host.memory(64 * 1024 * 1024 * 1024, 60_000);
        host.cpu(1000);
        return { ...s, at: s.files.length };
      }
      const content = "value" in found ? (found.value as { content: string }).content : "";
      const fed = feed(filter, s.filter, content, true, file, tool);
      s = { ...s, filter: fed.state, rest: "" };
      if (fed.done !== null) {
        host.exit(fed.done);
        return s;
      }
    }
    s = {
      ...s,
      at: s.at + 1,
      open: false,
      rest: "",
      filter: filter.fileEnd ? filter.fileEnd(s.filter, file, tool) : s.filter,
    };
  }
  if (host.alive) {
    const code = filter.end(s.filter, tool);
    if (host.alive) host.exit(s.status !== 0 ? s.status : code);
  }
  return s;
}

function complaint(host: ProgramHost, tool: string, file: string, errno: string): string {
  const why = strerror(errno, host.flavor);
  if (host.flavor === "gnu") {
    if (tool === "head" || tool === "tail") return `${tool}: cannot open '${file}' for reading: ${why}\n`;
    return `${tool}: ${file}: ${why}\n`;
  }
  if (errno === "EISDIR") return `${tool}: read error: ${why}\n`;
  if (
    tool === "grep" ||
    tool === "sed" ||
    tool === "head" ||
    tool === "tail" ||
    tool === "sort" ||
    tool === "awk" ||
    tool === "wc"
  )
    return tool === "wc" || tool === "sort" || tool === "tail" || tool === "head" || tool === "awk"
      ? `${tool}: ${file}: ${why}\n`
      : `${tool}: ${file}: ${why}\n`;
  return `${tool}: can't open '${file}': ${why}\n`;
}

function start(host: ProgramHost): Json {
  const { argv } = host.proc;
  const name = (argv[0] ?? "").split("/").pop()!;
  const args = argv.slice(1);
  const tool = io(host, name);
  if (name === "busybox" || name === "coreutils") {
    if (args.length === 0 || args[0] === "--help") {
      host.write(
        1,
        `BusyBox v1.36.1 () multi-call binary.\n\nCurrently defined functions:\n\t${APPLETS.join(", ")}\n`,
      );
      host.exit(0);
      return null;
    }
    if (args[0] === "--list") {
      host.write(1, `${APPLETS.join("\n")}\n`);
      host.exit(0);
      return null;
    }
    const done = host.exec(args, host.proc.env, host.proc.fds);
    if (!done.ok) {
      tool.err(`${args[0]}: applet not found\n`);
      host.exit(127);
    }
    return null;
  }
  const run = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (run) {
    const code = run(args, tool);
    // A negative code: it goes on for ever.
    if (code < 0) host.cpu(1000);
    else if (host.alive) host.exit(code);
    return null;
  }
  const program =
    name === "tail" && !follows(args)
      ? undefined
      : Object.hasOwn(programs, name)
        ? programs[name]
        : undefined;
  if (program) return { tool: name, program: program.start(host) };
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (!filter) {
    tool.err(`${name}: applet not found\n`);
    host.exit(127);
    return null;
  }
  const opened = filter.open(args, tool);
  if (typeof opened === "number") {
    if (host.alive) host.exit(opened);
    return null;
  }
  return pump(
    filter,
    { tool: name, filter: opened.state, files: opened.files, at: 0, open: false, rest: "", status: 0 },
    host,
  ) as never;
}

function follows(args: readonly string[]): boolean {
  return args.some(
    (a) => /^-[a-zA-Z]*[fF]/.test(a) || a === "--follow" || a.startsWith("--follow=") || a === "--retry",
  );
}

function step(state: Json, event: ProgramEvent, host: ProgramHost): Json {
  const s = state as { tool: string; program?: Json; filter?: Json } | null;
  if (!s) return state;
  if ("program" in s)
    return { tool: s.tool, program: programs[s.tool]!.step(s.program ?? null, event, host) };
  if (event.type === "readable") return pump(filters[s.tool]!, s as FilterState, host) as never;
  return state;
}

export const multicall: Program = { memory: 300 * 1024, start, step };

/** The shell's own tools (grep, sort, ls, date …) run on a terminal's text and files. */
import {
  basics,
  type Fd,
  type Filter,
  fileTools,
  filters,
  type ProgramHost,
  systemTools,
  type Tool,
  type ToolIo,
  testTool,
} from "../cluster/tools.ts";
import { absolutePath, nodeOf, viewOf } from "./files.ts";
import type { ConsoleHost } from "./host.ts";
import { HOME, type Session } from "./sessions.ts";

export interface ToolResult {
  readonly out: string;
  readonly err: string;
  readonly code: number;
  /** Reads no further. */
  readonly closed?: boolean;
}

const pick = (tools: Readonly<Record<string, Tool>>, names: readonly string[]): Record<string, Tool> =>
  Object.fromEntries(names.flatMap((name) => (tools[name] ? [[name, tools[name]]] : [])));

/** Tools that end in the instant they begin in. `kill` and its like have nothing to work on here. */
const TOOLS: Readonly<Record<string, Tool>> = {
  ...basics,
  ...fileTools,
  ...pick(systemTools, ["mount", "umount", "mountpoint", "mknod", "lsmod", "modprobe"]),
  env: (_args, io) => (basics["printenv"] as Tool)([], io),
  test: testTool,
  "[": testTool,
};

export const isFilter = (name: string): boolean => Object.hasOwn(filters, name);
export const isTool = (name: string): boolean => Object.hasOwn(TOOLS, name);

/** The little of a process that tools look at. */
function toolHost(host: ConsoleHost, session: Session): ProgramHost {
  const node = nodeOf(host, session);
  const fs = viewOf(host, session);
  const now = host.sim.now;
  const proc = (pid: number, ppid: number, argv: readonly string[], startedAt: number, load: number) => ({
    pid,
    nspid: pid,
    ns: "host",
    ppid,
    container: "",
    program: argv[0] ?? "",
    argv,
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME, ...session.vars },
    cwd: session.cwd,
    uid: 0,
    gid: 0,
    groups: [],
    fds: {},
    state: null,
    signals: {},
    load: { from: load, to: load, startMs: 0, endMs: 0 },
    cpuMilli: 0,
    startedAt,
    reading: [],
    timers: [],
  });
  const own = proc(4711, 1, ["bash"], now, 0);
  /** Where a tool has sent its output itself (dd of=…). */
  let target: string | undefined;
  const members = {
    now,
    wallClock: () => node?.wallClock() ?? host.epochMs + now,
    proc: own,
    flavor: "gnu",
    shell: "bash",
    hostname: session.node ?? "workstation",
    imageName: "",
    behavior: undefined,
    containerStartedAt: node?.bootedAt ?? 0,
    podIp: node?.internalIp ?? "",
    fs,
    path: (path: string) => absolutePath(path, session.cwd),
    alive: true,
    procs: () => [
      ...(node?.processes() ?? []).map((p) =>
        proc(p.pid, p.ppid, p.command.split(" "), p.startedAt, p.rssBytes),
      ),
      own,
    ],
    memoryOf: (p: { load: { to: number } }) => p.load.to,
    kill: () => false,
    which: () => ({ ok: false, errno: "ENOENT" }),
    random: () => host.sim.draw("console-tool", session.id),
    open: (path: string, mode: "r" | "w" | "a") => {
      const target = absolutePath(path, session.cwd);
      const known = fs.read(target);
      if (mode === "r") return known.ok ? { ok: true, fd: { k: "file", path: target, mode, pos: 0 } } : known;
      if (mode === "w" || !known.ok) {
        const written = fs.write(target, "");
        if (!written.ok) return written;
      }
      return { ok: true, fd: { k: "file", path: target, mode, pos: 0 } };
    },
    setFds: (fds: Readonly<Record<number, Fd>>) => {
      target = fds[1]?.k === "file" ? fds[1].path : undefined;
    },
    unread: () => {},
    memory: () => {},
    cpu: () => {},
    writeZeros: (_fd: number, bytes: number) =>
      target === undefined || fs.append(target, "", bytes).ok ? "ok" : "full",
    write: () => true,
    read: () => null,
    setEnv: () => {},
  };
  return members as unknown as ProgramHost;
}

const doneCode = (value: unknown): number | null =>
  value !== null && typeof value === "object" && "done" in value ? (value as { done: number }).done : null;

/** Runs a filter over its whole input; with `ended` false only over the lines that are complete so far. */
export function runFilter(
  host: ConsoleHost,
  session: Session,
  name: string,
  args: readonly string[],
  stdin: string,
  ended: boolean,
): ToolResult {
  const filter = filters[name] as Filter;
  const text = { out: "", err: "" };
  const io: ToolIo = {
    host: toolHost(host, session),
    name,
    out: (t) => void (text.out += t),
    err: (t) => void (text.err += t),
  };
  const opened = filter.open(args, io);
  if (typeof opened === "number") return { ...text, code: opened };
  let state = opened.state;
  let failed = 0;
  for (const file of opened.files) {
    let content = stdin;
    if (file !== "-") {
      const found = io.host.fs.read(io.host.path(file));
      if (!found.ok) {
        const why =
          found.errno === "EISDIR"
            ? "Is a directory"
            : found.errno === "EACCES"
              ? "Permission denied"
              : "No such file or directory";
        io.err(`${name}: ${file}: ${why}\n`);
        failed = name === "grep" ? 2 : 1;
        continue;
      }
      content = found.value.content;
    }
    if (filter.file) state = filter.file(state, file, io);
    const pieces = filter.raw ? [content] : content.split(/(?<=\n)/);
    for (const piece of pieces) {
      if (piece === "") continue;
      const eol = !filter.raw && piece.endsWith("\n") ? "\n" : "";
      if (!filter.raw && eol === "" && !ended && file === "-") break;
      const next = filter.line(state, eol ? piece.slice(0, -1) : piece, eol, io, file);
      const code = doneCode(next);
      if (code !== null) return { ...text, code, closed: true };
      state = next as typeof state;
    }
    if (filter.fileEnd) state = filter.fileEnd(state, file, io);
  }
  if (!ended) return { ...text, code: 0 };
  const code = filter.end(state, io);
  return { ...text, code: code || failed };
}

export function runTool(
  host: ConsoleHost,
  session: Session,
  name: string,
  args: readonly string[],
): ToolResult {
  const text = { out: "", err: "" };
  const io: ToolIo = {
    host: toolHost(host, session),
    name,
    out: (t) => void (text.out += t),
    err: (t) => void (text.err += t),
  };
  const code = (TOOLS[name] as Tool)(args, io);
  return { ...text, code };
}

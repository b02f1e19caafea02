/** Tools that take time: sleep, tail -f, yes, timeout, xargs, watch, env and friends. */
import type { Json } from "../../sim/types.ts";
import type { Program, ProgramHost } from "../os/contract.ts";
import { SIGNAL_NUMBERS, signalOf } from "../os/contract.ts";
import { notFound, strerror } from "../shell/texts.ts";
import { options } from "./contract.ts";

// biome-ignore lint/suspicious/noExplicitAny: each program narrows its own state
type S = any;

const UNITS: Readonly<Record<string, number>> = { "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1h`, `0.01`, `inf` → ms; null when it is none. */
export function sleepTime(text: string): number | null {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const m = /^(\d*\.?\d+|\d+\.)([smhd]?)$/.exec(text);
  return m ? Number(m[1]) * UNITS[m[2]!]! : null;
}

/** Longest single timer; a longer sleep is set again. */
const LONGEST = 30 * 86_400_000;

const sleep: Program = {
  memory: 200 * 1024,
  start: (host) => {
    const args = host.proc.argv.slice(1);
    let total = 0;
    if (args.length === 0) {
      host.write(
        2,
        host.flavor === "gnu"
          ? "sleep: missing operand\nTry 'sleep --help' for more information.\n"
          : "BusyBox v1.36.1 () multi-call binary.\n\nUsage: sleep [N]...\n",
      );
      host.exit(1);
      return null;
    }
    for (const a of args) {
      const ms = sleepTime(a);
      if (ms === null) {
        host.write(
          2,
          host.flavor === "gnu"
            ? `sleep: invalid time interval '${a}'\nTry 'sleep --help' for more information.\n`
            : `sleep: invalid number '${a}'\n`,
        );
        host.exit(1);
        return null;
      }
      total += ms;
    }
    if (Number.isFinite(total)) host.wake(Math.min(total, LONGEST), "done");
    return { left: Number.isFinite(total) ? Math.max(0, total - LONGEST) : -1 };
  },
  step: (state: S, event, host) => {
    if (event.type !== "wake") return state;
    if (state.left > 0) {
      host.wake(Math.min(state.left, LONGEST), "done");
      return { left: Math.max(0, state.left - LONGEST) };
    }
    host.exit(0);
    return state;
  },
};

/** Following: looks each second, as busybox does. */
const tailFollow: Program = {
  start: (host) => {
    const { flags, rest } = options(
      host.proc.argv.slice(1).map((a) => (/^[-+]\d+$/.test(a) ? `-n${a.replace(/^-/, "")}` : a)),
      "ncs",
    );
    const n = String(flags.n ?? "10");
    const wait = typeof flags.s === "string" ? Number(flags.s) * 1000 : 1000;
    const files: { path: string; at: number; lost: boolean }[] = [];
    for (const path of rest) {
      const opened = host.open(path, "r");
      const found = opened.ok && opened.fd.k === "file" ? host.fs.read(opened.fd.path) : opened;
      if (!found.ok) {
        host.write(
          2,
          host.flavor === "gnu"
            ? `tail: cannot open '${path}' for reading: ${strerror(found.errno)}\n`
            : `tail: can't open '${path}': ${strerror(found.errno)}\n`,
        );
        files.push({ path, at: 0, lost: true });
        continue;
      }
      const file =
        "value" in found ? (found.value as { content: string; size: number }) : { content: "", size: 0 };
      const lines = file.content.split(/(?<=\n)/).filter((l) => l !== "");
      const shown = n.startsWith("+")
        ? lines.slice(Math.max(0, Number(n.slice(1)) - 1))
        : Number(n) === 0
          ? []
          : lines.slice(-Number(n));
      if (rest.length > 1) host.write(1, `${files.length > 0 ? "\n" : ""}==> ${path} <==\n`);
      host.write(1, shown.join(""));
      files.push({ path, at: file.size, lost: false });
    }
    const byName = flags.F === true || flags.retry === true;
    if (!byName && files.length > 0 && files.every((f) => f.lost)) {
      if (host.flavor === "gnu") host.write(2, "tail: no files remaining\n");
      else host.write(2, "tail: no files\n");
      host.exit(1);
      return null;
    }
    if (!host.alive) return null;
    if (files.length > 0) host.wake(wait, "look");
    else host.read(0);
    return { files, wait, byName, many: rest.length > 1, last: rest.length - 1 };
  },
  step: (state: S, event, host) => {
    if (event.type === "readable") {
      for (let t = host.read(0); t !== undefined; t = host.read(0)) {
        if (t === null) return state;
        host.write(1, t);
      }
      return state;
    }
    if (event.type !== "wake" || !state) return state;
    let { last } = state;
    const files = state.files.map((f: S, i: number) => {
      if (f.lost && !state.byName) return f;
      const found = host.fs.read(host.path(f.path));
      if (!found.ok) {
        if (!f.lost && state.byName && host.flavor === "gnu")
          host.write(2, `tail: '${f.path}' has become inaccessible: No such file or directory\n`);
        return { ...f, lost: true, at: 0 };
      }
      const { content, size } = found.value;
      if (f.lost && host.flavor === "gnu")
        host.write(2, `tail: '${f.path}' has appeared;  following new file\n`);
      const from = size < f.at ? 0 : f.at;
      if (size > from) {
        if (state.many && last !== i) host.write(1, `\n==> ${f.path} <==\n`);
        last = i;
        const text = content.slice(Math.max(0, content.length - (size - from)));
        host.write(1, text);
      }
      return { ...f, lost: false, at: size };
    });
    if (host.alive) host.wake(state.wait, "look");
    return { ...state, files, last };
  },
};

const yes: Program = {
  start: (host) => {
    host.cpu(1000);
    host.wake(5, "more");
    return { line: host.proc.argv.length > 1 ? host.proc.argv.slice(1).join(" ") : "y", n: 0 };
  },
  step: (state: S, event, host) => {
    if (event.type !== "wake") return state;
    const out = host.proc.fds[1];
    if (out?.k !== "null" && !host.write(1, `${state.line}\n`.repeat(50))) return state;
    if (host.alive) host.wake(Math.min(1000, 5 << Math.min(8, state.n)), "more");
    return { ...state, n: state.n + 1 };
  },
};

/** Runs another command in its own place. */
function become(host: ProgramHost, argv: readonly string[], env = host.proc.env): Json {
  const done = host.exec(argv, env, host.proc.fds);
  if (!done.ok) {
    const name = host.proc.argv[0]!.split("/").pop()!;
    const said = notFound(host, argv[0] ?? "", done.errno);
    host.write(
      2,
      host.flavor === "gnu"
        ? `${name}: '${argv[0]}': ${strerror(done.errno)}\n`
        : `${name}: can't execute '${argv[0]}': ${strerror(done.errno)}\n`,
    );
    host.exit(said.status);
  }
  return null;
}

const stay = (state: Json): Json => state;

const env: Program = {
  start: (host) => {
    let vars: Record<string, string> = { ...host.proc.env };
    const args = host.proc.argv.slice(1);
    let i = 0;
    for (; i < args.length; i++) {
      const a = args[i]!;
      if (a === "-i" || a === "-") vars = {};
      else if (a === "-u") delete vars[args[++i] ?? ""];
      else if (/^[^=]+=/.test(a)) vars[a.slice(0, a.indexOf("="))] = a.slice(a.indexOf("=") + 1);
      else break;
    }
    if (i < args.length) return become(host, args.slice(i), vars);
    host.write(
      1,
      Object.keys(vars)
        .map((k) => `${k}=${vars[k]}\n`)
        .join(""),
    );
    host.exit(0);
    return null;
  },
  step: stay,
};

const wrapper = (skip: (args: string[]) => string[]): Program => ({
  start: (host) => become(host, skip(host.proc.argv.slice(1))),
  step: stay,
});
const dropFlags =
  (valued: string) =>
  (args: string[]): string[] => {
    let i = 0;
    while (i < args.length && args[i]!.startsWith("-"))
      i += valued.includes(args[i]![1] ?? "") && args[i]!.length === 2 ? 2 : 1;
    return args.slice(i);
  };

const timeout: Program = {
  start: (host) => {
    const args = host.proc.argv.slice(1);
    let signal = "TERM";
    let kill = 0;
    let i = 0;
    for (; i < args.length && args[i]!.startsWith("-"); i++) {
      if (args[i] === "-s") signal = args[++i] ?? "TERM";
      else if (args[i] === "-k") kill = sleepTime(args[++i] ?? "") ?? 0;
      else if (args[i] === "-t") break;
    }
    if (args[i] === "-t") i++;
    const ms = sleepTime(args[i++] ?? "") ?? 0;
    const started = host.spawn({ argv: args.slice(i), env: host.proc.env, fds: host.proc.fds });
    if (!started.ok) {
      host.write(
        2,
        host.flavor === "gnu"
          ? `timeout: failed to run command '${args[i]}': ${strerror(started.errno)}\n`
          : `timeout: can't execute '${args[i]}': ${strerror(started.errno)}\n`,
      );
      host.exit(127);
      return null;
    }
    host.handle({ TERM: "handle", INT: "handle" });
    if (ms > 0) host.wake(ms, "over");
    return { pid: started.pid, signal, kill, over: false };
  },
  step: (state: S, event, host) => {
    if (event.type === "wake") {
      host.kill(state.pid, event.tag === "kill" ? "KILL" : (signalOf(state.signal) ?? "TERM"));
      if (event.tag === "over" && state.kill > 0 && host.alive) host.wake(state.kill, "kill");
      return { ...state, over: true };
    }
    if (event.type === "signal") host.kill(state.pid, event.signal);
    if (event.type === "child" && event.pid === state.pid)
      host.exit(state.over ? (host.flavor === "gnu" ? 124 : 143) : event.code);
    return state;
  },
};

/** Runs a command again and again. */
const watch: Program = {
  start: (host) => {
    const { flags, rest } = options(host.proc.argv.slice(1), "n");
    const state = {
      every: typeof flags.n === "string" ? Number(flags.n) * 1000 : 2000,
      command: rest.join(" "),
    };
    host.spawn({ argv: ["sh", "-c", state.command], env: host.proc.env, fds: host.proc.fds });
    host.wake(state.every, "again");
    return state;
  },
  step: (state: S, event, host) => {
    if (event.type !== "wake") return state;
    host.spawn({ argv: ["sh", "-c", state.command], env: host.proc.env, fds: host.proc.fds });
    host.wake(state.every, "again");
    return state;
  },
};

const time: Program = {
  start: (host) => {
    const started = host.spawn({
      argv: host.proc.argv.slice(1).filter((a) => a !== "-p"),
      env: host.proc.env,
      fds: host.proc.fds,
    });
    if (!started.ok) {
      host.write(2, `time: can't execute '${host.proc.argv[1]}': ${strerror(started.errno)}\n`);
      host.exit(127);
    }
    return { from: host.now };
  },
  step: (state: S, event, host) => {
    if (event.type !== "child") return state;
    const s = (host.now - state.from) / 1000;
    host.write(2, `real\t${Math.floor(s / 60)}m ${(s % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
    host.exit(event.code);
    return state;
  },
};

const xargs: Program = {
  start: (host) => {
    const state = { text: "", queue: [] as string[][], status: 0 };
    return xargsRead(state, host);
  },
  step: (state: S, event, host) => {
    if (event.type === "readable") return xargsRead(state, host);
    if (event.type === "child")
      return xargsNext({ ...state, status: event.code !== 0 ? 123 : state.status }, host);
    return state;
  },
};

function xargsRead(before: S, host: ProgramHost): S {
  let { text } = before;
  for (;;) {
    const more = host.read(0);
    if (more === undefined) return { ...before, text };
    if (more === null) break;
    text += more;
  }
  const args = host.proc.argv.slice(1);
  let n = Number.POSITIVE_INFINITY;
  let replace: string | null = null;
  let zero = false;
  let i = 0;
  for (; i < args.length && args[i]!.startsWith("-"); i++) {
    if (args[i] === "-n") n = Number(args[++i]);
    else if (/^-n\d/.test(args[i]!)) n = Number(args[i]!.slice(2));
    else if (args[i] === "-I") replace = args[++i] ?? "{}";
    else if (args[i] === "-0") zero = true;
    else if (args[i] === "-P" || args[i] === "-L") i++;
  }
  const command = args.length > i ? args.slice(i) : ["echo"];
  const items = (zero ? text.split("\0") : replace ? text.split("\n") : text.split(/\s+/)).filter(
    (t: string) => t !== "",
  );
  const queue: string[][] = [];
  if (replace) for (const item of items) queue.push(command.map((c) => c.split(replace!).join(item)));
  else if (items.length > 0 || !args.includes("-r"))
    for (let k = 0; k < Math.max(1, items.length); k += n) queue.push([...command, ...items.slice(k, k + n)]);
  return xargsNext({ ...before, text: "", queue }, host);
}

function xargsNext(state: S, host: ProgramHost): S {
  const [next, ...queue] = state.queue;
  if (!next) {
    host.exit(state.status);
    return state;
  }
  const started = host.spawn({ argv: next, env: host.proc.env, fds: { ...host.proc.fds, 0: { k: "null" } } });
  if (!started.ok) {
    host.write(2, `xargs: ${next[0]}: ${strerror(started.errno)}\n`);
    host.exit(127);
  }
  return { ...state, queue };
}

const top: Program = {
  start: (host) => {
    const info = host.fs.read("/proc/meminfo");
    const total = /MemTotal:\s+(\d+)/.exec(info.ok ? info.value.content : "")?.[1] ?? "0";
    host.write(
      1,
      `Mem: ${total}K total\nLoad average: 0.10 0.10 0.10 1/100 ${host.proc.nspid}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n`,
    );
    for (const p of host.procs())
      host.write(
        1,
        `${String(p.nspid).padStart(5)}     0 root     S     ${String(Math.round(host.memoryOf(p) / 1024)).padStart(5)}   0%   0 ${String(Math.round(p.cpuMilli / 10)).padStart(3)}% ${p.argv.join(" ")}\n`,
      );
    if (host.proc.argv.includes("-b") || host.proc.argv.some((a) => /n\s*1/.test(a)) || !host.proc.env.TERM)
      host.exit(0);
    return null;
  },
  step: stay,
};

export const waiting: Readonly<Record<string, Program>> = {
  sleep,
  tail: tailFollow,
  yes,
  env,
  timeout,
  watch,
  time,
  xargs,
  top,
  nohup: wrapper((a) => a),
  setsid: wrapper(dropFlags("")),
  nice: wrapper(dropFlags("n")),
  ionice: wrapper(dropFlags("cn")),
  stdbuf: wrapper(dropFlags("ioe")),
  chroot: wrapper((a) => a.slice(1)),
  su: wrapper((a) => (a.includes("-c") ? ["sh", "-c", a[a.indexOf("-c") + 1] ?? ""] : ["sh"])),
  "su-exec": wrapper((a) => a.slice(1)),
  gosu: wrapper((a) => a.slice(1)),
  tini: wrapper((a) => a.filter((x, i) => !(x === "--" || (i === 0 && x === "-g")))),
  "dumb-init": wrapper((a) => a.filter((x) => x !== "--")),
};
void SIGNAL_NUMBERS;

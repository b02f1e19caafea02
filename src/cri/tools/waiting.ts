/** Tools that take time: sleep, tail -f, yes, timeout, xargs, watch, env and friends. */
import type { Program } from "../os/contract.ts";
import { strerror } from "../shell/texts.ts";
import { options, type State } from "./contract.ts";
import { httpd } from "./httpd.ts";
import { sleep } from "./sleep.ts";
import { dropFlags, env, stay, timeout, wrapper } from "./wrappers.ts";
import { xargs } from "./xargs.ts";

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
  step: (state: State, event, host) => {
    if (event.type === "readable") {
      for (let t = host.read(0); t !== undefined; t = host.read(0)) {
        if (t === null) return state;
        host.write(1, t);
      }
      return state;
    }
    if (event.type !== "wake" || !state) return state;
    let { last } = state;
    const files = state.files.map((f: State, i: number) => {
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
  step: (state: State, event, host) => {
    if (event.type !== "wake") return state;
    const out = host.proc.fds[1];
    if (out?.k !== "null" && !host.write(1, `${state.line}\n`.repeat(50))) return state;
    if (host.alive) host.wake(Math.min(1000, 5 << Math.min(8, state.n)), "more");
    return { ...state, n: state.n + 1 };
  },
};

/** Microseconds. */
const usleep: Program = {
  start: (host) => {
    host.wake(Number(host.proc.argv[1] ?? "0") / 1000, "done");
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "wake") host.exit(0);
    return state;
  },
};

/** Lines of readings, one a period; only the time of day (`%3t`) is read. */
const nmeter: Program = {
  start: (host) => {
    const { flags, rest } = options(host.proc.argv.slice(1), "d");
    const every = typeof flags.d === "string" ? Number(flags.d) : 1000;
    host.wake(0, "line");
    return { every: Math.max(5, every), format: rest[0] ?? "" };
  },
  step: (state: State, event, host) => {
    if (event.type !== "wake") return state;
    const line = state.format.replace(/%(\d?)t/g, (_: string, digits: string) => {
      const [time = "", part = ""] = new Date(host.wallClock()).toISOString().slice(11, 23).split(".");
      return Number(digits) > 0 ? `${time}.${part.padEnd(6, "0").slice(0, Number(digits))}` : time;
    });
    if (host.write(1, `${line}\n`) && host.alive) host.wake(state.every, "line");
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
  step: (state: State, event, host) => {
    if (event.type !== "wake") return state;
    host.spawn({ argv: ["sh", "-c", state.command], env: host.proc.env, fds: host.proc.fds });
    host.wake(state.every, "again");
    return state;
  },
};

export const time: Program = {
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
  step: (state: State, event, host) => {
    if (event.type !== "child") return state;
    const s = (host.now - state.from) / 1000;
    host.write(2, `real\t${Math.floor(s / 60)}m ${(s % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
    host.exit(event.code);
    return state;
  },
};

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
  usleep,
  httpd,
  tail: tailFollow,
  yes,
  env,
  timeout,
  nmeter,
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

import { options, type Tool } from "./contract.ts";
import { may } from "./privileges.ts";
import { byName, kill, killall, pgrep, pkill, ps } from "./processes.ts";
import { echo, printf } from "./text.ts";
import { date, strftime } from "./time.ts";
import { groupName, id, userName } from "./users.ts";

const expr: Tool = (args, io) => {
  let at = 0;
  const levels = [["|"], ["&"], ["=", "==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"], [":"]];
  const isTrue = (v: string): boolean => v !== "" && !/^-?0+$/.test(v);
  const level = (n: number): string => {
    const ops = levels[n];
    if (!ops) {
      const t = args[at++] ?? "";
      if (t === "(") {
        const v = level(0);
        at++;
        return v;
      }
      if (t === "length") return String((args[at++] ?? "").length);
      return t;
    }
    let left = level(n + 1);
    while (at < args.length && ops.includes(args[at]!)) {
      const op = args[at++]!;
      const right = level(n + 1);
      const numeric = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
      const a = Number(left);
      const b = Number(right);
      const order = numeric ? Math.sign(a - b) : left < right ? -1 : left > right ? 1 : 0;
      switch (op) {
        case "|":
          left = isTrue(left) ? left : right;
          break;
        case "&":
          left = isTrue(left) && isTrue(right) ? left : "0";
          break;
        case "=":
        case "==":
          left = order === 0 ? "1" : "0";
          break;
        case "!=":
          left = order !== 0 ? "1" : "0";
          break;
        case "<":
          left = order < 0 ? "1" : "0";
          break;
        case "<=":
          left = order <= 0 ? "1" : "0";
          break;
        case ">":
          left = order > 0 ? "1" : "0";
          break;
        case ">=":
          left = order >= 0 ? "1" : "0";
          break;
        case ":": {
          const m = new RegExp(
            `^(?:${right
              .replace(/\\([()])/g, "\u0000$1")
              .replace(/[()]/g, "\\$&")
              .replace(/\u0000\\([()])/g, "$1")})`,
          ).exec(left);
          left = m ? (m[1] ?? String(m[0].length)) : "0";
          break;
        }
        default:
          left = String(
            op === "+"
              ? a + b
              : op === "-"
                ? a - b
                : op === "*"
                  ? a * b
                  : op === "/"
                    ? Math.trunc(a / b)
                    : a % b,
          );
      }
    }
    return left;
  };
  if (args.length === 0) return 2;
  const value = level(0);
  io.out(`${value}\n`);
  return isTrue(value) ? 0 : 1;
};

const seq: Tool = (args, io) => {
  const { flags, rest } = options(
    args.map((a) => (/^-\d/.test(a) ? `\u0001${a}` : a)),
    "sfw",
  );
  const n = rest.map((r) => Number(r.replace("\u0001", "")));
  const [first, step, last] =
    n.length === 1 ? [1, 1, n[0]!] : n.length === 2 ? [n[0]!, 1, n[1]!] : [n[0]!, n[1]!, n[2]!];
  const digits = Math.max(...rest.map((r) => (r.split(".")[1] ?? "").length), 0);
  const out: string[] = [];
  for (let i = 0; step > 0 ? first + i * step <= last + 1e-9 : first + i * step >= last - 1e-9; i++) {
    out.push((first + i * step).toFixed(digits));
    if (out.length > 100_000 || step === 0) break;
  }
  if (out.length > 0) io.out(out.join(typeof flags.s === "string" ? flags.s : "\n") + "\n");
  return 0;
};

const uname: Tool = (args, io) => {
  const { flags } = options(args, "");
  const release = io.host.fs.read("/proc/sys/kernel/osrelease");
  const parts: Readonly<Record<string, string>> = {
    s: "Linux",
    n: io.host.hostname,
    r: release.ok ? release.value.content.trim() : "6.1.0-30-amd64",
    v: "#1 SMP PREEMPT_DYNAMIC Debian",
    m: "x86_64",
    o: io.host.flavor === "gnu" ? "GNU/Linux" : "Linux",
  };
  const wanted = flags.a
    ? ["s", "n", "r", "v", "m", "o"]
    : ["s", "n", "r", "v", "m", "o"].filter((k) => flags[k]);
  io.out(`${(wanted.length > 0 ? wanted : ["s"]).map((k) => parts[k]).join(" ")}\n`);
  return 0;
};

const printenv: Tool = (args, io) => {
  const { env } = io.host.proc;
  if (args.length === 0) for (const k of Object.keys(env)) io.out(`${k}=${env[k]}\n`);
  let status = 0;
  for (const name of args) {
    if (env[name] === undefined) status = 1;
    else io.out(`${env[name]}\n`);
  }
  return status;
};

const hostname: Tool = (args, io) => {
  if (args[0] !== undefined && !args[0].startsWith("-")) {
    if (may(io, "SYS_ADMIN")) return 0;
    io.err("hostname: sethostname: Operation not permitted\n");
    return 1;
  }
  if (args.includes("-i") || args.includes("-I")) io.out(`${io.host.podIp}\n`);
  else if (args.includes("-f") || args.includes("--fqdn")) {
    const hosts = io.host.fs.read("/etc/hosts");
    const line = hosts.ok
      ? hosts.value.content.split("\n").find((l) => l.split(/\s+/).slice(1).includes(io.host.hostname))
      : undefined;
    io.out(`${line ? line.split(/\s+/)[1] : io.host.hostname}\n`);
  } else if (args.includes("-d")) {
    const hosts = io.host.fs.read("/etc/hosts");
    const line = hosts.ok ? hosts.value.content.split("\n").find((l) => l.startsWith(io.host.podIp)) : "";
    io.out(`${(line?.split(/\s+/)[1] ?? "").split(".").slice(1).join(".")}\n`);
  } else if (args.includes("-s")) io.out(`${io.host.hostname.split(".")[0]}\n`);
  else io.out(`${io.host.hostname}\n`);
  return 0;
};

const which: Tool = (args, io) => {
  let status = 0;
  for (const name of args.filter((a) => !a.startsWith("-"))) {
    const found = io.host.which(name);
    if (found.ok) io.out(`${found.path}\n`);
    else status = 1;
  }
  return status;
};

const free: Tool = (args, io) => {
  const info = io.host.fs.read("/proc/meminfo");
  const kb = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(info.ok ? info.value.content : "")?.[1] ?? 0);
  const unit = args.includes("-m") ? 1024 : args.includes("-g") ? 1024 * 1024 : 1;
  const n = (v: number): string => String(Math.floor(v / unit)).padStart(11);
  const total = kb("MemTotal");
  const available = kb("MemAvailable");
  io.out("              total        used        free      shared  buff/cache   available\n");
  io.out(`Mem:    ${n(total)} ${n(total - available)} ${n(available)} ${n(0)} ${n(0)} ${n(available)}\n`);
  io.out(`Swap:   ${n(0)} ${n(0)} ${n(0)}\n`);
  return 0;
};

const sysctl: Tool = (args, io) => {
  let status = 0;
  for (const name of args.filter((a) => !a.startsWith("-"))) {
    const [key = "", value] = name.split("=");
    if (value !== undefined) {
      // The kernel's settings are mounted read-only unless the container is privileged.
      if (may(io, "SYS_ADMIN")) io.out(`${key} = ${value}\n`);
      else {
        io.err(`sysctl: error setting key '${key}': Read-only file system\n`);
        status = 1;
      }
      continue;
    }
    const found = io.host.fs.read(`/proc/sys/${key.replace(/\./g, "/")}`);
    if (found.ok) io.out(args.includes("-n") ? found.value.content : `${key} = ${found.value.content}`);
    else {
      io.err(`sysctl: error: '${key}' is an unknown key\n`);
      status = 1;
    }
  }
  return status;
};

export const basics: Readonly<Record<string, Tool>> = {
  echo,
  printf,
  date,
  kill,
  id,
  expr,
  seq,
  uname,
  ps,
  killall,
  pgrep,
  pkill,
  printenv,
  hostname,
  which,
  free,
  sysctl,
  pidof: (args, io) => {
    const found = args.flatMap((a) => byName(io, a));
    if (found.length > 0) io.out(`${found.map((p) => p.nspid).join(" ")}\n`);
    return found.length > 0 ? 0 : 1;
  },
  true: () => 0,
  false: () => 1,
  sync: () => 0,
  whoami: (_a, io) => {
    const name = userName(io, io.host.proc.uid);
    if (name === undefined) {
      io.err(
        `whoami: ${io.host.flavor === "busybox" ? `unknown uid ${io.host.proc.uid}` : `cannot find name for user ID ${io.host.proc.uid}`}\n`,
      );
      return 1;
    }
    io.out(`${name}\n`);
    return 0;
  },
  groups: (_a, io) => {
    io.out(
      `${[...new Set([io.host.proc.gid, ...io.host.proc.groups])].map((g) => groupName(io, g) ?? g).join(" ")}\n`,
    );
    return 0;
  },
  pwd: (_a, io) => {
    io.out(`${io.host.proc.cwd}\n`);
    return 0;
  },
  tty: (_a, io) => {
    io.out("not a tty\n");
    return 1;
  },
  arch: (_a, io) => {
    io.out("x86_64\n");
    return 0;
  },
  nproc: (_a, io) => {
    const info = io.host.fs.read("/proc/cpuinfo");
    io.out(`${info.ok ? info.value.content.split("processor").length - 1 : 1}\n`);
    return 0;
  },
  basename: (args, io) => {
    const base = (args[0] ?? "").replace(/\/+$/, "").split("/").pop() || "/";
    io.out(
      `${args[1] && base.endsWith(args[1]) && base !== args[1] ? base.slice(0, -args[1].length) : base}\n`,
    );
    return 0;
  },
  dirname: (args, io) => {
    for (const a of args) {
      const plain = a.replace(/\/+$/, "");
      const at = plain.lastIndexOf("/");
      io.out(`${at < 0 ? "." : at === 0 ? "/" : plain.slice(0, at)}\n`);
    }
    return 0;
  },
  uptime: (_a, io) => {
    const up = io.host.fs.read("/proc/uptime");
    const s = Math.floor(Number((up.ok ? up.value.content : "0").split(" ")[0]));
    io.out(
      ` ${strftime("%T", io.host.wallClock())} up ${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")},  0 users,  load average: 0.10, 0.10, 0.10\n`,
    );
    return 0;
  },
  clear: () => 0,
  reset: () => 0,
  logger: () => 0,
  stty: () => 0,
  mesg: () => 0,
  cal: () => 0,
};

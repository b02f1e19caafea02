/** Tools that print: echo, printf, date, id, env, hostname, expr, seq … */
import { byteLength } from "../../node/fs.ts";
import { type Proc, signalOf } from "../os/contract.ts";
import { strerror } from "../shell/texts.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  e: "\x1b",
  "\\": "\\",
};

/** Backslash escapes of echo -e and printf; `stop` is true after `\c`. */
export function unescape(text: string, octalNeedsZero = true): { text: string; stop: boolean } {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\" || i + 1 >= text.length) {
      out += text[i];
      continue;
    }
    const c = text[++i]!;
    if (c === "c") return { text: out, stop: true };
    const octal = (octalNeedsZero ? /^0([0-7]{0,3})/ : /^0?([0-7]{1,3})/).exec(text.slice(i));
    const hex = c === "x" ? /^x([\da-fA-F]{1,2})/.exec(text.slice(i)) : null;
    if (octal && /[0-7]/.test(c)) {
      out += String.fromCharCode(Number.parseInt(octal[1] || "0", 8));
      i += octal[0].length - 1;
    } else if (hex) {
      out += String.fromCharCode(Number.parseInt(hex[1]!, 16));
      i += hex[0].length - 1;
    } else out += ESCAPES[c] ?? `\\${c}`;
  }
  return { text: out, stop: false };
}

export const echo: Tool = (given, io) => {
  let args = given;
  let newline = true;
  let escapes = io.host.shell === "dash";
  while (args.length > 0 && /^-[neE]+$/.test(args[0]!) && (io.host.shell !== "dash" || args[0] === "-n")) {
    for (const c of args[0]!.slice(1)) {
      if (c === "n") newline = false;
      else escapes = c === "e";
    }
    args = args.slice(1);
  }
  const joined = args.join(" ");
  const done = escapes ? unescape(joined) : { text: joined, stop: false };
  io.out(done.text + (newline && !done.stop ? "\n" : ""));
  return 0;
};

export const printf: Tool = (args, io) => {
  const format = args[0];
  if (format === undefined) {
    io.err(`${io.name}: usage: printf format [arguments]\n`);
    return 2;
  }
  const rest = args.slice(1);
  let status = 0;
  let out = "";
  do {
    const before = rest.length;
    const pattern =
      /%(%|([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([diouxXcsbeEfgGq]))|\\(?:[abefnrtv\\"']|0?[0-7]{1,3}|x[\da-fA-F]{1,2}|c)|[^]/g;
    for (let m = pattern.exec(format); m; m = pattern.exec(format)) {
      const whole = m[0];
      if (whole === "%%") out += "%";
      else if (m[5] !== undefined) {
        const width = m[3] === "*" ? Number(rest.shift() ?? 0) : Number(m[3] ?? 0);
        const precision =
          m[4] === undefined ? undefined : m[4] === "*" ? Number(rest.shift() ?? 0) : Number(m[4]);
        const arg = rest.shift();
        const piece = formatOne(m[5], m[2] ?? "", precision, arg ?? "", (bad) => {
          io.err(
            `${io.name === "printf" && io.host.shell === "ash" ? "sh: " : `${io.name}: `}${bad}: invalid number\n`,
          );
          status = 1;
        });
        const left = m[2]?.includes("-");
        const zero = m[2]?.includes("0") && !left && /[diouxXeEfgG]/.test(m[5]);
        out += left
          ? piece.padEnd(width)
          : zero
            ? piece.startsWith("-")
              ? `-${piece.slice(1).padStart(width - 1, "0")}`
              : piece.padStart(width, "0")
            : piece.padStart(width);
      } else if (whole.startsWith("\\") && whole.length > 1) {
        const e = unescape(whole, false);
        out += whole === '\\"' || whole === "\\'" ? whole[1] : e.text;
        if (e.stop) {
          io.out(out);
          return status;
        }
      } else out += whole;
    }
    if (rest.length === before) break;
  } while (rest.length > 0);
  io.out(out);
  return status;
};

function formatOne(
  kind: string,
  flags: string,
  precision: number | undefined,
  arg: string,
  bad: (text: string) => void,
): string {
  switch (kind) {
    case "s":
      return precision === undefined ? arg : arg.slice(0, precision);
    case "q":
      return `'${arg}'`;
    case "b":
      return unescape(arg).text;
    case "c":
      return arg.slice(0, 1);
  }
  let n: number;
  if (/^['"]/.test(arg)) n = arg.charCodeAt(1);
  else if (/^0[0-7]+$/.test(arg)) n = Number.parseInt(arg, 8);
  else n = arg === "" ? 0 : Number(arg);
  if (Number.isNaN(n)) {
    bad(arg);
    n = Number.parseFloat(arg) || 0;
  }
  switch (kind) {
    case "d":
    case "i":
    case "u": {
      const t = String(Math.abs(Math.trunc(n))).padStart(precision ?? 0, "0");
      return (n < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + t;
    }
    case "o":
      return Math.trunc(n).toString(8);
    case "x":
      return (flags.includes("#") ? "0x" : "") + Math.trunc(n).toString(16);
    case "X":
      return Math.trunc(n).toString(16).toUpperCase();
    case "e":
    case "E":
      return n.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, "e$10$2");
    case "g":
    case "G":
      return String(Number(n.toPrecision(precision || 6)));
    default:
      return n.toFixed(precision ?? 6);
  }
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** strftime in UTC. */
export function strftime(format: string, ms: number): string {
  const d = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  return format.replace(/%([-_0]?)([a-zA-Z%])/g, (whole, flag: string, c: string) => {
    const pad = (n: number): string =>
      flag === "-" ? String(n) : flag === "_" ? String(n).padStart(2) : two(n);
    const year = new Date(Date.UTC(d.getUTCFullYear(), 0, 1));
    const day = Math.floor((ms - year.getTime()) / 86_400_000) + 1;
    switch (c) {
      case "Y":
        return String(d.getUTCFullYear());
      case "y":
        return two(d.getUTCFullYear() % 100);
      case "m":
        return pad(d.getUTCMonth() + 1);
      case "d":
        return pad(d.getUTCDate());
      case "e":
        return String(d.getUTCDate()).padStart(2);
      case "H":
        return pad(d.getUTCHours());
      case "I":
        return pad(((d.getUTCHours() + 11) % 12) + 1);
      case "M":
        return pad(d.getUTCMinutes());
      case "S":
        return pad(d.getUTCSeconds());
      case "N":
        return `${String(d.getUTCMilliseconds()).padStart(3, "0")}000000`;
      case "s":
        return String(Math.floor(ms / 1000));
      case "j":
        return String(day).padStart(3, "0");
      case "p":
        return d.getUTCHours() < 12 ? "AM" : "PM";
      case "a":
        return DAYS[d.getUTCDay()]!.slice(0, 3);
      case "A":
        return DAYS[d.getUTCDay()]!;
      case "b":
      case "h":
        return MONTHS[d.getUTCMonth()]!.slice(0, 3);
      case "B":
        return MONTHS[d.getUTCMonth()]!;
      case "u":
        return String(d.getUTCDay() || 7);
      case "w":
        return String(d.getUTCDay());
      case "Z":
        return "UTC";
      case "z":
        return "+0000";
      case "F":
        return strftime("%Y-%m-%d", ms);
      case "T":
        return strftime("%H:%M:%S", ms);
      case "R":
        return strftime("%H:%M", ms);
      case "D":
        return strftime("%m/%d/%y", ms);
      case "c":
        return strftime("%a %b %e %H:%M:%S %Y", ms);
      case "x":
        return strftime("%m/%d/%y", ms);
      case "X":
        return strftime("%H:%M:%S", ms);
      case "n":
        return "\n";
      case "t":
        return "\t";
      case "%":
        return "%";
      default:
        return whole;
    }
  });
}

const date: Tool = (args, io) => {
  const { flags, rest } = options(
    args.filter((a) => !a.startsWith("+")),
    "dsrDI",
  );
  let ms = io.host.wallClock();
  if (typeof flags.d === "string") {
    const at = flags.d.startsWith("@")
      ? Number(flags.d.slice(1)) * 1000
      : Date.parse(/[zZ]|[-+]\d\d:?\d\d$/.test(flags.d) ? flags.d : `${flags.d}Z`);
    if (Number.isNaN(at)) {
      io.err(`date: invalid date '${flags.d}'\n`);
      return 1;
    }
    ms = at;
  }
  void rest;
  const format = args.find((a) => a.startsWith("+"));
  if (flags.I !== undefined || flags["iso-8601"] !== undefined)
    io.out(`${strftime(/s/.test(String(flags.I ?? flags["iso-8601"])) ? "%FT%T+00:00" : "%F", ms)}\n`);
  else if (flags.R === true) io.out(`${strftime("%a, %d %b %Y %H:%M:%S +0000", ms)}\n`);
  else io.out(`${format ? strftime(format.slice(1), ms) : strftime("%a %b %e %H:%M:%S UTC %Y", ms)}\n`);
  return 0;
};

export const kill: Tool = (args, io) => {
  let signal = "TERM";
  const pids: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const a = args[i]!;
    if (a === "-l") {
      io.out("HUP INT QUIT KILL USR1 USR2 PIPE ALRM TERM CHLD CONT STOP WINCH\n");
      return 0;
    }
    if (a === "-s" || a === "-n") signal = args[++i] ?? "";
    else if (a === "--") continue;
    else if (i === 0 && /^-\w+$/.test(a)) signal = a.slice(1);
    else pids.push(a);
  }
  const wanted = signalOf(signal);
  const prefix =
    io.host.shell === "bash"
      ? "bash: line 1: kill: "
      : io.host.flavor === "busybox"
        ? io.host.proc.program === "sh"
          ? "sh: "
          : "kill: "
        : "kill: ";
  if (wanted === undefined) {
    io.err(`${prefix}bad signal name '${signal}'\n`);
    return 1;
  }
  let status = 0;
  for (const text of pids) {
    if (!/^-?\d+$/.test(text)) {
      io.err(
        `${prefix}${io.host.flavor === "busybox" ? `invalid number '${text}'` : `${text}: arguments must be process or job IDs`}\n`,
      );
      status = 1;
    } else if (!io.host.kill(Number(text), wanted)) {
      io.err(
        io.host.shell === "bash"
          ? `${prefix}(${text}) - No such process\n`
          : `${prefix}can't kill pid ${text}: No such process\n`,
      );
      status = 1;
    }
    if (!io.host.alive) return status;
  }
  return status;
};

const USERS: Readonly<Record<number, string>> = {
  0: "root",
  65534: "nobody",
  101: "nginx",
  33: "www-data",
  999: "redis",
  1: "daemon",
  2: "bin",
};

/** Name of a uid in the container's /etc/passwd. */
export function userName(io: ToolIo, uid: number): string | undefined {
  const passwd = io.host.fs.read("/etc/passwd");
  if (!passwd.ok) return USERS[uid];
  const line = passwd.value.content.split("\n").find((l) => l.split(":")[2] === String(uid));
  return line?.split(":")[0];
}

export function groupName(io: ToolIo, gid: number): string | undefined {
  const group = io.host.fs.read("/etc/group");
  if (!group.ok) return USERS[gid];
  return group.value.content
    .split("\n")
    .find((l) => l.split(":")[2] === String(gid))
    ?.split(":")[0];
}

const id: Tool = (args, io) => {
  const { uid, gid, groups } = io.host.proc;
  const named = (n: number, name: string | undefined): string => (name ? `${n}(${name})` : String(n));
  const all = [...new Set([gid, ...groups])];
  const { flags } = options(args, "");
  if (flags.u) io.out(`${flags.n ? (userName(io, uid) ?? uid) : uid}\n`);
  else if (flags.g) io.out(`${flags.n ? (groupName(io, gid) ?? gid) : gid}\n`);
  else if (flags.G) io.out(`${all.join(" ")}\n`);
  else {
    const list =
      all.length > 1 || groups.length > 0 || uid === 0 || io.host.flavor === "gnu"
        ? ` groups=${all.map((g) => named(g, groupName(io, g))).join(",")}`
        : "";
    io.out(`uid=${named(uid, userName(io, uid))} gid=${named(gid, groupName(io, gid))}${list}\n`);
  }
  return 0;
};

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

function cpuTime(io: ToolIo, p: Proc): string {
  const s = Math.floor((p.cpuMilli * (io.host.now - p.startedAt)) / 1_000_000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

const ps: Tool = (args, io) => {
  const all = io.host.procs();
  const command = (p: Proc): string => p.argv.join(" ");
  const columns = /^-?o$/.test(args[0] ?? "") ? args[1] : args.find((a) => a.startsWith("-o"))?.slice(2);
  const value: Readonly<Record<string, (p: Proc) => string>> = {
    pid: (p) => String(p.nspid),
    ppid: (p) => String(all.find((q) => q.pid === p.ppid)?.nspid ?? 0),
    user: (p) => userName(io, p.uid) ?? String(p.uid),
    uid: (p) => String(p.uid),
    args: command,
    cmd: command,
    comm: (p) => (p.argv[0] ?? "").split("/").pop() ?? "",
    time: (p) => cpuTime(io, p),
    stat: () => "S",
    tty: () => "?",
    vsz: (p) => String(Math.round(io.host.memoryOf(p) / 1024)),
    rss: (p) => String(Math.round(io.host.memoryOf(p) / 1024)),
    etime: (p) => String(Math.floor((io.host.now - p.startedAt) / 1000)),
  };
  const titles: Readonly<Record<string, string>> = { args: "COMMAND", cmd: "CMD", comm: "COMMAND" };
  if (columns) {
    const names = columns.split(",").filter((c) => value[c]);
    const width = (c: string): number => (c === "pid" || c === "ppid" ? 5 : 8);
    const pad = (text: string, c: string, last: boolean): string =>
      last ? text : c === "pid" || c === "ppid" ? text.padStart(width(c)) : text.padEnd(width(c));
    io.out(
      `${names.map((c, i) => (i === names.length - 1 ? (titles[c] ?? c.toUpperCase()) : (titles[c] ?? c.toUpperCase()).padEnd(width(c)))).join(" ")}\n`,
    );
    for (const p of all)
      io.out(`${names.map((c, i) => pad(value[c]!(p), c, i === names.length - 1)).join(" ")}\n`);
    return 0;
  }
  if (io.host.flavor === "busybox") {
    io.out("PID   USER     TIME  COMMAND\n");
    for (const p of all)
      io.out(
        `${value.pid!(p).padStart(5)} ${value.user!(p).padEnd(8)} ${cpuTime(io, p).padStart(5)} ${command(p)}\n`,
      );
    return 0;
  }
  const long = args.some((a) => /u/.test(a)) || args.some((a) => /f/.test(a));
  if (long) {
    io.out("USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n");
    for (const p of all)
      io.out(
        `${value.user!(p).padEnd(8)} ${value.pid!(p).padStart(5)} ${(p.cpuMilli / 10).toFixed(1).padStart(4)}  0.0 ${value.vsz!(p).padStart(6)} ${value.rss!(p).padStart(5)} ?        Ss   ${strftime("%H:%M", io.host.wallClock() - (io.host.now - p.startedAt))} ${cpuTime(io, p).padStart(6)} ${command(p)}\n`,
      );
    return 0;
  }
  const wide = args.some((a) => /[aex]/.test(a));
  io.out("    PID TTY          TIME CMD\n");
  for (const p of all)
    if (wide || p.container === io.host.proc.container)
      io.out(`${value.pid!(p).padStart(7)} ?        00:00:00 ${wide ? command(p) : value.comm!(p)}\n`);
  return 0;
};

function byName(io: ToolIo, name: string): readonly Proc[] {
  return io.host
    .procs()
    .filter(
      (p) => p.nspid !== io.host.proc.nspid && (p.argv[0] ?? "").split("/").pop()?.replace(/:$/, "") === name,
    );
}

const killall: Tool = (args, io) => {
  const signal = signalOf((args.find((a) => /^-\w+/.test(a)) ?? "-TERM").slice(1)) ?? "TERM";
  let status = 0;
  for (const name of args.filter((a) => !a.startsWith("-"))) {
    const found = byName(io, name);
    if (found.length === 0) {
      io.err(`killall: ${name}: no process ${io.host.flavor === "busybox" ? "killed" : "found"}\n`);
      status = 1;
    }
    for (const p of found) io.host.kill(p.nspid, signal);
  }
  return status;
};

const pgrep: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const pattern = new RegExp(rest[0] ?? "");
  const found = io.host
    .procs()
    .filter(
      (p) =>
        p.nspid !== io.host.proc.nspid &&
        pattern.test(flags.f ? p.argv.join(" ") : ((p.argv[0] ?? "").split("/").pop() ?? "")),
    );
  for (const p of found) io.out(`${p.nspid}${flags.a || flags.l ? ` ${p.argv.join(" ")}` : ""}\n`);
  return found.length > 0 ? 0 : 1;
};

const pkill: Tool = (args, io) => {
  const signal = signalOf((args.find((a) => /^-(SIG)?[A-Z0-9]+$/.test(a)) ?? "-TERM").slice(1)) ?? "TERM";
  const full = args.includes("-f");
  const pattern = new RegExp(args.find((a) => !a.startsWith("-")) ?? "");
  const found = io.host
    .procs()
    .filter(
      (p) =>
        p.nspid !== io.host.proc.nspid &&
        pattern.test(full ? p.argv.join(" ") : ((p.argv[0] ?? "").split("/").pop() ?? "")),
    );
  for (const p of found) io.host.kill(p.nspid, signal);
  return found.length > 0 ? 0 : 1;
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
  if (args.includes("-i") || args.includes("-I")) io.out(`${io.host.podIp}\n`);
  else if (args.includes("-f") || args.includes("--fqdn")) {
    const hosts = io.host.fs.read("/etc/hosts");
    const line = hosts.ok
      ? hosts.value.content.split("\n").find((l) => l.split(/\s+/).slice(1).includes(io.host.hostname))
      : undefined;
    io.out(`${line ? line.split(/\s+/)[1] : io.host.hostname}\n`);
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
    const key = name.split("=")[0]!;
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
  usleep: () => 0,
  cal: () => 0,
};

/** Length in bytes, for what tools print as sizes. */
export function bytes(text: string): number {
  return byteLength(text);
}
export { strerror };

/** ps, kill and their like. */
import { commandName, type Proc, SIGNAL_NUMBERS, signalOf } from "../os/contract.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";
import { strftime } from "./time.ts";
import { userName } from "./users.ts";

export const kill: Tool = (args, io) => {
  let signal = "TERM";
  const pids: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const a = args[i]!;
    if (a === "-l") {
      io.out(`${Object.keys(SIGNAL_NUMBERS).join(" ")}\n`);
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
  if (pids.length === 0) {
    io.err(`${prefix}you need to specify whom to kill\n`);
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

function cpuTime(io: ToolIo, p: Proc): string {
  const s = Math.floor((p.cpuMilli * (io.host.now - p.startedAt)) / 1_000_000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

export const ps: Tool = (args, io) => {
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

export function byName(io: ToolIo, name: string): readonly Proc[] {
  return io.host.procs().filter((p) => p.nspid !== io.host.proc.nspid && commandName(p) === name);
}

export const killall: Tool = (args, io) => {
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

export const pgrep: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const pattern = new RegExp(rest[0] ?? "");
  const found = io.host
    .procs()
    .filter(
      (p) => p.nspid !== io.host.proc.nspid && pattern.test(flags.f ? p.argv.join(" ") : commandName(p)),
    );
  for (const p of found) io.out(`${p.nspid}${flags.a || flags.l ? ` ${p.argv.join(" ")}` : ""}\n`);
  return found.length > 0 ? 0 : 1;
};

export const pkill: Tool = (args, io) => {
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

/** `journalctl`: a unit's log, mostly the kubelet's. */
import type { StreamStep } from "../context.ts";
import { nodeOf } from "../files.ts";
import type { JournalLine, NodeConsole } from "../host.ts";
import type { ShellCommand } from "../shell/builtins.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LOOK_MS = 200;

/** One line as journalctl prints it. */
export function journalText(line: JournalLine, node: NodeConsole, epochMs: number, format: string): string {
  if (format === "cat") return `${line.text}\n`;
  const d = new Date(epochMs + line.at);
  const iso = d.toISOString();
  const who = `${node.hostname} ${line.identifier}[${line.pid}]: ${line.text}\n`;
  if (format === "short-iso") return `${iso.slice(0, 19)}+0000 ${who}`;
  if (format === "short-precise")
    return `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2, "0")} ${iso.slice(11, 23)}000 ${who}`;
  if (format === "json") {
    const fields = {
      __REALTIME_TIMESTAMP: String(d.getTime() * 1000),
      MESSAGE: line.text,
      PRIORITY: String(line.priority),
      SYSLOG_IDENTIFIER: line.identifier,
      _PID: String(line.pid),
      _HOSTNAME: node.hostname,
      _SYSTEMD_UNIT: `${line.identifier}.service`,
    };
    return `${JSON.stringify(fields)}\n`;
  }
  return `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2, "0")} ${iso.slice(11, 19)} ${who}`;
}

/** Virtual ms of `--since`: `10 min ago`, `-5m`, `today`, `2026-01-05 09:00:00`; null where it cannot be read. */
function sinceMs(text: string, now: number, epochMs: number): number | null {
  const ago =
    /^-?(\d+)\s*(s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hour|hours|d|day|days)(\s+ago)?$/i.exec(
      text.trim(),
    );
  if (ago) {
    const unit = (ago[2] ?? "s")[0]?.toLowerCase() ?? "s";
    return now - Number(ago[1]) * ({ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 1000);
  }
  if (text === "today") return Math.floor((epochMs + now) / 86_400_000) * 86_400_000 - epochMs;
  if (text === "now") return now;
  const at = Date.parse(
    /[TZ]/.test(text) ? text : `${text.trim().replace(" ", "T")}${text.includes(":") ? "" : "T00:00:00"}Z`,
  );
  return Number.isNaN(at) ? null : at - epochMs;
}

const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

export const journalctl: ShellCommand = (args, ctx) => {
  const node = nodeOf(ctx.host, ctx.session);
  if (!node) {
    ctx.err("No journal files were found.\n");
    return 1;
  }
  let unit: string | null = null;
  let count: number | null = null;
  let follow = false;
  let reverse = false;
  let format = "short";
  let since: string | null = null;
  let until: string | null = null;
  let priority = 7;
  let pattern: RegExp | null = null;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const [flag, inline] =
      arg.startsWith("--") && arg.includes("=")
        ? [arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)]
        : [arg, undefined];
    const value = (): string => inline ?? args[++i] ?? "";
    if (/^-[uoSUpg]$/.test(arg) && args[i + 1] === undefined) {
      ctx.err(`journalctl: option requires an argument -- '${arg[1]}'\n`);
      return 1;
    }
    if (flag === "-u" || flag === "--unit") unit = value().replace(/\.service$/, "");
    else if (/^-u\S/.test(flag)) unit = flag.slice(2).replace(/\.service$/, "");
    else if (flag === "-n" || flag === "--lines")
      count = /^\d+$/.test(inline ?? args[i + 1] ?? "") ? Number(value()) : 10;
    else if (/^-n\d+$/.test(flag)) count = Number(flag.slice(2));
    else if (flag === "-f" || flag === "--follow") follow = true;
    else if (/^-[fure]+$/.test(flag) && flag.includes("u")) {
      follow ||= flag.includes("f");
      unit = value().replace(/\.service$/, "");
    } else if (flag === "-r" || flag === "--reverse") reverse = true;
    else if (flag === "-o" || flag === "--output") format = value();
    else if (flag === "-S" || flag === "--since") since = value();
    else if (flag === "-U" || flag === "--until") until = value();
    else if (flag === "-p" || flag === "--priority") {
      const name = value();
      priority = /^\d$/.test(name) ? Number(name) : PRIORITIES.indexOf(name);
    } else if (flag === "-g" || flag === "--grep") {
      try {
        pattern = new RegExp(value(), "i");
      } catch {
        ctx.err("Failed to compile pattern.\n");
        return 1;
      }
    } else if (flag === "-k" || flag === "--dmesg") unit = "kernel";
    else if (
      [
        "--no-pager",
        "-e",
        "-x",
        "-xe",
        "-xeu",
        "-b",
        "-q",
        "--no-hostname",
        "-a",
        "--no-tail",
        "-l",
        "--utc",
      ].includes(flag)
    ) {
      if (flag === "-xeu") unit = value().replace(/\.service$/, "");
    } else {
      ctx.err(
        arg.startsWith("-")
          ? `journalctl: unrecognized option '${arg}'\n`
          : `Failed to add match '${arg}': Invalid argument\n`,
      );
      return 1;
    }
  }
  const { epochMs } = ctx.host;
  const now = ctx.now();
  const from = since === null ? Number.NEGATIVE_INFINITY : sinceMs(since, now, epochMs);
  const to = until === null ? Number.POSITIVE_INFINITY : sinceMs(until, now, epochMs);
  if (from === null || to === null) {
    ctx.err(`Failed to parse timestamp: ${from === null ? since : until}\n`);
    return 1;
  }
  const wanted = (l: JournalLine): boolean =>
    l.at <= to && l.priority <= priority && (pattern === null || pattern.test(l.text));
  const found = ctx.once(() => node.journal(unit, from).filter(wanted));
  const tail = count ?? (follow ? 10 : null);
  const shown = tail === null ? found : tail === 0 ? [] : found.slice(-tail);
  const lines = shown.map((l) => journalText(l, node, epochMs, format));
  if (lines.length === 0 && !follow) ctx.out("-- No entries --\n");
  ctx.out((reverse ? lines.reverse() : lines).join(""));
  if (!follow) return 0;
  const begin = { at: now, seen: found.filter((l) => l.at === now).length };
  return ctx.stream(
    [{ type: "tick", tag: "look", ms: LOOK_MS }],
    begin,
    (s, event, io): StreamStep<typeof begin, number> => {
      if (event.type !== "tick") return { state: s };
      const fresh = node.journal(unit, s.at).filter(wanted);
      const next = fresh.slice(s.seen);
      io.out(next.map((l) => journalText(l, node, epochMs, format)).join(""));
      const last = fresh.at(-1)?.at ?? s.at;
      return {
        state:
          last > s.at
            ? { at: last, seen: fresh.filter((l) => l.at === last).length }
            : { at: s.at, seen: fresh.length },
      };
    },
  );
};

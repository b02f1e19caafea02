/** Output of containers into their log files, as containerd's CRI plugin writes them. */
import type { Context } from "./context.ts";

/** Longer lines go into the file in pieces (containerd: max_container_log_line_size). */
const LONGEST = 16 * 1024;

/** RFC 3339 with nine digits; `n` tells lines of one instant apart. */
function stamp(ms: number, n: number): string {
  const nanos = ((Math.imul(ms % 1_000_000_007, 7919) >>> 0) % 899_000) + 100_000 + (n % 900);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(nanos)}Z`;
}

export function logFile(ctx: Context, container: string): string | undefined {
  const row = ctx.containers.get(container);
  const sandbox = row && ctx.sandboxes.get(row.view.sandboxId);
  return row && sandbox && row.config.logPath !== "" ? `${sandbox.config.logDirectory}/${row.config.logPath}` : undefined;
}

export function writeLog(ctx: Context, container: string, stream: "stdout" | "stderr", lines: readonly string[]): void {
  const path = logFile(ctx, container);
  const now = ctx.machine.wallClock();
  let text = "";
  let n = 0;
  for (const line of lines) {
    let rest = line;
    for (; rest.length > LONGEST; rest = rest.slice(LONGEST)) text += `${stamp(now, n++)} ${stream} P ${rest.slice(0, LONGEST)}\n`;
    text += `${stamp(now, n++)} ${stream} F ${rest}\n`;
  }
  if (path) ctx.machine.fs.append(path, text);
  const followers = ctx.attached.get(container);
  if (followers) for (const reply of followers) ctx.sim.reply(reply, { exec: { type: "output", stream, text: `${lines.join("\n")}\n` } });
}

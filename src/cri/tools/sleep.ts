/** sleep, and spans of time as the tools write them. */
import type { Program } from "../os/contract.ts";
import type { State } from "./contract.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1h`, `0.01`, `inf` → ms; null when it is none. */
export function sleepTime(text: string): number | null {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const m = /^(\d*\.?\d+|\d+\.)([smhd]?)$/.exec(text);
  return m ? Number(m[1]) * UNITS[m[2]!]! : null;
}

/** Longest single timer; a longer sleep is set again. */
const LONGEST = 30 * 86_400_000;

export const sleep: Program = {
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
  step: (state: State, event, host) => {
    if (event.type !== "wake") return state;
    if (state.left > 0) {
      host.wake(Math.min(state.left, LONGEST), "done");
      return { left: Math.max(0, state.left - LONGEST) };
    }
    host.exit(0);
    return state;
  },
};

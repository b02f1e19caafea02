/** Load makers. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { options } from "../tools/contract.ts";
import { sizeText } from "../tools/disk.ts";
import { sleepTime } from "../tools/sleep.ts";
import { klog } from "./agnhost-common.ts";
import { flag } from "./server.ts";
import { Mi } from "./values.ts";

/** `stress` and `stress-ng`: memory after a moment, CPU by workers. */
export const stress: Program = {
  memory: 1 * Mi,
  start: (host) => {
    const { flags } = options(host.proc.argv.slice(1), "ctimd", [
      "vm",
      "vm-bytes",
      "vm-hang",
      "cpu",
      "timeout",
      "io",
      "hdd",
      "vm-stride",
      "cpu-load",
    ]);
    const workers = Number(flags.vm ?? flags.m ?? 0);
    const each = sizeText(String(flags["vm-bytes"] ?? "256M").replace(/B$/, ""));
    const cpus = Number(flags.cpu ?? flags.c ?? 0);
    const load = Number(flags["cpu-load"] ?? 100);
    const time = sleepTime(String(flags.timeout ?? flags.t ?? "inf"));
    host.write(
      1,
      `stress: info: [${host.proc.nspid}] dispatching hogs: ${cpus} cpu, 0 io, ${workers} vm, 0 hdd\n`,
    );
    if (workers > 0) host.memory(Mi + workers * each, 400);
    host.cpu(cpus * 10 * load + (flags["vm-hang"] === undefined && workers > 0 ? workers * 1000 : 0));
    if (time !== null && Number.isFinite(time)) host.wake(time, "over");
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "wake") {
      host.write(1, `stress: info: [${host.proc.nspid}] successful run completed\n`);
      host.exit(0);
    }
    return state;
  },
};

/** Milliseconds of Go's `1ms`, `10s`, `1m30s`. */
function goMs(text: string): number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let sum = 0;
  for (const [, n, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) sum += Number(n) * (units[unit ?? ""] ?? 0);
  return sum;
}

/** Memory taken piece by piece with a pause after each, and workers that take a CPU each. */
const goStress = (
  say: (host: ProgramHost, total: string, piece: string, pause: string) => void,
): Program => ({
  memory: 3 * Mi,
  start: (host) => {
    const { argv } = host.proc;
    const [total, piece, pause] = [
      flag(argv, "mem-total", "0"),
      flag(argv, "mem-alloc-size", "4Ki"),
      flag(argv, "mem-alloc-sleep", "1ms"),
    ];
    say(host, total, piece, pause);
    host.handle({ TERM: "handle", INT: "handle" });
    const [bytes, each] = [sizeText(total.replace(/i$/, "")), sizeText(piece.replace(/i$/, "")) || 4096];
    if (bytes > 0) host.memory(3 * Mi + bytes, Math.max(1, Math.round((bytes / each) * goMs(pause))));
    host.cpu(Number(flag(argv, "cpus", "0")) * 1000);
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "signal") host.exit(2);
    return state;
  },
});

const allocating = (total: string, piece: string, pause: string): string =>
  `Allocating "${total}" memory, in "${piece}" chunks, with a ${pause} sleep between allocations`;

/** `vish/stress -cpus N -mem-total X -mem-alloc-size X -mem-alloc-sleep D`. */
export const vishStress: Program = goStress((host, ...args) =>
  host.write(2, `I0101 00:00:00.000000       1 main.go:26] ${allocating(...args)}\n`),
);

/** `agnhost stress`, with the same flags. */
export const agnhostStress: Program = goStress((host, ...args) => klog(host, allocating(...args)));

/** Load makers. */
import type { Program } from "../os/contract.ts";
import { options } from "../tools/contract.ts";
import { sizeText } from "../tools/disk.ts";
import { sleepTime } from "../tools/sleep.ts";
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

/** `vish/stress -cpus N -mem-total X -mem-alloc-size X -mem-alloc-sleep D`. */
export const vishStress: Program = {
  memory: 3 * Mi,
  start: (host) => {
    const { argv } = host.proc;
    const cpus = Number(flag(argv, "cpus", "0"));
    const quantity = (t: string): number => sizeText(t.replace(/i$/, ""));
    const total = quantity(flag(argv, "mem-total", "0"));
    const step = quantity(flag(argv, "mem-alloc-size", "4Ki")) || 4096;
    const pauseMs = sleepTime(flag(argv, "mem-alloc-sleep", "1ms").replace("ms", "")) ?? 1000;
    host.write(
      2,
      `I0101 00:00:00.000000       1 main.go:26] Allocating "${flag(argv, "mem-total", "0")}" memory, in "${flag(argv, "mem-alloc-size", "4Ki")}" chunks, with a ${flag(argv, "mem-alloc-sleep", "1ms")} sleep between allocations\n`,
    );
    host.handle({ TERM: "handle", INT: "handle" });
    if (total > 0)
      host.memory(
        3 * Mi + total,
        Math.max(
          1,
          Math.round(
            (total / step) *
              (flag(argv, "mem-alloc-sleep").endsWith("ms") || flag(argv, "mem-alloc-sleep") === ""
                ? pauseMs / 1000
                : pauseMs),
          ),
        ),
      );
    host.cpu(cpus * 1000);
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "signal") host.exit(2);
    return state;
  },
};

/** Processor time and memory of a piece of work. */
import type { World } from "../../scenario/world.ts";

export interface Measured {
  /** Of one core, for one time. */
  readonly seconds: number;
  readonly events: number;
  readonly records: number;
  /** What is still held afterwards. */
  readonly heapMiB: number;
}

/** Node's, where it was started so that it can be asked for. */
const collectGarbage = (globalThis as { gc?: () => void }).gc ?? (() => {});

/** @param times how often `run` does the same thing: the result is for one of them */
export function measure(world: World, run: () => void, times = 1): Measured {
  const { sim } = world;
  const dispatched = sim.dispatched;
  const from = sim.trace.next;
  collectGarbage();
  const start = process.cpuUsage();
  run();
  const used = process.cpuUsage(start);
  if (sim.failure !== null) throw sim.failure;
  collectGarbage();
  return {
    seconds: (used.user + used.system) / 1e6 / times,
    events: Math.max(0, sim.dispatched - dispatched),
    records: Math.max(0, sim.trace.next - from),
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

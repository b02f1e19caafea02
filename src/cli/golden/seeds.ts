/** Recordings under many seeds, in as many processes as the machine has cores. */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

export interface SeedTask {
  readonly file: string;
  readonly seeds: readonly number[];
}

/** Fewest seeds of a recording, however long it is. */
const LEAST = 3;

/**
 * Seeds from `from` to `to`; with a budget as many of them as fit into so many seconds of recorded time. Which ones
 * goes round with the recording's place in the list, so that all of them are used.
 */
export function seedsOf(from: number, to: number, place: number, until: number, budget?: number): number[] {
  const all = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  if (budget === undefined) return all;
  const count = Math.min(all.length, Math.max(LEAST, Math.floor(budget / until)));
  return Array.from({ length: count }, (_, i) => all[(place * LEAST + i) % all.length] as number);
}

export interface SeedResult {
  readonly id: string;
  /** How many were played. */
  readonly seeds: number;
  readonly failed: readonly number[];
  /** Seeds for which the kubelet's loops had to stand elsewhere than the seed has them. */
  readonly moved: number;
  readonly missing?: string;
  /** What differed under the first seed that failed. */
  readonly explanation: readonly string[];
}

/** Most seeds must do with the places that they themselves give the loops; a handful of seeds says little of that. */
export const mayMove = (seeds: number): number => (seeds < 10 ? seeds : Math.floor(seeds / 3));

export const outcomeOf = (r: SeedResult): "passed" | "failed" | "skipped" =>
  r.missing !== undefined
    ? "skipped"
    : r.failed.length > 0 || r.moved > mayMove(r.seeds)
      ? "failed"
      : "passed";

const WORKER = fileURLToPath(new URL("./seed-worker.ts", import.meta.url));

/** Results in the order of the tasks. */
export async function playUnderSeeds(
  tasks: readonly SeedTask[],
  jobs = availableParallelism(),
): Promise<SeedResult[]> {
  const results: SeedResult[] = [];
  let next = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(WORKER);
      let at = -1;
      const go = (): void => {
        at = next++;
        const task = tasks[at];
        if (task) child.send(task);
        else child.disconnect();
      };
      child.on("message", (result: SeedResult) => {
        results[at] = result;
        go();
      });
      child.on("error", reject);
      child.on("exit", (code) => {
        if (code === 0 && at >= tasks.length) resolve();
        else reject(new Error(`${tasks[at]?.file}: the process that played it ended with ${code}`));
      });
      go();
    });
  await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, tasks.length)) }, work));
  return results;
}

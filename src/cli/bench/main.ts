/**
 * Runs the cases and prints them: what `bench.ts` bundles and starts. With `--first NAME` it runs one case as the first
 * thing of the process and prints its seconds alone.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { BASE, CASES, type Case } from "./cases.ts";
import type { Measured } from "./measure.ts";
import { busy } from "./worlds.ts";

/** So many runs of the largest world: after that the engine's code is as fast as it gets. */
const WARM_UP = 4;

interface Result extends Measured {
  readonly name: string;
  /** In seconds of a warm run of one pod's ten minutes. */
  readonly ratio: number;
  /** Of a process of its own that has run nothing before. */
  readonly coldSeconds?: number;
}

const lowest = (runs: readonly Measured[]): Measured =>
  runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));

const warm = (c: Case): Measured => lowest(Array.from({ length: c.times }, c.run));

function cold({ name }: Case): number {
  const again = [...process.execArgv, process.argv[1] ?? "", "--first", name];
  const runs = [1, 2].map(() => Number(execFileSync(process.execPath, again, { encoding: "utf8" })));
  return Math.min(...runs);
}

function line({ name, seconds, coldSeconds, ratio, events, records, heapMiB }: Result): string {
  const first = coldSeconds === undefined ? "" : `${coldSeconds.toFixed(2)} s`;
  return `${name.padEnd(48)} ${seconds.toFixed(4).padStart(9)} s ${first.padStart(7)} cold ${ratio.toFixed(2).padStart(8)}× ${String(events).padStart(8)} events ${String(records).padStart(7)} records ${heapMiB.toFixed(0).padStart(5)} MiB\n`;
}

const { values } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string" }, first: { type: "string" } },
});
const { json, only, first } = values;

if (first === undefined) {
  const chosen = CASES.filter((c) => !only || c.name.includes(only));
  for (let i = 0; i < WARM_UP; i++) busy();
  const base = warm(BASE).seconds || 1;
  const results: Result[] = [];
  for (const c of chosen) {
    const measured = warm(c);
    const result: Result = {
      name: c.name,
      ...measured,
      ratio: measured.seconds / base,
      ...(c.cold ? { coldSeconds: cold(c) } : {}),
    };
    results.push(result);
    if (!json) process.stdout.write(line(result));
  }
  if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} else process.stdout.write(`${CASES.find(({ name }) => name === first)?.run().seconds}\n`);

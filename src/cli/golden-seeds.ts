/**
 * `tsx src/cli/golden-seeds.ts [--seeds A-B] [--each N] [--day D] PATH...` plays recordings under many seeds: what the
 * seeds jitter must not matter. Without `--seeds` each recording gets N seeds (default 1) of 1 to 50 that change from
 * day to day, so that all come round. A line a failure; last line `N passed, N failed`.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { playRecording } from "../scenario/recordings/play.ts";
import type { Recording } from "../scenario/recordings/recording.ts";

const SEEDS = 50;
const DAY_MS = 86_400_000;

const filesOf = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((f) => f.endsWith(".json"))
        .sort()
        .map((f) => join(path, f))
    : [path];

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: "string" }, each: { type: "string" }, day: { type: "string" } },
  });
  const range = /^(\d+)(?:-(\d+))?$/.exec(values.seeds ?? "");
  const day = values.day === undefined ? Math.floor(Date.now() / DAY_MS) : Number(values.day);
  const each = Number(values.each ?? 1);
  const seedsOf = (index: number): number[] => {
    if (range) {
      const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])];
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    }
    return Array.from({ length: each }, (_, i) => 1 + ((day * each + i + index * 7) % SEEDS));
  };
  const counts = { passed: 0, failed: 0 };
  positionals.flatMap(filesOf).forEach((file, index) => {
    const recording = JSON.parse(readFileSync(file, "utf8")) as Recording;
    const bad = seedsOf(index).filter((seed) => {
      const failed = playRecording(recording, seed).outcome === "failed";
      counts[failed ? "failed" : "passed"]++;
      return failed;
    });
    if (bad.length > 0) process.stdout.write(`FAIL ${recording.id} with seed ${bad.join(", ")}\n`);
  });
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return counts.failed > 0 ? 1 : 0;
}

process.exitCode = main();

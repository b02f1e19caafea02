/**
 * `npm run --silent golden -- PATH... [--json]` plays recordings of a real node in virtual time and compares; a line a
 * recording, what differed first under it. `--seeds 50` plays each under the seeds 1 to 50: order and times must hold
 * whatever the seeds draw. `--seeds A-B` takes these, `--budget S` only as many of them as fit into S seconds of recorded
 * time a recording, `--report FILE` keeps the outcomes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { parseArgs } from "node:util";
import { playRecording } from "../scenario/recordings/play.ts";
import { explain } from "./golden/explain.ts";
import { filesOf, readRecording } from "./golden/files.ts";
import { mayMove, outcomeOf, playUnderSeeds, seedsOf } from "./golden/seeds.ts";

const USAGE =
  "usage: npm run --silent golden -- PATH... [--seed N | --seeds N|A-B [--budget S] [--jobs N]] [--report FILE] [--json]\n";

type Outcome = "passed" | "failed" | "skipped";

interface Line {
  readonly id: string;
  readonly outcome: Outcome;
  readonly missing?: string;
  readonly seeds?: number;
  readonly failedSeeds?: readonly number[];
  readonly moved?: number;
  readonly explanation: readonly string[];
}

const MARKS = { passed: "ok  ", failed: "FAIL", skipped: "skip" };

/** What the mark does not say. */
function remark(line: Line): string {
  if (line.missing !== undefined) return `: ${line.missing}`;
  if (line.seeds === undefined) return "";
  const parts = [
    line.failedSeeds && line.failedSeeds.length > 0
      ? `fails with seed ${line.failedSeeds.join(", ")} of ${line.seeds}`
      : `${line.seeds} seeds`,
    line.moved ? `${line.moved} with other phases of the loops` : "",
    (line.moved ?? 0) > mayMove(line.seeds) ? "too many" : "",
  ];
  return `: ${parts.filter(Boolean).join(", ")}`;
}

function print(file: string, line: Line): void {
  process.stdout.write(`${MARKS[line.outcome]} ${basename(file, ".json")}${remark(line)}\n`);
  for (const text of line.explanation) process.stdout.write(`${text}\n`);
}

function playOne(file: string, seed: number): Line {
  const recording = readRecording(file);
  const played = playRecording(recording, seed);
  return {
    id: recording.id,
    outcome: played.outcome,
    ...(played.outcome === "skipped" ? { missing: played.missing } : {}),
    explanation: explain(played),
  };
}

interface SeedOptions {
  readonly seeds: string;
  readonly budget?: number | undefined;
  readonly jobs?: number | undefined;
}

async function playSeeds(files: readonly string[], { seeds, budget, jobs }: SeedOptions): Promise<Line[]> {
  const range = /^(?:(\d+)-)?(\d+)$/.exec(seeds);
  if (!range) throw new Error(`--seeds ${seeds}: a number, or A-B`);
  const [from, to] = [Number(range[1] ?? 1), Number(range[2])];
  const results = await playUnderSeeds(
    files.map((file, i) => ({ file, seeds: seedsOf(from, to, i, readRecording(file).until, budget) })),
    jobs,
  );
  return results.map((r) => ({
    id: r.id,
    outcome: outcomeOf(r),
    ...(r.missing !== undefined ? { missing: r.missing } : {}),
    seeds: r.seeds,
    failedSeeds: r.failed,
    moved: r.moved,
    explanation: r.explanation,
  }));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      seed: { type: "string" },
      seeds: { type: "string" },
      budget: { type: "string" },
      jobs: { type: "string" },
      report: { type: "string" },
    },
  });
  if (positionals.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const files = positionals.flatMap(filesOf);
  const lines: Line[] = [];
  if (values.seeds === undefined) {
    for (const file of files) {
      const line = playOne(file, Number(values.seed ?? 1));
      lines.push(line);
      if (!values.json) print(file, line);
    }
  } else {
    const number = (text: string | undefined): number | undefined =>
      text === undefined ? undefined : Number(text);
    const { seeds, budget, jobs } = values;
    lines.push(...(await playSeeds(files, { seeds, budget: number(budget), jobs: number(jobs) })));
    if (!values.json) for (const [i, line] of lines.entries()) print(files[i] as string, line);
  }
  const count = (outcome: Outcome): number => lines.filter((l) => l.outcome === outcome).length;
  if (values.report) {
    const recordings = lines.map(({ explanation: _, ...rest }) => rest);
    mkdirSync(dirname(values.report), { recursive: true });
    writeFileSync(values.report, `${JSON.stringify({ recordings }, null, 1)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(lines, null, 2)}\n`);
  process.stdout.write(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped\n`);
  return count("failed") > 0 ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);

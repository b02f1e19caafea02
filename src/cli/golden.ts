/**
 * `npm run --silent golden -- PATH... [--json]` plays recordings of a real node in virtual time and compares; a line a
 * recording, what differed first under it.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { EventDifference } from "../scenario/recordings/compare-events.ts";
import { type Played, type PodDifference, playRecording } from "../scenario/recordings/play.ts";
import type { Recording } from "../scenario/recordings/recording.ts";
import type { ReducedState } from "../scenario/recordings/reduce.ts";

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((f) => f.endsWith(".json"))
    .sort()
    .map((f) => join(path, f));
}

const isRecording = (value: unknown): value is Recording =>
  value !== null &&
  typeof value === "object" &&
  Array.isArray((value as Recording).statuses) &&
  typeof (value as Recording).until === "number";

/** Facts of a state that differ from the one before it, so that a long status reads as what changed. */
function changes(state: ReducedState | undefined, before: ReducedState | undefined): string[] {
  if (!state) return ["—"];
  if (state.deleted) return ["gone from the API"];
  const old = new Set(before?.facts ?? []);
  const fresh = state.facts.filter((f) => !old.has(f));
  return fresh.length > 0 ? fresh : ["(as before)"];
}

/** Recorded and simulated states side by side around the first that differs. */
function sideBySide(d: PodDifference): string[] {
  const at = d.states;
  if (!at) return [];
  const lines = [
    `    ${d.pod}: ${{ time: "a state came at another time", order: "another state came", more: "a state that was not recorded" }[at.kind]}`,
    `    ${"recorded".padEnd(62)} simulated`,
  ];
  const cell = (list: readonly ReducedState[], i: number): string[] => {
    const s = list[i];
    return s
      ? changes(s, list[i - 1]).map(
          (f, k) => `${k === 0 ? `${s.at.toFixed(2).padStart(8)} ` : "         "}${f}`,
        )
      : [];
  };
  for (let k = -3; k <= 3; k++) {
    const a = cell(d.recorded, at.recorded + k);
    const b = cell(d.simulated, at.simulated + k);
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      lines.push(
        `  ${k === 0 && i === 0 ? "→" : " "} ${(a[i] ?? "").slice(0, 61).padEnd(62)} ${(b[i] ?? "").slice(0, 80)}`,
      );
    }
  }
  return lines;
}

function eventLine(d: EventDifference): string {
  const text = (e: EventDifference["event"]): string =>
    `${e.at.toFixed(2)} ${e.type} ${e.reason} "${e.message}" ×${e.count}`;
  switch (d.kind) {
    case "missing":
      return `    event not simulated: ${text(d.event)}`;
    case "surplus":
      return `    event not recorded: ${text(d.event)}`;
    case "order":
      return `    events in another order: ${text(d.event)} / ${d.other ? text(d.other) : ""}`;
    case "count":
      return `    event counted differently: recorded ${text(d.event)}, simulated ×${d.other?.count}`;
  }
}

function explain(played: Played): string[] {
  if (played.outcome !== "failed") return [];
  if (played.error !== undefined) return played.error.split("\n").map((line) => `    ${line}`);
  return [...played.pods.flatMap(sideBySide), ...played.events.map(eventLine)];
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, seed: { type: "string" }, report: { type: "string" } },
  });
  if (positionals.length === 0) {
    process.stderr.write("usage: npm run --silent golden -- PATH... [--seed N] [--json]\n");
    return 2;
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const report: { id: string; outcome: string; missing?: string; explanation: string[] }[] = [];
  for (const file of positionals.flatMap(filesOf)) {
    const recording: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isRecording(recording)) {
      process.stderr.write(`${file}:1:1: not a recording: statuses and until are missing\n`);
      return 2;
    }
    const played = playRecording(recording, values.seed === undefined ? 1 : Number(values.seed));
    counts[played.outcome]++;
    const name = basename(file, ".json");
    report.push({
      id: recording.id,
      outcome: played.outcome,
      ...(played.outcome === "skipped" ? { missing: played.missing } : {}),
      explanation: explain(played),
    });
    if (values.json) continue;
    const mark = { passed: "ok  ", failed: "FAIL", skipped: "skip" }[played.outcome];
    process.stdout.write(`${mark} ${name}${played.outcome === "skipped" ? `: ${played.missing}` : ""}\n`);
    for (const line of explain(played)) process.stdout.write(`${line}\n`);
  }
  if (values.report) {
    const recordings = report.map(({ explanation: _, ...rest }) => rest);
    mkdirSync(dirname(values.report), { recursive: true });
    writeFileSync(values.report, `${JSON.stringify({ recordings }, null, 1)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return counts.failed > 0 ? 1 : 0;
}

process.exitCode = main();

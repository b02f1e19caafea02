/** What the checks last said: counts of suites, and the outcome of each recording. Pure, but for the fetching. */
import type { GhostEntry } from "../../scenario/recordings/types.ts";
import { areaOfRecording, areaOfSuite } from "./areas.ts";
import type { Area } from "./features.ts";
import { fetchJson, fetchRecordings } from "./recording.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface SuiteReport extends Counts {
  readonly suite: string;
}

export type Outcome = "passed" | "failed" | "skipped";

export interface RecordingReport extends GhostEntry {
  /** Null: not compared yet. */
  readonly outcome: Outcome | null;
}

export interface Reports {
  /** Null: there is no report. */
  readonly suites: readonly SuiteReport[] | null;
  readonly recordings: readonly RecordingReport[];
  readonly compared: boolean;
}

export const sum = (list: readonly Counts[]): Counts => ({
  passed: list.reduce((n, c) => n + c.passed, 0),
  failed: list.reduce((n, c) => n + c.failed, 0),
  skipped: list.reduce((n, c) => n + c.skipped, 0),
});

export const countOutcomes = (list: readonly RecordingReport[]): Counts => ({
  passed: list.filter((r) => r.outcome === "passed").length,
  failed: list.filter((r) => r.outcome === "failed").length,
  skipped: list.filter((r) => r.outcome === "skipped").length,
});

export const suitesOf = (reports: Reports, area: Area): readonly SuiteReport[] =>
  (reports.suites ?? []).filter((s) => areaOfSuite(s.suite) === area);

export const recordingsOf = (reports: Reports, area: Area): readonly RecordingReport[] =>
  reports.recordings.filter((r) => areaOfRecording(r.id) === area);

interface Compared {
  readonly recordings: readonly { readonly id: string; readonly outcome: Outcome }[];
}

/** Joins the list of recordings with what their comparison said; those that are no longer there are left out. */
export function joinReports(
  entries: readonly GhostEntry[],
  compared: Compared | null,
): readonly RecordingReport[] {
  const outcomes = new Map(
    (compared?.recordings ?? []).map((r) => [r.id.replace(/^golden\//, ""), r.outcome]),
  );
  return entries.map((entry) => ({ ...entry, outcome: outcomes.get(entry.id) ?? null }));
}

export async function fetchReports(): Promise<Reports> {
  const [vectors, compared, entries] = await Promise.all([
    fetchJson<{ suites: readonly SuiteReport[] }>("fidelity/vectors.json"),
    fetchJson<Compared>("fidelity/recordings.json"),
    fetchRecordings(),
  ]);
  const recordings = joinReports(entries, compared);
  return {
    suites: vectors?.suites ?? null,
    recordings,
    compared: recordings.some((r) => r.outcome !== null),
  };
}

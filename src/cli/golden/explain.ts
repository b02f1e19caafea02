/** What differs between a recording and a run, as lines for a person. */
import type { EventDifference } from "../../scenario/recordings/compare-events.ts";
import type { Played, PodDifference } from "../../scenario/recordings/play.ts";
import type { ReducedState } from "../../scenario/recordings/reduce.ts";

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

/** Empty for a play that passed or was skipped. */
export function explain(played: Played): string[] {
  if (played.outcome !== "failed") return [];
  if (played.error !== undefined) return played.error.split("\n").map((line) => `    ${line}`);
  return [...played.pods.flatMap(sideBySide), ...played.events.map(eventLine)];
}

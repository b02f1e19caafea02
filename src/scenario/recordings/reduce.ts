/** What of a pod's status is compared: phase, reasons, container states, counts, conditions; not texts and stamps. */
import type { ContainerState, ContainerStatus, PodStatus } from "../../api/types.ts";

export interface ReducedState {
  readonly at: number;
  readonly pod: string;
  readonly deleted: boolean;
  /** One fact a line, sorted as a person would read it. */
  readonly facts: readonly string[];
}

function stateText(state: ContainerState | undefined): string {
  if (state?.running) return "running";
  if (state?.terminated) return `terminated ${state.terminated.reason ?? ""} ${state.terminated.exitCode}`;
  return `waiting ${state?.waiting?.reason ?? ""}`;
}

function containerFact(kind: string, c: ContainerStatus): string {
  const last = c.lastState?.terminated;
  return [
    `${kind} ${c.name}: ${stateText(c.state)}`,
    c.ready ? "ready" : "not ready",
    c.started ? "started" : "not started",
    `restarts ${c.restartCount ?? 0}`,
    last ? `last ${last.reason ?? ""} ${last.exitCode}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** The facts of one status. `deleting`: a deletion stamp is set. */
export function reduceStatus(status: PodStatus, deleting: boolean): readonly string[] {
  const facts = [`phase ${status.phase ?? ""}${status.reason ? ` (${status.reason})` : ""}`];
  if (deleting) facts.push("deletion requested");
  for (const c of [...(status.conditions ?? [])].sort((a, b) => (a.type < b.type ? -1 : 1))) {
    facts.push(`${c.type} ${c.status}${c.reason ? ` ${c.reason}` : ""}`);
  }
  for (const c of status.initContainerStatuses ?? []) facts.push(containerFact("init", c));
  for (const c of status.containerStatuses ?? []) facts.push(containerFact("container", c));
  for (const c of status.ephemeralContainerStatuses ?? []) facts.push(containerFact("ephemeral", c));
  return facts;
}

/** Drops states that say the same as the one before them of the same pod. */
export function dropRepeats(states: readonly ReducedState[]): ReducedState[] {
  const last = new Map<string, string>();
  return states.filter((s) => {
    const text = s.deleted ? "deleted" : s.facts.join("\n");
    if (last.get(s.pod) === text) return false;
    last.set(s.pod, text);
    return true;
  });
}

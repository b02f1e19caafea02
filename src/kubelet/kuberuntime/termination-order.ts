/**
 * Order in which the containers of a pod with sidecars stop: regular ones at once, then the sidecars from the last
 * to the first (pkg/kubelet/kuberuntime/kuberuntime_termination_order.go).
 */
import type { Pod } from "../../api/types.ts";
import { isSidecar } from "../types.ts";

export interface TerminationOrdering {
  /** Whom a container waits for. */
  readonly prereqs: Readonly<Record<string, readonly string[]>>;
  /** Names that have ended, or were not running. */
  readonly terminated: readonly string[];
}

export function newTerminationOrdering(
  pod: Pick<Pod, "spec">,
  runningContainerNames: readonly string[],
): TerminationOrdering {
  const main = (pod.spec?.containers ?? []).map((c) => c.name);
  const init = [...(pod.spec?.initContainers ?? [])].reverse();
  const prereqs: Record<string, string[]> = {};
  let laterSidecar: string | undefined;
  for (const container of init.filter(isSidecar)) {
    prereqs[container.name] = laterSidecar === undefined ? [...main] : [...main, laterSidecar];
    laterSidecar = container.name;
  }
  const known = [...main, ...init.map((c) => c.name)];
  return { prereqs, terminated: known.filter((name) => !runningContainerNames.includes(name)) };
}

/** All that this container waits for have ended. */
export function isTurn(ordering: TerminationOrdering, name: string): boolean {
  return (ordering.prereqs[name] ?? []).every((other) => ordering.terminated.includes(other));
}

export function containerTerminated(ordering: TerminationOrdering, name: string): TerminationOrdering {
  if (ordering.terminated.includes(name)) return ordering;
  return { ...ordering, terminated: [...ordering.terminated, name] };
}

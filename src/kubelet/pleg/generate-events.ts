/** Life cycle events from two looks at a pod (pkg/kubelet/pleg/generic.go: generateEvents, computeEvents). */
import type { RuntimeContainerState, SandboxState } from "../../cri/contract.ts";
import type { Seq } from "../../sim/types.ts";
import type { PlegEvent } from "../types.ts";

/** What the PLEG tells apart: created counts as unknown. */
export type PlegState = "running" | "exited" | "unknown" | "non-existent";

export interface PlegContainer {
  readonly id: string;
  readonly state: PlegState;
  /** Record of the change that brought it into this state. */
  readonly changedBy?: Seq;
}

/** A pod as a listing shows it: containers first, then sandboxes, which count as containers. */
export interface PlegPod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly PlegContainer[];
  readonly sandboxes: readonly PlegContainer[];
}

export function convertState(state: RuntimeContainerState | SandboxState): PlegState {
  switch (state) {
    case "running":
    case "READY":
      return "running";
    case "exited":
    case "NOTREADY":
      return "exited";
    default:
      return "unknown";
  }
}

/** Events of one container that went from one state to another. ContainerChanged is never sent, but counts. */
export function generateEvents(
  podUid: string,
  containerId: string,
  from: PlegState,
  to: PlegState,
): PlegEvent[] {
  if (from === to) return [];
  const event = (type: PlegEvent["type"]): PlegEvent => ({ podUid, type, containerId });
  switch (to) {
    case "running":
      return [event("ContainerStarted")];
    case "exited":
      return [event("ContainerDied")];
    case "unknown":
      return [event("ContainerChanged")];
    case "non-existent":
      return from === "exited"
        ? [event("ContainerRemoved")]
        : [event("ContainerDied"), event("ContainerRemoved")];
  }
}

const stateIn = (pod: PlegPod | undefined, id: string): PlegState =>
  (pod?.containers.find((c) => c.id === id) ?? pod?.sandboxes.find((c) => c.id === id))?.state ??
  "non-existent";

/** All events between two looks: what was there before in its order, then what is new. */
export function computeEvents(old: PlegPod | undefined, current: PlegPod | undefined): PlegEvent[] {
  if (
    old &&
    current &&
    sameStates(old.containers, current.containers) &&
    sameStates(old.sandboxes, current.sandboxes)
  )
    return [];
  const uid = old?.uid ?? current?.uid ?? "";
  const ids = new Set<string>();
  for (const pod of [old, current])
    for (const { id } of [...(pod?.containers ?? []), ...(pod?.sandboxes ?? [])]) ids.add(id);
  return [...ids].flatMap((id) => generateEvents(uid, id, stateIn(old, id), stateIn(current, id)));
}

function sameStates(a: readonly PlegContainer[], b: readonly PlegContainer[]): boolean {
  return a.length === b.length && a.every((c, i) => c.id === b[i]?.id && c.state === b[i]?.state);
}

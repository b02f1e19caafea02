/** Sandboxes and containers of a listing, by pod (pkg/kubelet/kuberuntime: GetPods). */
import type { ContainerStatusCri, PodRef, PodSandbox } from "../../cri/contract.ts";
import { convertState, type PlegContainer, type PlegPod } from "./generate-events.ts";

interface Growing {
  readonly ref: PodRef;
  readonly containers: PlegContainer[];
  readonly sandboxes: PlegContainer[];
}

/** Pods by UID, in the order in which the listing shows them first. */
export function podsOf(
  sandboxes: readonly PodSandbox[],
  containers: readonly ContainerStatusCri[],
): Map<string, PlegPod> {
  const growing = new Map<string, Growing>();
  const of = (ref: PodRef): Growing => {
    let pod = growing.get(ref.uid);
    if (!pod) growing.set(ref.uid, (pod = { ref, containers: [], sandboxes: [] }));
    return pod;
  };
  for (const { id, pod, state, changedBy } of sandboxes)
    of(pod).sandboxes.push(seen(id, convertState(state), changedBy));
  for (const { id, pod, state, changedBy } of containers)
    of(pod).containers.push(seen(id, convertState(state), changedBy));
  const pods = new Map<string, PlegPod>();
  for (const [uid, { ref, ...rest }] of growing)
    pods.set(uid, { uid, name: ref.name, namespace: ref.namespace, ...rest });
  return pods;
}

const seen = (id: string, state: PlegContainer["state"], changedBy: number | undefined): PlegContainer =>
  changedBy === undefined ? { id, state } : { id, state, changedBy };

/** The same things in the same order, object for object: nothing can have changed. */
export function sameListing<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
}

/** Which machine a selection is about, and what its instances are called. */
import { splitComponent } from "../../api/component-ids.ts";
import { type DrawnMachine, MACHINES } from "../../kubelet/machines.ts";
import type { PodView } from "../store/select/pods.ts";
import type { Selection } from "../store/view.ts";

/** The machines of a selected component; of a pod those that have one for it; else all. */
export function machinesFor(selection: Selection | null): readonly DrawnMachine[] {
  if (selection?.kind === "component") {
    const { part } = splitComponent(selection.id);
    const own = MACHINES.filter((m) => m.part === part);
    if (own.length > 0) return own;
  }
  return MACHINES;
}

/** The machine to begin with: the pod's worker for a pod, the first of a component's, the loop. */
export function firstMachine(selection: Selection | null, candidates: readonly DrawnMachine[]): DrawnMachine {
  const pod = selection?.kind === "object" && selection.id.startsWith("pod/");
  return (pod && candidates.find((m) => m.id === "pod-worker")) || candidates[0]!;
}

/** A machine's key with the pod's name for its uid. */
export function keyName(key: string, pods: readonly PodView[]): string {
  const pod = pods.find((p) => p.uid !== "" && key.includes(p.uid));
  return pod ? key.replace(pod.uid, pod.name) : key;
}

/** The key to begin with: the selected pod's or container's, else the one that began last. */
export function firstKey(
  keys: readonly string[],
  selection: Selection | null,
  pods: readonly PodView[],
): string | undefined {
  if (selection?.kind === "object") {
    const pod = pods.find((p) => selection.id === p.id || selection.id.startsWith(`${p.id}/`));
    const own = pod ? keys.filter((k) => k.includes(pod.uid)) : [];
    const container = pod ? selection.id.slice(pod.id.length + 1) : "";
    const found = own.find((k) => container !== "" && k.includes(container)) ?? own[0];
    if (found !== undefined) return found;
  }
  return keys.at(-1);
}

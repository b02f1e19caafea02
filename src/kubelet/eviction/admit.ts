/** Admission while the node is under pressure (pkg/kubelet/eviction/eviction_manager.go: Admit). */
import { getPodQOS } from "../../api/qos.ts";
import type { Pod } from "../../api/types.ts";
import { isCriticalPod } from "../config/static.ts";
import type { NodePressure } from "./types.ts";

const MEMORY_TAINT = "node.kubernetes.io/memory-pressure";

/** Null when the pod may come. */
export function admitUnderPressure(
  pod: Pod,
  conditions: readonly NodePressure[],
): { readonly reason: string; readonly message: string } | null {
  if (conditions.length === 0 || isCriticalPod(pod)) return null;
  if (conditions.length === 1 && conditions[0] === "MemoryPressure") {
    if (getPodQOS(pod) !== "BestEffort") return null;
    const tolerates = pod.spec?.tolerations?.some(
      ({ key, operator, value, effect }) =>
        (!effect || effect === "NoSchedule") &&
        (key ? key === MEMORY_TAINT && (operator === "Exists" || !value) : operator === "Exists"),
    );
    if (tolerates) return null;
  }
  return { reason: "Evicted", message: `The node had condition: [${conditions.join(" ")}]. ` };
}

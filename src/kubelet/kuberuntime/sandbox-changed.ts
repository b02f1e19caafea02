import type { Pod } from "../../api/types.ts";
import type { RuntimePodStatus } from "../types.ts";

export interface SandboxDecision {
  /** A new sandbox is needed. */
  readonly changed: boolean;
  /** Attempt number of the sandbox to create, or of the one that stays. */
  readonly attempt: number;
  /** Id of the newest sandbox; empty where nothing of it is kept. */
  readonly sandboxId: string;
}

/** Whether a pod shares the node's network (pkg/kubelet/container/helpers.go: IsHostNetworkPod). */
export function isHostNetworkPod(pod: Pick<Pod, "spec">): boolean {
  return pod.spec?.hostNetwork === true;
}

/** Whether the pod needs a new sandbox; sandboxes are newest first (pkg/kubelet/kuberuntime/util/util.go: PodSandboxChanged). */
export function podSandboxChanged(
  pod: Pick<Pod, "spec">,
  podStatus: Pick<RuntimePodStatus, "sandboxes">,
): SandboxDecision {
  const latest = podStatus.sandboxes[0];
  if (!latest) return { changed: true, attempt: 0, sandboxId: "" };
  const renewed = { changed: true, attempt: latest.attempt + 1, sandboxId: latest.id };
  if (podStatus.sandboxes.filter((s) => s.state === "READY").length > 1) return renewed;
  if (latest.state !== "READY") return renewed;
  if (latest.hostNetwork !== isHostNetworkPod(pod)) return { ...renewed, sandboxId: "" };
  if (!isHostNetworkPod(pod) && !latest.ips[0]) return renewed;
  return { changed: false, attempt: latest.attempt, sandboxId: latest.id };
}

/** Whether a pod needs a new sandbox (pkg/kubelet/kuberuntime/util: PodSandboxChanged). */
import type { Pod } from "../../api/types.ts";
import type { RuntimePodStatus } from "../types.ts";

export function podSandboxChanged(pod: Pod, runtime: RuntimePodStatus): { changed: boolean } {
  const newest = runtime.sandboxes[0];
  if (!newest) return { changed: true };
  const ready = runtime.sandboxes.filter((s) => s.state === "READY").length;
  const hostNetwork = pod.spec?.hostNetwork === true;
  return {
    changed:
      ready > 1 ||
      newest.state !== "READY" ||
      newest.hostNetwork !== hostNetwork ||
      (!hostNetwork && newest.ips.length === 0),
  };
}

/** Removing containers with their logs (kuberuntime_container.go: removeContainer). */
import type { ContainerStatusCri } from "../../cri/contract.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import { CONTAINER_LOGS_ROOT, logFileOf } from "./log-paths.ts";

export interface Removal {
  /** Removes an instance; the answer is that of RemoveContainer. Its log files go with it unless they are kept. */
  remove(status: ContainerStatusCri, options: { readonly keepLogs: boolean }, reply: ReplyTo): void;
}

export function createRemoval(k: Kubelet): Removal {
  return {
    remove(status, { keepLogs }, reply) {
      if (!keepLogs) removeLogs(k, status);
      const { namespace, name, uid } = status.pod;
      const data = {
        pod: `pod/${namespace}/${name}`,
        podUid: uid,
        container: status.name,
        containerId: status.id,
      };
      k.cri.call("RemoveContainer", { containerId: status.id }, reply, { data });
    },
  };
}

/** The log, what was rotated away from it, and the link to it. */
function removeLogs(k: Kubelet, status: ContainerStatusCri): void {
  const { fs } = k.host;
  const { namespace, name } = status.pod;
  const path = logFileOf(status);
  const slash = path.lastIndexOf("/");
  const directory = path.slice(0, slash);
  const stem = path.slice(slash + 1);
  for (const file of fs.list(directory) ?? []) if (file.startsWith(stem)) fs.remove(`${directory}/${file}`);
  fs.remove(`${CONTAINER_LOGS_ROOT}/${name}_${namespace}_${status.name}-${status.id}.log`);
}

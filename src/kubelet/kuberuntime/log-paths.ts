/** Where logs of containers are (pkg/kubelet/kuberuntime/helpers.go, legacy.go). */

import type { Pod } from "../../api/types.ts";
import type { ContainerStatusCri } from "../../cri/contract.ts";
import { podFullName } from "../types.ts";

export const POD_LOGS_ROOT = "/var/log/pods";
export const CONTAINER_LOGS_ROOT = "/var/log/containers";
const MAX_FILE_NAME = 255;

/** `/var/log/pods/NS_NAME_UID`. */
export function podLogsDirectory(pod: Pod): string {
  const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
  return `${POD_LOGS_ROOT}/${namespace}_${name}_${uid}`;
}

/** Log of an instance below the pod's log directory: `NAME/COUNT.log`. */
export function containerLogsPath(container: string, restartCount: number): string {
  return `${container}/${restartCount}.log`;
}

/** Log of a container as the runtime has it, from the root. */
export function logFileOf({ logPath, pod }: ContainerStatusCri): string {
  return logPath.startsWith("/")
    ? logPath
    : `${POD_LOGS_ROOT}/${pod.namespace}_${pod.name}_${pod.uid}/${logPath}`;
}

/** Link that log collectors read: `/var/log/containers/NAME_NS_CONTAINER-ID.log`. */
export function legacyLogSymlink(pod: Pod, container: string, containerId: string): string {
  const stem = `${podFullName(pod)}_${container}-${containerId}`;
  return `${CONTAINER_LOGS_ROOT}/${stem.slice(0, MAX_FILE_NAME - ".log".length)}.log`;
}

/** Restart count after the highest log file in a container's log directory (calcRestartCountByLogDir). */
export function calcRestartCountByLogDir(files: readonly string[]): number {
  let count = 0;
  for (const file of files) {
    const match = /^(\d+)\.log(\..*)?/.exec(file);
    if (match) count = Math.max(count, Number(match[1]) + 1);
  }
  return count;
}

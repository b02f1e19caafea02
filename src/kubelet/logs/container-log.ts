/** Which container's log a request gets, or why it gets none (pkg/kubelet/kubelet_pods.go: validateContainerLogStatus). */
import type { PodStatus } from "../../api/types.ts";
import { getContainerStatus } from "../status/lookup.ts";

export type ContainerLogChoice =
  | { readonly ok: true; readonly containerID: string }
  | { readonly ok: false; readonly error: string };

/** `containerID` as in the status, `containerd://…`. Errors are served as HTTP 400. */
export function validateContainerLogStatus(
  pod: string,
  status: PodStatus,
  container: string,
  previous: boolean,
): ContainerLogChoice {
  const where = `container "${container}" in pod "${pod}"`;
  const no = (error: string): ContainerLogChoice => ({ ok: false, error });
  const found =
    getContainerStatus(status.containerStatuses, container) ??
    getContainerStatus(status.initContainerStatuses, container) ??
    getContainerStatus(status.ephemeralContainerStatuses, container);
  if (!found) return no(`${where} is not available`);
  const last = found.lastState?.terminated;
  const { running, terminated, waiting } = found.state ?? {};
  if (previous) {
    if (!last?.containerID) return no(`previous terminated ${where} not found`);
    return { ok: true, containerID: last.containerID };
  }
  if (running) return { ok: true, containerID: found.containerID ?? "" };
  if (terminated) {
    const containerID = terminated.containerID || last?.containerID;
    return containerID ? { ok: true, containerID } : no(`${where} is terminated`);
  }
  if (last)
    return last.containerID ? { ok: true, containerID: last.containerID } : no(`${where} is terminated`);
  if (!waiting) return no(`${where} is waiting to start - no logs yet`);
  switch (waiting.reason) {
    case "ErrImagePull":
      return no(`${where} is waiting to start: image can't be pulled`);
    case "ImagePullBackOff":
      return no(`${where} is waiting to start: trying and failing to pull image`);
    default:
      return no(`${where} is waiting to start: ${waiting.reason ?? ""}`);
  }
}

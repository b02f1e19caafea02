/** From a pod and a container's name to the file with its log (pkg/kubelet/kubelet_pods.go: GetKubeletContainerLogs). */
import type { Kubelet } from "../contract.ts";
import { containerLogsPath, podLogsDirectory } from "../kuberuntime/log-paths.ts";
import { bareContainerId, isMirrorPod } from "../status/lookup.ts";
import { validateContainerLogStatus } from "./container-log.ts";

export type ContainerLogFile =
  | {
      readonly ok: true;
      readonly path: string;
      readonly containerId: string;
      /** A follower ends when the container does. */
      readonly running: boolean;
    }
  /** `code` as the kubelet's server answers; 200: the text comes in the stream. */
  | { readonly ok: false; readonly code: 200 | 400 | 404; readonly error: string };

/** Which file a log request reads, or the text that it gets instead. */
export function findContainerLog(
  k: Kubelet,
  namespace: string,
  name: string,
  container: string,
  previous: boolean,
): ContainerLogFile {
  const no = (code: 200 | 400 | 404, error: string): ContainerLogFile => ({ ok: false, code, error });
  const found = k.podManager.byName(namespace, name);
  if (!found) return no(404, `pod "${name}" does not exist`);
  const pod = isMirrorPod(found) ? k.podManager.staticOf(found) : found;
  if (!pod) return no(400, `mirror pod "${name}" does not have a corresponding pod`);
  const spec = pod.spec;
  const all = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  if (!all.some((c) => c.name === container))
    return no(404, `container "${container}" not found in pod "${name}"`);
  const uid = pod.metadata?.uid ?? "";
  const status = k.status.getPodStatus(uid) ?? pod.status ?? {};
  const choice = validateContainerLogStatus(name, status, container, previous);
  if (!choice.ok) return no(400, choice.error);
  const id = bareContainerId(choice.containerID);
  const instance = k.podCache.get(uid).status.containers.find((c) => c.id === id);
  if (!instance) return no(200, `unable to retrieve container logs for ${choice.containerID}`);
  const path = `${podLogsDirectory(pod)}/${containerLogsPath(container, instance.attempt)}`;
  return { ok: true, path, containerId: id, running: instance.state === "running" };
}

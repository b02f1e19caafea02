/** A container as the runtime is asked for it (pkg/kubelet/kuberuntime/kuberuntime_container.go: generateContainerConfig). */
import { wholeValueOf as bytesOf, milliValueOf } from "../../api/quantity.ts";
import type { Container, EphemeralContainer, Pod } from "../../api/types.ts";
import type { ContainerConfig, ContainerStatusCri, RuntimeImage } from "../../cri/contract.ts";
import { milliCPUToQuota, milliCPUToShares, QUOTA_PERIOD_MICROS } from "../cm/cgroup-values.ts";
import { getContainerOOMScoreAdjust } from "../cm/oom-score.ts";
import type { RunContainerOptions } from "../contract.ts";
import { expand, mappingFor } from "../env/expand.ts";
import type { RuntimePodStatus } from "../types.ts";
import { newContainerAnnotations, newContainerLabels, restartCountOf } from "./labels.ts";
import { calcRestartCountByLogDir, containerLogsPath } from "./log-paths.ts";
import { findContainerStatusByName } from "./should-restart.ts";
import { verifyRunAsNonRoot } from "./verify-run-as-non-root.ts";

export type ContainerKind = ContainerConfig["kind"];

/** Restart count of the next instance; without an instance the log files tell (startContainer, step 2). */
export function nextRestartCount(
  status: RuntimePodStatus,
  container: string,
  logFiles: readonly string[],
): number {
  const newest = findContainerStatusByName(status, container);
  return newest ? restartCountOf(newest) + 1 : calcRestartCountByLogDir(logFiles);
}

export type TargetResult =
  | { readonly ok: true; readonly id?: string }
  | { readonly ok: false; readonly error: string };

/** Container whose processes an ephemeral container sees (startSpec.getTargetID). */
export function getTargetId(
  container: Container | EphemeralContainer,
  status: RuntimePodStatus,
): TargetResult {
  const target = (container as EphemeralContainer).targetContainerName;
  if (!target) return { ok: true };
  const found = findContainerStatusByName(status, target);
  return found
    ? { ok: true, id: found.id }
    : { ok: false, error: `unable to find target container ${target}` };
}

/** User that an image runs as: a number, a name, or root where it names none (kuberuntime_image.go: getImageUser). */
export function getImageUser(
  image: Pick<RuntimeImage, "uid" | "username">,
): Pick<RuntimeImage, "uid" | "username"> {
  if (image.uid !== undefined) return { uid: image.uid };
  return image.username ? { username: image.username } : { uid: 0 };
}

export interface ContainerConfigInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly kind: ContainerKind;
  readonly restartCount: number;
  readonly image: Pick<RuntimeImage, "id" | "uid" | "username">;
  readonly options: RunContainerOptions;
  readonly memoryCapacity: number;
  readonly oomSingle?: boolean;
  readonly targetId?: string;
}

export type ContainerConfigResult =
  | { readonly ok: true; readonly config: ContainerConfig }
  | { readonly ok: false; readonly error: string };

export function generateContainerConfig(input: ContainerConfigInput): ContainerConfigResult {
  const { pod, container, kind, restartCount, image, options, targetId } = input;
  const imageUser = getImageUser(image);
  const notAllowed = verifyRunAsNonRoot(pod, container, imageUser);
  if (notAllowed !== null) return { ok: false, error: notAllowed };
  const mapping = mappingFor(Object.fromEntries(options.env));
  const expanded = (words: readonly string[] | undefined): string[] =>
    (words ?? []).map((word) => expand(word, mapping));
  const security = container.securityContext;
  const capabilities = security?.capabilities;
  const apparmor = security?.appArmorProfile ?? pod.spec?.securityContext?.appArmorProfile;
  return {
    ok: true,
    config: {
      name: container.name,
      attempt: restartCount,
      image: container.image ?? "",
      imageId: image.id,
      command: expanded(container.command),
      args: expanded(container.args),
      workingDir: container.workingDir ?? "",
      env: options.env,
      mounts: options.mounts,
      logPath: containerLogsPath(container.name, restartCount),
      terminationMessagePath: container.terminationMessagePath ?? "",
      labels: newContainerLabels(container, pod),
      annotations: newContainerAnnotations(container, pod, restartCount),
      cgroup: {
        ...containerCgroup(pod, container, input.memoryCapacity),
        ...(input.oomSingle ? { oomSingle: true } : {}),
      },
      user: containerUser(pod, container, imageUser),
      ...(capabilities
        ? {
            capabilities: {
              ...(capabilities.add ? { add: capabilities.add } : {}),
              ...(capabilities.drop ? { drop: capabilities.drop } : {}),
            },
          }
        : {}),
      ...(apparmor?.type === "Localhost" && apparmor.localhostProfile
        ? { apparmorProfile: apparmor.localhostProfile }
        : {}),
      ...seccompOf(pod, container),
      ...(security?.allowPrivilegeEscalation === false ? { noNewPrivs: true } : {}),
      ...(security?.readOnlyRootFilesystem ? { readonlyRootfs: true } : {}),
      ...(security?.privileged ? { privileged: true } : {}),
      ...(container.stdin ? { stdin: true } : {}),
      ...(container.tty ? { tty: true } : {}),
      ...(targetId === undefined ? {} : { targetId }),
      kind,
    },
  };
}

const SECCOMP_ROOT = "/var/lib/kubelet/seccomp";

/** The container's profile, else its pod's; none asked for is unconfined (helpers.go: getSeccompProfile). */
function seccompOf(pod: Pod, container: Container): Pick<ContainerConfig, "seccomp"> {
  const profile = container.securityContext?.seccompProfile ?? pod.spec?.securityContext?.seccompProfile;
  if (container.securityContext?.privileged) return {};
  if (profile?.type === "RuntimeDefault") return { seccomp: "default" };
  if (profile?.type !== "Localhost" || !profile.localhostProfile) return {};
  return { seccomp: { path: `${SECCOMP_ROOT}/${profile.localhostProfile}` } };
}

/** Limits of a container's cgroup (kuberuntime_container_linux.go: calculateLinuxResources); the pod's own limits bound it. */
export function containerCgroup(
  pod: Pod,
  container: Container,
  memoryCapacity: number,
): ContainerConfig["cgroup"] {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const podLimits = pod.spec?.resources?.limits ?? {};
  const cpuLimit = milliValueOf(limits["cpu"] ?? podLimits["cpu"] ?? 0);
  const memoryLimit = bytesOf(limits["memory"] ?? podLimits["memory"] ?? 0);
  const cpuRequest = requests["cpu"] === undefined ? cpuLimit : milliValueOf(requests["cpu"]);
  const cpuQuota = milliCPUToQuota(cpuLimit, QUOTA_PERIOD_MICROS);
  return {
    cpuShares: milliCPUToShares(cpuRequest),
    oomScoreAdj: getContainerOOMScoreAdjust(pod, container, memoryCapacity),
    ...(memoryLimit > 0 ? { memoryLimit } : {}),
    ...(cpuQuota > 0 ? { cpuQuota } : {}),
  };
}

function containerUser(
  pod: Pod,
  container: Container,
  image: Pick<RuntimeImage, "uid" | "username">,
): ContainerConfig["user"] {
  const own = container.securityContext;
  const shared = pod.spec?.securityContext;
  const runAsUser = own?.runAsUser ?? shared?.runAsUser;
  const gid = own?.runAsGroup ?? shared?.runAsGroup;
  const groups = [
    ...(shared?.fsGroup === undefined ? [] : [shared.fsGroup]),
    ...(shared?.supplementalGroups ?? []),
  ];
  const fromImage = runAsUser === undefined;
  const uid = fromImage ? image.uid : runAsUser;
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(groups.length > 0 ? { groups } : {}),
    ...(fromImage && image.username ? { username: image.username } : {}),
  };
}

/** Dead instances of a container but the newest `keep`, newest first in the status (pkg/kubelet/pod_container_deletor.go). */
export function getContainersToDeleteInPod(
  status: RuntimePodStatus,
  exitedContainerId: string,
  keep: number,
): ContainerStatusCri[] {
  const matched = status.containers.find((c) => c.id === exitedContainerId);
  if (exitedContainerId !== "" && !matched) return [];
  return status.containers
    .filter((c) => c.state === "exited" && (!matched || c.name === matched.name))
    .slice(keep);
}

/** Flags that probe results set in a status between two syncs (SetContainerReadiness, SetContainerStartup). */
import type { ContainerStatus, Pod, PodStatus } from "../../api/types.ts";
import { generateContainersReadyCondition, generatePodReadyCondition } from "./conditions.ts";
import { findStatusById, replaceOrAppendCondition } from "./lookup.ts";

export type SetContainerResult =
  | { readonly status: PodStatus }
  /** `unknown`: no container of that id; `unchanged`: the flag has that value. */
  | { readonly status?: undefined; readonly why: "unknown" | "unchanged" };

/**
 * @param containerID as it stands in the status, `containerd://…`
 */
export function setContainerReadiness(
  pod: Pod,
  held: PodStatus,
  containerID: string,
  ready: boolean,
): SetContainerResult {
  const changed = withFlag(held, containerID, (s) => (s.ready === ready ? undefined : { ...s, ready }));
  if (!changed.status) return changed;
  const { status } = changed;
  const all =
    status.initContainerStatuses || status.containerStatuses
      ? [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
      : undefined;
  let conditions = status.conditions ?? [];
  conditions = replaceOrAppendCondition(
    conditions,
    generatePodReadyCondition(pod, conditions, all, status.phase),
  );
  conditions = replaceOrAppendCondition(conditions, generateContainersReadyCondition(pod, all, status.phase));
  return { status: { ...status, conditions } };
}

export function setContainerStartup(
  _pod: Pod,
  held: PodStatus,
  containerID: string,
  started: boolean,
): SetContainerResult {
  return withFlag(held, containerID, (s) => (s.started === started ? undefined : { ...s, started }));
}

function withFlag(
  held: PodStatus,
  containerID: string,
  change: (status: ContainerStatus) => ContainerStatus | undefined,
): SetContainerResult {
  const place = findStatusById(held, containerID);
  if (!place) return { why: "unknown" };
  const list = held[place.list] as ContainerStatus[];
  const next = change(list[place.index] as ContainerStatus);
  if (!next) return { why: "unchanged" };
  return { status: { ...held, [place.list]: list.map((s, i) => (i === place.index ? next : s)) } };
}

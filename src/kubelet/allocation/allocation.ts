/** Resources that a pod was admitted or resized with, apart from what its spec asks for (pkg/kubelet/allocation). */
import type { Container, PodSpec, ResourceRequirements } from "../../api/types.ts";
import { isSidecar, type Pod } from "../types.ts";

/** What a pod holds: of the pod as a whole, and by container. */
export interface PodAllocation {
  readonly pod?: PodSpec["resources"];
  readonly containers: Readonly<Record<string, ResourceRequirements>>;
}

/** Containers whose resources can change: the regular ones and sidecars (IsResizableContainer). */
export function allocationFromPod({ spec }: Pod): PodAllocation {
  const resizable = [...(spec?.initContainers ?? []).filter(isSidecar), ...(spec?.containers ?? [])];
  return {
    ...(spec?.resources ? { pod: spec.resources } : {}),
    containers: Object.fromEntries(resizable.map((c) => [c.name, c.resources ?? NOTHING])),
  };
}

const NOTHING = {};

/** Mostly it is the very value that was kept when the pod was admitted. */
const same = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, item]) => [key, sorted(item)]);
}

/** The pod with what it holds in place of what it asks for; the same pod where both are equal. */
export function updatePodFromAllocation(pod: Pod, allocation: PodAllocation | undefined): Pod {
  if (!allocation || !pod.spec) return pod;
  const { spec } = pod;
  const held = (c: Container): Container => {
    const resources = allocation.containers[c.name];
    return resources && !same(resources, c.resources ?? NOTHING) ? { ...c, resources } : c;
  };
  const containers = spec.containers.map(held);
  const initContainers = spec.initContainers?.map(held);
  const podLevel = same(allocation.pod ?? NOTHING, spec.resources ?? NOTHING)
    ? spec.resources
    : allocation.pod;
  const unchanged =
    podLevel === spec.resources &&
    containers.every((c, i) => c === spec.containers[i]) &&
    (initContainers ?? []).every((c, i) => c === spec.initContainers?.[i]);
  if (unchanged) return pod;
  const { resources: _asked, ...rest } = spec;
  return {
    ...pod,
    spec: {
      ...rest,
      ...(podLevel ? { resources: podLevel } : {}),
      containers,
      ...(initContainers ? { initContainers } : {}),
    },
  };
}

/** What a StatefulSet does next (pkg/controller/statefulset/stateful_set_control.go, stateful_set_utils.go). */
import type { ApiObject, Pod, StatefulSet } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { isAvailable, REVISION_HASH } from "./daemon-decide.ts";
import { isReady, podFromTemplate, templateHash } from "./pods.ts";

const POD_NAME = "statefulset.kubernetes.io/pod-name";
const POD_INDEX = "apps.kubernetes.io/pod-index";

/** Name of the revision that the template makes. */
export const revisionOf = (set: StatefulSet): string =>
  `${set.metadata?.name}-${templateHash(set.spec?.template ?? {})}`;

/** Number at the end of a pod's name; -1 where it is none of the set's (getParentNameAndOrdinal). */
export function ordinalOf(set: StatefulSet, pod: Pod): number {
  const prefix = `${set.metadata?.name}-`;
  const name = pod.metadata?.name ?? "";
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  return /^\d+$/.test(rest) ? Number(rest) : -1;
}

const claimName = (set: StatefulSet, template: string | undefined, ordinal: number): string =>
  `${template}-${set.metadata?.name}-${ordinal}`;

/** Claims of a replica from the set's templates (getPersistentVolumeClaims). */
export function claimsOf(set: StatefulSet, ordinal: number): readonly ApiObject[] {
  return (set.spec?.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...metadata,
      name: claimName(set, metadata?.name, ordinal),
      namespace: set.metadata?.namespace,
      labels: { ...metadata?.labels, ...set.spec?.selector?.matchLabels },
    },
    spec,
  })) as unknown as readonly ApiObject[];
}

/** A replica with its name, its place in DNS and its claims (newStatefulSetPod: initIdentity, updateStorage). */
export function statefulPod(set: StatefulSet, ordinal: number): unknown {
  const name = `${set.metadata?.name}-${ordinal}`;
  const labels = { [POD_NAME]: name, [POD_INDEX]: String(ordinal), [REVISION_HASH]: revisionOf(set) };
  const pod = podFromTemplate(set, set.spec?.template ?? {}, { labels }) as {
    metadata: Record<string, unknown>;
    spec: NonNullable<Pod["spec"]>;
  };
  const { generateName: _, ...metadata } = pod.metadata;
  const templates = set.spec?.volumeClaimTemplates ?? [];
  const claimed = templates.map(({ metadata: claim }) => ({
    name: claim?.name ?? "",
    persistentVolumeClaim: { claimName: claimName(set, claim?.name, ordinal) },
  }));
  const others = (pod.spec.volumes ?? []).filter((v) => !claimed.some((c) => c.name === v.name));
  const volumes = [...claimed, ...others];
  return {
    ...pod,
    metadata: { ...metadata, name },
    spec: {
      ...pod.spec,
      hostname: name,
      ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
}

export type Step =
  | { readonly do: "create"; readonly ordinal: number }
  /** Claims that are missing, of a replica that is there and pending. */
  | { readonly do: "claims"; readonly ordinal: number }
  | { readonly do: "delete"; readonly pod: Pod };

const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === "Running" && isReady(pod);
const isOver = (pod: Pod): boolean => pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded";

/** Steps to take now (updateStatefulSet): one at a time in order, or all at once where the set is `Parallel`. */
export function nextSteps(set: StatefulSet, pods: readonly Pod[], now: Ms): readonly Step[] {
  const start = set.spec?.ordinals?.start ?? 0;
  const end = start + (set.spec?.replicas ?? 1);
  const ordered = set.spec?.podManagementPolicy !== "Parallel";
  const minReady = set.spec?.minReadySeconds ?? 0;
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const steps: Step[] = [];

  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) steps.push({ do: "create", ordinal });
    else if (isOver(pod)) {
      if (!pod.metadata?.deletionTimestamp) steps.push({ do: "delete", pod });
    } else {
      if (pod.status?.phase === "Pending") steps.push({ do: "claims", ordinal });
      if (!pod.metadata?.deletionTimestamp && isRunningAndReady(pod) && isAvailable(pod, minReady, now))
        continue;
    }
    if (ordered) return steps;
  }

  const condemned = pods
    .filter((pod) => ordinalOf(set, pod) >= end || (ordinalOf(set, pod) >= 0 && ordinalOf(set, pod) < start))
    .sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  const unhealthy = [...pods]
    .sort((a, b) => ordinalOf(set, a) - ordinalOf(set, b))
    .find((pod) => !isRunningAndReady(pod) || pod.metadata?.deletionTimestamp);
  for (const pod of condemned) {
    const leaving = Boolean(pod.metadata?.deletionTimestamp);
    const waits = !isRunningAndReady(pod) && pod !== unhealthy;
    if (!leaving && !(ordered && waits)) steps.push({ do: "delete", pod });
    if (ordered) return steps;
  }
  if (steps.length > 0 || set.spec?.updateStrategy?.type === "OnDelete") return steps;

  const revision = revisionOf(set);
  const from = Math.max(start, set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = end - 1; ordinal >= from; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) return steps;
    const leaving = Boolean(pod.metadata?.deletionTimestamp);
    if (pod.metadata?.labels?.[REVISION_HASH] !== revision && !leaving) return [{ do: "delete", pod }];
    if (leaving || !isRunningAndReady(pod)) return steps;
  }
  return steps;
}

/** The numbers and revisions of its status (updateStatus, completeRollingUpdate). */
export function statefulStatus(set: StatefulSet, pods: readonly Pod[], now: Ms): Record<string, unknown> {
  const update = revisionOf(set);
  const own = pods.filter((pod) => ordinalOf(set, pod) >= 0);
  const ready = own.filter(isRunningAndReady);
  const minReady = set.spec?.minReadySeconds ?? 0;
  const living = own.filter((pod) => !pod.metadata?.deletionTimestamp);
  const updated = living.filter((pod) => pod.metadata?.labels?.[REVISION_HASH] === update).length;
  const known = set.status?.currentRevision || update;
  const done = updated === own.length && ready.length === own.length;
  const current = done ? update : known;
  const atCurrent = living.filter((pod) => pod.metadata?.labels?.[REVISION_HASH] === current).length;
  return {
    observedGeneration: set.metadata?.generation,
    replicas: own.length,
    readyReplicas: ready.length || undefined,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReady, now)).length,
    currentReplicas: atCurrent || undefined,
    updatedReplicas: updated || undefined,
    currentRevision: current,
    updateRevision: update,
    collisionCount: 0,
  };
}

/**
 * What the server makes of a pod: status at creation, generation, subresources, graceful deletion
 * (pkg/registry/core/pod/strategy.go, storage/storage.go).
 */
import { deepEqual } from "../plain.ts";
import { applyAppArmorVersionSkew } from "../pod-strategy.ts";
import { getPodQOS } from "../qos.ts";
import type { Container, LabelSelector, ObjectMeta, Pod, PodCondition, PodSpec } from "../types.ts";

const TERMINAL = ["Succeeded", "Failed"];

interface KeyedSelector {
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
  readonly labelSelector?: LabelSelector;
}

/** Label keys of a term become requirements on the pod's own values. */
function withLabelKeys<T extends KeyedSelector>(term: T, labels: Readonly<Record<string, string>>): T {
  const selector = term.labelSelector;
  if (!selector) return term;
  const made = (
    keys: readonly string[] | undefined,
    operator: string,
  ): NonNullable<LabelSelector["matchExpressions"]> =>
    (keys ?? []).flatMap((key) =>
      labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }],
    );
  const added = [...made(term.matchLabelKeys, "In"), ...made(term.mismatchLabelKeys, "NotIn")];
  if (added.length === 0) return term;
  return {
    ...term,
    labelSelector: { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...added] },
  };
}

type Affinity = NonNullable<PodSpec["affinity"]>;

function withLabelKeysInAffinity(affinity: Affinity, labels: Readonly<Record<string, string>>): Affinity {
  const out: Affinity = { ...affinity };
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const terms = affinity[kind];
    if (!terms) continue;
    const {
      requiredDuringSchedulingIgnoredDuringExecution: hard,
      preferredDuringSchedulingIgnoredDuringExecution: soft,
    } = terms;
    out[kind] = {
      ...(hard
        ? { requiredDuringSchedulingIgnoredDuringExecution: hard.map((t) => withLabelKeys(t, labels)) }
        : {}),
      ...(soft
        ? {
            preferredDuringSchedulingIgnoredDuringExecution: soft.map((t) => ({
              ...t,
              podAffinityTerm: withLabelKeys(t.podAffinityTerm, labels),
            })),
          }
        : {}),
    };
  }
  return out;
}

const GATED: PodCondition = {
  type: "PodScheduled",
  status: "False",
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
};

/** PrepareForCreate: whatever status was sent is dropped; phase Pending and the QoS class stand in it. */
export function podForCreate(given: Pod, now: string): Pod {
  const pod = applyAppArmorVersionSkew(given);
  const labels = pod.metadata?.labels ?? {};
  let spec = pod.spec;
  if (spec?.affinity) spec = { ...spec, affinity: withLabelKeysInAffinity(spec.affinity, labels) };
  if (spec?.topologySpreadConstraints) {
    spec = {
      ...spec,
      topologySpreadConstraints: spec.topologySpreadConstraints.map((c) => withLabelKeys(c, labels)),
    };
  }
  const fresh: Pod = {
    ...pod,
    metadata: { ...pod.metadata, generation: 1 },
    ...(spec ? { spec } : {}),
    status: {},
  };
  const gated = (spec?.schedulingGates ?? []).length > 0;
  return {
    ...fresh,
    status: {
      phase: "Pending",
      ...(gated ? { conditions: [{ ...GATED, lastTransitionTime: now }] } : {}),
      qosClass: getPodQOS(fresh),
    },
  };
}

/** The generation grows when the spec changed. */
export function withGeneration<T extends { metadata?: ObjectMeta }>(object: T, old: T): T {
  const spec = (o: T): unknown => (o as { spec?: unknown }).spec;
  const generation = (old.metadata?.generation ?? 1) + (deepEqual(spec(object), spec(old)) ? 0 : 1);
  return { ...object, metadata: { ...object.metadata, generation } };
}

/** Status writes touch the status, labels and annotations; what the kubelet forgets to send stays. */
export function podStatusForUpdate(pod: Pod, old: Pod): Pod {
  const before = old.status ?? {};
  const generations = new Map<string, (number | undefined)[]>();
  for (const condition of before.conditions ?? []) {
    generations.set(condition.type, [
      ...(generations.get(condition.type) ?? []),
      condition.observedGeneration,
    ]);
  }
  const conditions = pod.status?.conditions?.map((condition) => {
    const known = generations.get(condition.type)?.shift();
    return condition.observedGeneration || !known ? condition : { ...condition, observedGeneration: known };
  });
  const { ownerReferences: _, ...meta } = pod.metadata ?? {};
  const owners = old.metadata?.ownerReferences;
  const qosClass = pod.status?.qosClass || before.qosClass;
  const observedGeneration = pod.status?.observedGeneration || before.observedGeneration;
  return {
    ...old,
    metadata: { ...meta, ...(owners ? { ownerReferences: owners } : {}) },
    status: {
      ...pod.status,
      ...(conditions ? { conditions } : {}),
      ...(qosClass ? { qosClass } : {}),
      ...(observedGeneration ? { observedGeneration } : {}),
    },
  };
}

/** Everything but the ephemeral containers stays as it was. */
export function ephemeralContainersForUpdate(pod: Pod, old: Pod): Pod {
  const { ephemeralContainers: _, ...spec } = old.spec ?? { containers: [] };
  const added = pod.spec?.ephemeralContainers;
  return withGeneration({ ...old, spec: { ...spec, ...(added ? { ephemeralContainers: added } : {}) } }, old);
}

function resized(
  now: readonly Container[] | undefined,
  old: readonly Container[] | undefined,
): Container[] | null {
  const out: Container[] = [];
  for (const [i, before] of (old ?? []).entries()) {
    const container = now?.[i];
    if (container?.name !== before.name) return null;
    const { resources: _, resizePolicy: __, ...rest } = before;
    out.push({
      ...rest,
      ...(container.resources ? { resources: container.resources } : {}),
      ...(container.resizePolicy ? { resizePolicy: container.resizePolicy } : {}),
    });
  }
  return out;
}

/** Everything but resources and resize policies stays; containers that moved are left for the checks to refuse. */
export function resizeForUpdate(pod: Pod, old: Pod): Pod {
  const now = pod.spec;
  const before = old.spec ?? { containers: [] };
  const containers = resized(now?.containers, before.containers);
  const initContainers = resized(now?.initContainers, before.initContainers);
  const counts =
    now?.containers.length === before.containers.length &&
    (now.initContainers ?? []).length === (before.initContainers ?? []).length;
  if (!counts || !containers || !initContainers)
    return withGeneration({ ...pod, status: old.status ?? {} }, old);
  const { resources: _, ...rest } = before;
  const spec: PodSpec = {
    ...rest,
    ...(now?.resources ? { resources: now.resources } : {}),
    containers,
    ...(before.initContainers ? { initContainers } : {}),
  };
  return withGeneration({ ...old, spec }, old);
}

/**
 * Seconds a deletion waits for the kubelet (CheckGracefulDelete): what was asked, else the pod's own; none for a pod
 * that is on no node or has ended.
 */
export function gracePeriod(pod: Pod, asked: number | undefined): number {
  if (!pod.spec?.nodeName || TERMINAL.includes(pod.status?.phase ?? "")) return 0;
  const period = asked ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}

/** Pods that a controller makes from a template, and which of its pods it gives up first. */
import type { ApiClient } from "../../api/contract.ts";
import type { ApiObject, Pod } from "../../api/types.ts";

type OwnerReference = NonNullable<NonNullable<ApiObject["metadata"]>["ownerReferences"]>[number];

export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: unknown;
}

/** The reference by which an object says who controls it (metav1.NewControllerRef). */
export const controllerRef = (owner: ApiObject): OwnerReference => ({
  apiVersion: owner.apiVersion ?? "",
  kind: owner.kind ?? "",
  name: owner.metadata?.name ?? "",
  uid: owner.metadata?.uid ?? "",
  controller: true,
  blockOwnerDeletion: true,
});

/** Replaces the status of a controller's own object. */
export function updateStatus(api: ApiClient, object: ApiObject, status: object): void {
  const { namespace, name } = object.metadata ?? {};
  api.request(
    {
      verb: "update",
      kind: object.kind ?? "",
      namespace,
      name,
      subresource: "status",
      body: { ...object, status },
    },
    null,
    { from: "controller-manager" },
  );
}

/** Whether a status says already what each field of `wanted` says; undefined there means absent. */
export function saysAlready(status: object | undefined, wanted: object): boolean {
  const present = (status ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([field, value]) => present[field] === value);
}

/** A pod from a template, owned by `owner` (pkg/controller/controller_utils.go: GetPodFromTemplate). */
export function podFromTemplate(
  owner: ApiObject,
  template: PodTemplate,
  extra: { labels?: Record<string, string>; nodeName?: string } = {},
): unknown {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${owner.metadata?.name}-`,
      namespace: owner.metadata?.namespace,
      labels: { ...template.metadata?.labels, ...extra.labels },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [controllerRef(owner)],
    },
    spec: {
      ...(template.spec as object),
      ...(extra.nodeName ? { affinity: pinned(template.spec as Pod["spec"], extra.nodeName) } : {}),
    },
  };
}

/** The scheduler binds it to that node alone (util.ReplaceDaemonSetPodNodeNameNodeAffinity). */
const pinned = (spec: Pod["spec"], node: string): unknown => ({
  ...spec?.affinity,
  nodeAffinity: {
    ...spec?.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] }],
    },
  },
});

export const isFinished = (pod: Pod): boolean =>
  pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
export const isActive = (pod: Pod): boolean => !isFinished(pod) && !pod.metadata?.deletionTimestamp;
export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;
export const ownedBy = (owner: ApiObject, object: ApiObject): boolean =>
  object.metadata?.ownerReferences?.some((o) => o.uid === owner.metadata?.uid && o.controller) ?? false;

/** Unassigned before assigned, Pending before Running, not ready before ready, younger before older (ActivePodsWithRanks). */
export function byDeletionCost(a: Pod, b: Pod): number {
  const assigned = Number(Boolean(a.spec?.nodeName)) - Number(Boolean(b.spec?.nodeName));
  const phase = Number(a.status?.phase === "Running") - Number(b.status?.phase === "Running");
  const ready = Number(isReady(a)) - Number(isReady(b));
  if (assigned || phase || ready) return assigned || phase || ready;
  const at = (p: Pod): string => String(p.metadata?.creationTimestamp ?? "");
  return at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0;
}

const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Hash of a template as it stands in names: digits and letters that cannot spell words (rand.SafeEncodeString). */
export function templateHash(template: unknown): string {
  let h = 0x811c9dc5;
  for (const char of JSON.stringify(template)) {
    h = Math.imul(h ^ char.charCodeAt(0), 0x01000193) >>> 0;
  }
  return [...String(h)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join("");
}

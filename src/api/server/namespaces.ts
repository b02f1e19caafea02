/**
 * Namespaces: what is put into a new one, at once, and how one goes: five seconds after its deletion the namespace
 * controller takes out what is in it, and looks again until nothing is left (pkg/controller/namespace).
 */
import type { Ms } from "../../sim/types.ts";
import type { ApiRequest, ApiResult } from "../contract.ts";
import type { ApiObject, ConfigMap, Namespace, Pod } from "../types.ts";
import { KINDS, type KindInfo } from "./kinds.ts";
import type { Store } from "./store.ts";

/** Namespaces that may not be deleted. */
export const PROTECTED = ["default", "kube-system", "kube-public"];

export const isTerminating = (namespace: Namespace | undefined): boolean =>
  namespace?.status?.phase === "Terminating";

type Handle = (request: ApiRequest) => ApiResult<unknown>;

/** The default service account and the cluster's certificate. */
export function fillNamespace(store: Store, handle: Handle, name: string): void {
  const ca = store.get<ConfigMap>("ConfigMap", "kube-system", "kube-root-ca.crt")?.data ?? {};
  const annotations = {
    "kubernetes.io/description":
      "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
  };
  const put = (kind: string, body: object): void =>
    void handle({ verb: "create", kind, namespace: name, body });
  put("ServiceAccount", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  put("ConfigMap", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-root-ca.crt", annotations },
    data: ca,
  });
}

/** A namespace on its way out. */
export function terminating(namespace: Namespace, now: string): ApiObject {
  if (isTerminating(namespace)) return namespace as ApiObject;
  return {
    ...namespace,
    metadata: { ...namespace.metadata, deletionTimestamp: now },
    status: { ...namespace.status, phase: "Terminating" },
  } as ApiObject;
}

const NAMESPACED = KINDS.filter((kind) => kind.namespaced);

/** Before the controller begins, so that every API server knows of the deletion (namespaceDeletionGracePeriod). */
export const NAMESPACE_GRACE_MS: Ms = 5_000;
/** Expected wait for objects that finalizers hold (finalizerEstimateSeconds). */
const FINALIZER_ESTIMATE_S = 15;

interface Content {
  readonly info: KindInfo;
  readonly object: ApiObject;
}

const contentOf = (store: Store, name: string): readonly Content[] =>
  NAMESPACED.flatMap((info) => store.list(info.kind, name).map((object) => ({ info, object })));

/** Deletes what is in a namespace: pods with their grace, the rest at once. */
function emptyNamespace(store: Store, handle: Handle, name: string): void {
  for (const { info, object } of contentOf(store, name)) {
    if (object.metadata?.deletionTimestamp) continue;
    handle({ verb: "delete", kind: info.kind, namespace: name, name: object.metadata?.name ?? "" });
  }
}

/** `pods. has 2 resource instances`, kinds in the order of their names. */
function counted(names: readonly string[], words: (name: string, count: number) => string): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => words(name, count))
    .join(", ");
}

/** Conditions of a namespace that goes (pkg/controller/namespace/deletion/status_condition_utils.go). */
function deletionConditions(left: readonly Content[], old: readonly Condition[], now: string): Condition[] {
  const resources = counted(
    left.map(({ info }) => `${info.resource}.${info.group}`),
    (name, count) => `${name} has ${count} resource instances`,
  );
  const finalizers = counted(
    left.flatMap(({ object }) => object.metadata?.finalizers ?? []),
    (name, count) => `${name} in ${count} resource instances`,
  );
  const wanted: Omit<Condition, "lastTransitionTime">[] = [
    {
      type: "NamespaceDeletionDiscoveryFailure",
      status: "False",
      reason: "ResourcesDiscovered",
      message: "All resources successfully discovered",
    },
    {
      type: "NamespaceDeletionGroupVersionParsingFailure",
      status: "False",
      reason: "ParsedGroupVersions",
      message: "All legacy kube types successfully parsed",
    },
    {
      type: "NamespaceDeletionContentFailure",
      status: "False",
      reason: "ContentDeleted",
      message: "All content successfully deleted, may be waiting on finalization",
    },
    resources
      ? {
          type: "NamespaceContentRemaining",
          status: "True",
          reason: "SomeResourcesRemain",
          message: `Some resources are remaining: ${resources}`,
        }
      : {
          type: "NamespaceContentRemaining",
          status: "False",
          reason: "ContentRemoved",
          message: "All content successfully removed",
        },
    finalizers
      ? {
          type: "NamespaceFinalizersRemaining",
          status: "True",
          reason: "SomeFinalizersRemain",
          message: `Some content in the namespace has finalizers remaining: ${finalizers}`,
        }
      : {
          type: "NamespaceFinalizersRemaining",
          status: "False",
          reason: "ContentHasNoFinalizers",
          message: "All content-preserving finalizers finished",
        },
  ];
  return wanted.map((condition) => {
    const before = old.find((c) => c.type === condition.type);
    const same = before?.status === condition.status;
    return { ...condition, lastTransitionTime: same ? before.lastTransitionTime : now };
  });
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** Seconds after which what is left may be gone (estimateGracefulTerminationForPods). */
function estimateOf(left: readonly Content[]): number {
  const waits = left.map(({ info, object }) => {
    if (info.kind !== "Pod") return object.metadata?.finalizers?.length ? FINALIZER_ESTIMATE_S : 0;
    const { status, spec } = object as Pod;
    const ended = status?.phase === "Succeeded" || status?.phase === "Failed";
    return ended ? 0 : (spec?.terminationGracePeriodSeconds ?? 0);
  });
  return Math.max(FINALIZER_ESTIMATE_S, ...waits);
}

/**
 * One turn of the namespace controller.
 * @returns ms until the next one; null when the namespace is gone
 */
export function syncNamespace(store: Store, handle: Handle, name: string, now: string): Ms | null {
  const namespace = store.get<Namespace>("Namespace", undefined, name);
  if (!namespace || !isTerminating(namespace)) return null;
  emptyNamespace(store, handle, name);
  const left = contentOf(store, name);
  if (left.length === 0) {
    store.remove("Namespace", namespace as ApiObject);
    return null;
  }
  const old = (namespace.status?.conditions ?? []) as readonly Condition[];
  const conditions = deletionConditions(left, old, now);
  if (JSON.stringify(conditions) === JSON.stringify(old))
    return (Math.floor(estimateOf(left) / 2) + 1) * 1000;
  store.put("Namespace", { ...namespace, status: { ...namespace.status, conditions } } as ApiObject);
  // The update brings the namespace back into the controller's queue.
  return NAMESPACE_GRACE_MS;
}

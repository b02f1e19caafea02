/**
 * Namespaces: what is put into a new one, and how one goes. Upstream small controllers do both within milliseconds;
 * here the server does it in the same instant.
 */
import type { ApiRequest, ApiResult } from "../contract.ts";
import type { ApiObject, ConfigMap, Namespace } from "../types.ts";
import { KINDS } from "./kinds.ts";
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

const contentOf = (store: Store, name: string): { kind: string; object: ApiObject }[] =>
  NAMESPACED.flatMap(({ kind }) => store.list(kind, name).map((object) => ({ kind, object })));

/** Deletes what is in a namespace: pods with their grace, the rest at once. */
export function emptyNamespace(store: Store, handle: Handle, name: string): void {
  for (const { kind, object } of contentOf(store, name)) {
    if (object.metadata?.deletionTimestamp) continue;
    handle({ verb: "delete", kind, namespace: name, name: object.metadata?.name ?? "" });
  }
}

/** Removes a terminating namespace once nothing is left in it. */
export function finishNamespace(store: Store, name: string | undefined): void {
  if (!name) return;
  const namespace = store.get<Namespace>("Namespace", undefined, name);
  if (namespace && isTerminating(namespace) && contentOf(store, name).length === 0)
    store.remove("Namespace", namespace as ApiObject);
}

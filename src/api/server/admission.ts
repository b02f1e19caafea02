/**
 * Mutating admission that every cluster has: the service account's token volume, default tolerations, priority;
 * taints of a new node (plugin/pkg/admission/serviceaccount, defaulttolerationseconds, priority, nodetaint).
 */
import type { Simulation } from "../../sim/index.ts";
import type { ApiReader, ApiResult } from "../contract.ts";
import type { ApiObject, Node, Pod, PriorityClass, ServiceAccount } from "../types.ts";
import { forbidden } from "./errors.ts";
import { type KindInfo, kindInfo } from "./kinds.ts";


const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
/** Letters and digits of generated names (staging/src/k8s.io/apimachinery/pkg/util/rand). */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Five letters and digits for `generateName` and token volumes. */
export function randomSuffix(sim: Simulation, purpose: string, object: string, length = 5): string {
  let out = "";
  for (let i = 0; i < length; i++) out += ALPHABET[Math.floor(sim.draw(purpose, object) * ALPHABET.length)];
  return out;
}

type Admitted = { readonly ok: true; readonly object: ApiObject } | Extract<ApiResult<never>, { ok: false }>;

/** Mutates an object that is about to be created. */
export function admitCreate(sim: Simulation, reader: ApiReader, info: KindInfo, object: ApiObject): Admitted {
  if (info.kind === "Pod") return admitPod(sim, reader, object as Pod);
  if (info.kind === "Node") return { ok: true, object: admitNode(object as Node) };
  return { ok: true, object };
}

function admitNode(node: Node): Node {
  const taints = node.spec?.taints ?? [];
  const notReady = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
  if (taints.some((t) => t.key === notReady.key && t.effect === notReady.effect)) return node;
  return { ...node, spec: { ...node.spec, taints: [...taints, notReady] } };
}

function admitPod(sim: Simulation, reader: ApiReader, pod: Pod): Admitted {
  const mirror = pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined;
  let out = pod;
  if (!mirror) {
    const account = withServiceAccount(sim, reader, out);
    if (!account.ok) return account;
    out = account.object as Pod;
  }
  const priority = withPriority(reader, out);
  if (!priority.ok) return priority;
  return { ok: true, object: withDefaultTolerations(priority.object as Pod) };
}

function withServiceAccount(sim: Simulation, reader: ApiReader, pod: Pod): Admitted {
  const spec = pod.spec;
  if (!spec) return { ok: true, object: pod };
  const name = spec.serviceAccountName || "default";
  const account = reader.get<ServiceAccount>("ServiceAccount", pod.metadata?.namespace, name);
  if (!account) {
    const info = kindInfo("Pod") as KindInfo;
    return forbidden(info, pod.metadata?.name ?? "", `error looking up service account ${pod.metadata?.namespace}/${name}: serviceaccount "${name}" not found`) as Admitted;
  }
  const named = { ...spec, serviceAccountName: name, serviceAccount: name };
  const imagePullSecrets = spec.imagePullSecrets?.length ? spec.imagePullSecrets : account.imagePullSecrets;
  const withSecrets = imagePullSecrets?.length ? { ...named, imagePullSecrets } : named;
  const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (!automount) return { ok: true, object: { ...pod, spec: withSecrets } as ApiObject };
  const volume = `kube-api-access-${randomSuffix(sim, "token-volume", `${pod.metadata?.namespace}/${pod.metadata?.name}`)}`;
  let mounted = false;
  const mount = <T extends { volumeMounts?: { mountPath: string }[] }>(c: T): T => {
    if ((c.volumeMounts ?? []).some((m) => m.mountPath === TOKEN_PATH)) return c;
    mounted = true;
    return { ...c, volumeMounts: [...(c.volumeMounts ?? []), { name: volume, readOnly: true, mountPath: TOKEN_PATH }] };
  };
  const containers = withSecrets.containers.map(mount);
  const initContainers = withSecrets.initContainers?.map(mount);
  const volumes = mounted ? [...(withSecrets.volumes ?? []), tokenVolume(volume)] : withSecrets.volumes;
  return { ok: true, object: { ...pod, spec: { ...withSecrets, containers, ...(initContainers ? { initContainers } : {}), ...(volumes ? { volumes } : {}) } } as ApiObject };
}

function tokenVolume(name: string): NonNullable<NonNullable<Pod["spec"]>["volumes"]>[number] {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
      ],
    },
  };
}

/** Classes that exist without being made. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = { "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000 };

function withPriority(reader: ApiReader, pod: Pod): Admitted {
  const spec = pod.spec;
  if (!spec) return { ok: true, object: pod };
  const className = spec.priorityClassName;
  if (!className) {
    const fallback = reader.list<PriorityClass>("PriorityClass").find((c) => c.globalDefault);
    const named = fallback ? { priorityClassName: fallback.metadata?.name } : {};
    return { ok: true, object: { ...pod, spec: { ...spec, ...named, priority: fallback?.value ?? 0, preemptionPolicy: fallback?.preemptionPolicy ?? "PreemptLowerPriority" } } as ApiObject };
  }
  const found = reader.get<PriorityClass>("PriorityClass", undefined, className);
  const value = SYSTEM_CLASSES[className] ?? found?.value;
  if (value === undefined) {
    return forbidden(kindInfo("Pod") as KindInfo, pod.metadata?.name ?? "", `no PriorityClass with name ${className} was found`) as Admitted;
  }
  return { ok: true, object: { ...pod, spec: { ...spec, priority: value, preemptionPolicy: found?.preemptionPolicy ?? "PreemptLowerPriority" } } as ApiObject };
}

function withDefaultTolerations(pod: Pod): Pod {
  const tolerations = pod.spec?.tolerations ?? [];
  const missing = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].filter(
    (key) => !tolerations.some((t) => (t.key === key || !t.key) && (t.effect === "NoExecute" || !t.effect)),
  );
  if (missing.length === 0 || !pod.spec) return pod;
  const added = missing.map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }));
  return { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
}

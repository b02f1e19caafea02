/**
 * Mutating admission that every cluster has: the service account's token volume, default tolerations, priority;
 * taints of a new node (plugin/pkg/admission/serviceaccount, defaulttolerationseconds, priority, nodetaint).
 */
import type { Simulation } from "../../sim/index.ts";
import type { ApiResult } from "../contract.ts";
import type { ApiObject, Node, Pod, PriorityClass, RuntimeClass, ServiceAccount } from "../types.ts";
import { forbidden } from "./errors.ts";
import { type KindInfo, kindInfo } from "./kinds.ts";
import { applyLimitRanges, limitRangeProblem } from "./limit-ranger.ts";
import type { Store } from "./store.ts";

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
export function admitCreate(sim: Simulation, reader: Store, info: KindInfo, object: ApiObject): Admitted {
  if (info.kind === "Pod") return admitPod(sim, reader, object as Pod);
  if (info.kind === "Node") return { ok: true, object: admitNode(object as Node) };
  const problem = info.kind === "PersistentVolumeClaim" ? limitRangeProblem(reader, object) : null;
  if (problem) return forbidden(info, object.metadata?.name ?? "", problem) as Admitted;
  return { ok: true, object };
}

function admitNode(node: Node): Node {
  const taints = node.spec?.taints ?? [];
  const notReady = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
  if (taints.some((t) => t.key === notReady.key && t.effect === notReady.effect)) return node;
  return { ...node, spec: { ...node.spec, taints: [...taints, notReady] } };
}

function admitPod(sim: Simulation, reader: Store, pod: Pod): Admitted {
  const mirror = pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined;
  let out = mirror ? pod : applyLimitRanges(reader, pod);
  if (!mirror) {
    const account = withServiceAccount(sim, reader, out);
    if (!account.ok) return account;
    out = account.object as Pod;
  }
  const priority = withPriority(reader, out);
  if (!priority.ok) return priority;
  const admitted = withDefaultTolerations(priority.object as Pod);
  const runtime = withRuntimeClass(reader, admitted);
  if (!runtime.ok) return runtime;
  const problem = mirror ? null : limitRangeProblem(reader, runtime.object);
  if (problem) return forbidden(kindInfo("Pod") as KindInfo, pod.metadata?.name ?? "", problem) as Admitted;
  return runtime;
}

/** Overhead and scheduling of the pod's runtime class (plugin/pkg/admission/runtimeclass). */
function withRuntimeClass(reader: Store, pod: Pod): Admitted {
  const name = pod.spec?.runtimeClassName;
  if (!name || !pod.spec) return { ok: true, object: pod };
  const refuse = (why: string): Admitted =>
    forbidden(kindInfo("Pod") as KindInfo, pod.metadata?.name ?? "", why) as Admitted;
  const found = reader.get<RuntimeClass>("RuntimeClass", undefined, name);
  if (!found) return refuse(`pod rejected: RuntimeClass "${name}" not found`);
  const { overhead, scheduling } = found;
  const spec = { ...pod.spec };
  if (overhead?.podFixed) spec.overhead = overhead.podFixed;
  for (const [key, value] of Object.entries(scheduling?.nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value)
      return refuse(
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
    spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
  }
  if (scheduling?.tolerations) spec.tolerations = [...(spec.tolerations ?? []), ...scheduling.tolerations];
  return { ok: true, object: { ...pod, spec } as ApiObject };
}

function withServiceAccount(sim: Simulation, reader: Store, pod: Pod): Admitted {
  const spec = pod.spec;
  if (!spec) return { ok: true, object: pod };
  const name = spec.serviceAccountName || "default";
  const account = reader.get<ServiceAccount>("ServiceAccount", pod.metadata?.namespace, name);
  if (!account) {
    const info = kindInfo("Pod") as KindInfo;
    return forbidden(
      info,
      pod.metadata?.name ?? "",
      `error looking up service account ${pod.metadata?.namespace}/${name}: serviceaccount "${name}" not found`,
    ) as Admitted;
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
    return {
      ...c,
      volumeMounts: [...(c.volumeMounts ?? []), { name: volume, readOnly: true, mountPath: TOKEN_PATH }],
    };
  };
  const containers = withSecrets.containers.map(mount);
  const initContainers = withSecrets.initContainers?.map(mount);
  const volumes = mounted ? [...(withSecrets.volumes ?? []), tokenVolume(volume)] : withSecrets.volumes;
  return {
    ok: true,
    object: {
      ...pod,
      spec: {
        ...withSecrets,
        containers,
        ...(initContainers ? { initContainers } : {}),
        ...(volumes ? { volumes } : {}),
      },
    } as ApiObject,
  };
}

function tokenVolume(name: string): NonNullable<NonNullable<Pod["spec"]>["volumes"]>[number] {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    },
  };
}

/** Classes that exist without being made. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

function withPriority(reader: Store, pod: Pod): Admitted {
  const spec = pod.spec;
  if (!spec) return { ok: true, object: pod };
  const className = spec.priorityClassName;
  const computed = className
    ? (SYSTEM_CLASSES[className] ?? reader.get<PriorityClass>("PriorityClass", undefined, className)?.value)
    : undefined;
  const globally = reader.list<PriorityClass>("PriorityClass").find((c) => c.globalDefault)?.value ?? 0;
  if (
    spec.priority !== undefined &&
    spec.priority !== (className ? computed : globally) &&
    (!className || computed !== undefined)
  ) {
    const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${className ? computed : globally} from the given PriorityClass name`;
    return forbidden(kindInfo("Pod") as KindInfo, pod.metadata?.name ?? "", why) as Admitted;
  }
  if (!className) {
    const fallback = reader.list<PriorityClass>("PriorityClass").find((c) => c.globalDefault);
    const named = fallback ? { priorityClassName: fallback.metadata?.name } : {};
    return {
      ok: true,
      object: {
        ...pod,
        spec: {
          ...spec,
          ...named,
          priority: fallback?.value ?? 0,
          preemptionPolicy: fallback?.preemptionPolicy ?? "PreemptLowerPriority",
        },
      } as ApiObject,
    };
  }
  const found = reader.get<PriorityClass>("PriorityClass", undefined, className);
  const value = SYSTEM_CLASSES[className] ?? found?.value;
  if (value === undefined) {
    return forbidden(
      kindInfo("Pod") as KindInfo,
      pod.metadata?.name ?? "",
      `no PriorityClass with name ${className} was found`,
    ) as Admitted;
  }
  return {
    ok: true,
    object: {
      ...pod,
      spec: { ...spec, priority: value, preemptionPolicy: found?.preemptionPolicy ?? "PreemptLowerPriority" },
    } as ApiObject,
  };
}

function withDefaultTolerations(pod: Pod): Pod {
  const tolerations = pod.spec?.tolerations ?? [];
  const missing = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].filter(
    (key) => !tolerations.some((t) => (t.key === key || !t.key) && (t.effect === "NoExecute" || !t.effect)),
  );
  if (missing.length === 0 || !pod.spec) return pod;
  const added = missing.map((key) => ({
    key,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 300,
  }));
  return { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
}

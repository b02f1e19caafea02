/** Which area suites, recordings and parts of the machine belong to. Pure. */
import { AREAS, type Area, FEATURES } from "./features.ts";

export const isArea = (text: string | null): text is Area => AREAS.some((a) => a === text);

/** The area of the first feature that a suite checks. */
export const areaOfSuite = (suite: string): Area | undefined =>
  FEATURES.find((f) => f.suites?.includes(suite))?.area;

const PARTS: Readonly<Record<string, Area>> = {
  syncloop: "sync-loop",
  kubelet: "sync-loop",
  clock: "sync-loop",
  "pod-workers": "pod-workers",
  pleg: "pleg",
  "pod-config": "config",
  kuberuntime: "kuberuntime",
  "image-manager": "images",
  registry: "images",
  prober: "prober",
  "status-manager": "status",
  "event-recorder": "events",
  "volume-manager": "volumes",
  disk: "volumes",
  "node-status": "node-status",
  lease: "node-status",
  "container-manager": "cm",
  cadvisor: "cm",
  kernel: "cm",
  "eviction-manager": "eviction",
  "certificate-manager": "server",
  "kubelet-server": "server",
  containerd: "runtime",
  container: "runtime",
  systemd: "runtime",
  cni: "network",
  scheduler: "control-plane",
  "controller-manager": "control-plane",
  apiserver: "api",
  etcd: "api",
  kubectl: "console",
};

export const areaOfPart = (part: string): Area | undefined => PARTS[part];

/** Recordings are named after what they show; the first pattern that fits says where they belong. */
const FAMILIES: readonly (readonly [RegExp, Area])[] = [
  [/static|mirror-delete/, "config"],
  [/oom|cgroup|qos/, "cm"],
  [/disk|evict|sizelimit|ephemeral-storage/, "eviction"],
  [/resize/, "resize"],
  [/readiness-gate|conditions|generation|false-terminated/, "status"],
  [/out-of-cpu|sysctl|critical|runtimeclass|nonroot|non-root|uid-/, "admission"],
  [/secret|configmap|projected|subpath|pvc|modes/, "volumes"],
  [/(^|-)inits?(-|$)|sidecar/, "restarts"],
  [/kubelet-down/, "node-status"],
  [/^job|^preemption|unschedulable|selector-mismatch/, "control-plane"],
  [/prestop|poststart/, "hooks"],
  [/probe|liveness|readiness|startup|grpc|tcp-refused|^http-|named-port|exec-timeout|test-kubelet/, "prober"],
  [/^term|-term|grace|-deleted?(-|$)|finalizer|message/, "termination"],
  [/image|registry|pull/, "images"],
  [/volume|emptydir|immutable|optional-updates/, "volumes"],
  [/env|expansion|args|fqdn|hostname|working-dir/, "env"],
  [/log-paths/, "logs"],
  [/host-network/, "network"],
  [/sandbox|share-process|unknown-pod/, "kuberuntime"],
  [/restart|crash|onfailure|never|always|dead-containers|ephemeral|deadline|exec-kill|rule/, "restarts"],
];

/** @param id without `golden/` */
export const areaOfRecording = (id: string): Area =>
  FAMILIES.find(([pattern]) => pattern.test(id))?.[1] ?? "kuberuntime";

/** Defaults of KubeletConfiguration v1beta1 (pkg/kubelet/apis/config/v1beta1/defaults.go) and reading a partial one. */
import { durationMs } from "../api/duration.ts";
import { formatQuantity, quantityOf, wholeValueOf } from "../api/quantity.ts";
import type { Ms } from "../sim/types.ts";
import type { KubeletConfig } from "./contract.ts";

export const DEFAULT_KUBELET_CONFIG: KubeletConfig = {
  syncFrequencyMs: 60_000,
  fileCheckFrequencyMs: 20_000,
  httpCheckFrequencyMs: 20_000,
  staticPodPath: "/etc/kubernetes/manifests",
  staticPodUrl: "",
  nodeStatusUpdateFrequencyMs: 10_000,
  nodeStatusReportFrequencyMs: 300_000,
  nodeLeaseDurationSeconds: 40,
  maxPods: 110,
  podPidsLimit: -1,
  serializeImagePulls: true,
  registryPullQps: 5,
  registryBurst: 10,
  maxContainerRestartPeriodMs: 300_000,
  clusterDns: ["10.96.0.10"],
  clusterDomain: "cluster.local",
  runtimeRequestTimeoutMs: 120_000,
  containerLogMaxSize: 10 * 1024 * 1024,
  containerLogMaxFiles: 5,
  containerLogMonitorIntervalMs: 10_000,
  imageMinimumGcAgeMs: 120_000,
  imageHighThresholdPercent: 85,
  imageLowThresholdPercent: 80,
  evictionHard: {
    "memory.available": "100Mi",
    "nodefs.available": "10%",
    "nodefs.inodesFree": "5%",
    "imagefs.available": "15%",
    "imagefs.inodesFree": "5%",
  },
  evictionSoft: {},
  evictionSoftGracePeriodMs: {},
  evictionMinimumReclaim: {},
  evictionPressureTransitionMs: 300_000,
  evictionMaxPodGracePeriod: 0,
  enforceNodeAllocatable: ["pods"],
  localStorageCapacityIsolation: true,
  singleProcessOomKill: false,
  systemReserved: {},
  kubeReserved: {},
  shutdownGracePeriodMs: 0,
  shutdownGracePeriodCriticalPodsMs: 0,
  shutdownGracePeriodByPodPriority: [],
  eventRecordQps: 50,
  eventBurst: 100,
  enableServer: true,
  featureGates: {},
  verbosity: 2,
};

/** Fields of KubeletConfiguration that are durations, and where the model keeps them. */
const DURATIONS: Readonly<Record<string, keyof KubeletConfig>> = {
  syncFrequency: "syncFrequencyMs",
  fileCheckFrequency: "fileCheckFrequencyMs",
  httpCheckFrequency: "httpCheckFrequencyMs",
  nodeStatusUpdateFrequency: "nodeStatusUpdateFrequencyMs",
  nodeStatusReportFrequency: "nodeStatusReportFrequencyMs",
  runtimeRequestTimeout: "runtimeRequestTimeoutMs",
  containerLogMonitorInterval: "containerLogMonitorIntervalMs",
  imageMinimumGCAge: "imageMinimumGcAgeMs",
  evictionPressureTransitionPeriod: "evictionPressureTransitionMs",
  shutdownGracePeriod: "shutdownGracePeriodMs",
  shutdownGracePeriodCriticalPods: "shutdownGracePeriodCriticalPodsMs",
};

const PLAIN: Readonly<Record<string, keyof KubeletConfig>> = {
  staticPodPath: "staticPodPath",
  staticPodURL: "staticPodUrl",
  nodeLeaseDurationSeconds: "nodeLeaseDurationSeconds",
  maxPods: "maxPods",
  podPidsLimit: "podPidsLimit",
  serializeImagePulls: "serializeImagePulls",
  maxParallelImagePulls: "maxParallelImagePulls",
  registryPullQPS: "registryPullQps",
  registryBurst: "registryBurst",
  clusterDNS: "clusterDns",
  clusterDomain: "clusterDomain",
  containerLogMaxFiles: "containerLogMaxFiles",
  imageGCHighThresholdPercent: "imageHighThresholdPercent",
  imageGCLowThresholdPercent: "imageLowThresholdPercent",
  evictionSoft: "evictionSoft",
  evictionMinimumReclaim: "evictionMinimumReclaim",
  evictionMaxPodGracePeriod: "evictionMaxPodGracePeriod",
  enforceNodeAllocatable: "enforceNodeAllocatable",
  localStorageCapacityIsolation: "localStorageCapacityIsolation",
  singleProcessOOMKill: "singleProcessOomKill",
  systemReserved: "systemReserved",
  kubeReserved: "kubeReserved",
  shutdownGracePeriodByPodPriority: "shutdownGracePeriodByPodPriority",
  eventRecordQPS: "eventRecordQps",
  eventBurst: "eventBurst",
  featureGates: "featureGates",
};

/** Fields that are read elsewhere, or have nothing to say here. */
const IGNORED: ReadonlySet<string> = new Set([
  "apiVersion",
  "kind",
  "failSwapOn",
  "failCgroupV1",
  "cgroupDriver",
  "containerLogMaxWorkers",
  "mergeDefaultEvictionSettings",
]);

/** Least values, without which a kubelet does not start (apis/config/validation: ValidateKubeletConfiguration). */
const LEAST: Readonly<Record<string, number>> = {
  containerLogMonitorInterval: 3000,
  containerLogMaxFiles: 2,
};

/** What `readKubeletConfig` found wrong: the field and why. */
export interface KubeletConfigProblem {
  readonly field: string;
  readonly problem: "unknown" | "not-a-duration" | "out-of-range";
}

/** Puts the fields of a KubeletConfiguration over the defaults. Unknown fields and bad durations are reported. */
export function readKubeletConfig(fields: Readonly<Record<string, unknown>>): {
  config: KubeletConfig;
  problems: readonly KubeletConfigProblem[];
} {
  const out: Record<string, unknown> = { ...DEFAULT_KUBELET_CONFIG };
  const problems: KubeletConfigProblem[] = [];
  const duration = (field: string, value: unknown): Ms | undefined => {
    const ms = typeof value === "string" ? durationMs(value) : typeof value === "number" ? value : undefined;
    if (ms === undefined) problems.push({ field, problem: "not-a-duration" });
    return ms;
  };
  for (const [field, value] of Object.entries(fields)) {
    if (field in DURATIONS) {
      const ms = duration(field, value);
      // Zero stands for the default (SetDefaults_KubeletConfiguration); no loop turns backwards.
      if (ms !== undefined && ms > 0 && ms < (LEAST[field] ?? 0))
        problems.push({ field, problem: "out-of-range" });
      else if (ms !== undefined && ms > 0) out[DURATIONS[field] as string] = ms;
      else if (ms !== undefined && ms < 0) problems.push({ field, problem: "not-a-duration" });
    } else if (typeof value === "number" && value < (LEAST[field] ?? -Infinity)) {
      problems.push({ field, problem: "out-of-range" });
    } else if (field in PLAIN) {
      out[PLAIN[field] as string] = value;
    } else if (field === "containerLogMaxSize") {
      out["containerLogMaxSize"] = wholeValueOf(String(value));
    } else if (field === "evictionHard") {
      // What is given replaces the defaults as a whole, unless they are to be merged.
      const merged =
        fields["mergeDefaultEvictionSettings"] === true ? DEFAULT_KUBELET_CONFIG.evictionHard : {};
      out["evictionHard"] = { ...merged, ...(value as Record<string, string>) };
    } else if (field === "evictionSoftGracePeriod") {
      const periods: Record<string, Ms> = {};
      for (const [signal, text] of Object.entries(value as Record<string, string>))
        periods[signal] = duration(`${field}.${signal}`, text) ?? 0;
      out["evictionSoftGracePeriodMs"] = periods;
    } else if (field === "crashLoopBackOff") {
      const ms = duration(
        "crashLoopBackOff.maxContainerRestartPeriod",
        (value as { maxContainerRestartPeriod?: string }).maxContainerRestartPeriod,
      );
      if (ms !== undefined) out["maxContainerRestartPeriodMs"] = ms;
    } else if (!IGNORED.has(field)) {
      problems.push({ field, problem: "unknown" });
    }
  }
  return { config: out as unknown as KubeletConfig, problems };
}

const durationText = (ms: Ms): string => {
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms % 60_000) / 1000];
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
};

/** A configuration as `/configz` shows it: the fields of KubeletConfiguration that are modelled. */
export function writeKubeletConfig(config: KubeletConfig): Readonly<Record<string, unknown>> {
  const values = config as unknown as Readonly<Record<string, unknown>>;
  return {
    ...Object.fromEntries(
      Object.entries(DURATIONS).map(([field, key]) => [field, durationText(values[key] as Ms)]),
    ),
    ...Object.fromEntries(
      Object.entries(PLAIN)
        .filter(([, key]) => values[key] !== undefined && values[key] !== "")
        .map(([field, key]) => [field, values[key]]),
    ),
    evictionHard: config.evictionHard,
    maxContainerRestartPeriod: durationText(config.maxContainerRestartPeriodMs),
    containerLogMaxSize: formatQuantity(quantityOf(config.containerLogMaxSize, "BinarySI")),
    evictionSoftGracePeriod: Object.fromEntries(
      Object.entries(config.evictionSoftGracePeriodMs).map(([k, ms]) => [k, durationText(ms)]),
    ),
    enableServer: config.enableServer,
    logging: { format: "text", flushFrequency: "5s", verbosity: config.verbosity },
  };
}

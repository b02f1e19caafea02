/** Resources as cgroup settings (pkg/kubelet/cm/helpers_linux.go). */
import { getPodQOS } from "../../api/qos.ts";
import {
  parseQuantity,
  quantity,
  quantityMilliValue,
  quantitySign,
  quantityValue,
} from "../../api/quantity.ts";
import type { Pod } from "../../api/types.ts";
import { isPodLevelResourcesSet, podLimits, podRequests, type ResourceList } from "./pod-resources.ts";

export const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const SHARES_PER_CPU = 1024;
/** Default CFS period in microseconds. */
export const QUOTA_PERIOD_MICROS = 100_000;
const MIN_QUOTA_MICROS = 1000;

/** Settings of one cgroup; an absent one is not set. */
export interface ResourceConfig {
  readonly cpuShares?: number;
  /** Microseconds; -1: no quota. */
  readonly cpuQuota?: number;
  readonly cpuPeriod?: number;
  readonly memory?: number;
  /** Page size in bytes to limit in bytes. */
  readonly hugePageLimits?: Readonly<Record<string, number>>;
}

/** Quota in microseconds a period; 0: none. */
export function milliCPUToQuota(milliCPU: number, periodMicros: number): number {
  if (milliCPU === 0) return 0;
  return Math.max(MIN_QUOTA_MICROS, Math.trunc((milliCPU * periodMicros) / 1000));
}

export function milliCPUToShares(milliCPU: number): number {
  if (milliCPU === 0) return MIN_SHARES;
  return Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.trunc((milliCPU * SHARES_PER_CPU) / 1000)));
}

/** cpu.shares as cpu.weight: the curve of opencontainers/cgroups, through (1, 2), (100, 1024), (10000, 262144). */
export function cpuSharesToWeight(shares: number): number {
  if (shares === 0) return 0;
  if (shares <= MIN_SHARES) return 1;
  if (shares >= MAX_SHARES) return 10_000;
  const l = Math.log2(shares);
  return Math.ceil(10 ** ((l * l + 125 * l) / 612 - 7 / 34));
}

/** cpu.weight back to shares, by the older straight line, as the kubelet reads it. */
export function cpuWeightToShares(weight: number): number {
  return Math.trunc(((weight - 1) * 262_142) / 9999) + 2;
}

/** Sums of huge page resources by page size. */
export function hugePageLimits(list: Iterable<readonly [string, number]>): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const [name, bytes] of list) {
    if (!name.startsWith("hugepages-")) continue;
    const size = parseQuantity(name.slice("hugepages-".length));
    if (!size.ok) continue;
    const key = String(quantityValue(size.quantity));
    limits[key] = (limits[key] ?? 0) + bytes;
  }
  return limits;
}

export const hugePageLimitsOf = (list: ResourceList): Record<string, number> =>
  hugePageLimits(
    Object.entries(list).map(([name, value]) => [name, Number(quantityValue(quantity(value)))] as const),
  );

/** Settings of a pod's cgroup (ResourceConfigForPod; MemoryQoS is off). */
export function resourceConfigForPod(
  pod: Pod,
  enforceCPULimits = true,
  cpuPeriod = QUOTA_PERIOD_MICROS,
): ResourceConfig {
  const requests = podRequests(pod);
  let cpuLimited = true;
  let memoryLimited = true;
  const limits = podLimits(pod, (own) => {
    if (isZero(own.get("cpu"))) cpuLimited = false;
    if (isZero(own.get("memory"))) memoryLimited = false;
  });
  if (isPodLevelResourcesSet(pod)) {
    const own = pod.spec?.resources?.limits as ResourceList | undefined;
    if (!isZero(quantity(own?.["cpu"]))) cpuLimited = true;
    if (!isZero(quantity(own?.["memory"]))) memoryLimited = true;
  }
  const milli = (q: ReturnType<typeof quantity> | undefined) => (q ? Number(quantityMilliValue(q)) : 0);
  const cpuShares = milliCPUToShares(milli(requests.get("cpu")));
  const cpuQuota = enforceCPULimits ? milliCPUToQuota(milli(limits.get("cpu")), cpuPeriod) : -1;
  const limit = limits.get("memory");
  const memory = limit ? Number(quantityValue(limit)) : 0;
  const huge = hugePageLimits([...requests].map(([name, q]) => [name, Number(quantityValue(q))] as const));
  const rest = Object.keys(huge).length > 0 ? { hugePageLimits: huge } : {};
  switch (getPodQOS(pod)) {
    case "Guaranteed":
      return { cpuShares, cpuQuota, cpuPeriod, memory, ...rest };
    case "Burstable":
      return {
        cpuShares,
        ...(cpuLimited ? { cpuQuota, cpuPeriod } : {}),
        ...(memoryLimited ? { memory } : {}),
        ...rest,
      };
    default:
      return { cpuShares: MIN_SHARES, ...rest };
  }
}

const isZero = (q: ReturnType<typeof quantity> | undefined): boolean => !q || quantitySign(q) === 0;

export type QosReservedResult =
  | { readonly ok: true; readonly reserved: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly error: string };

/** The setting `qosReserved`: only memory, whole percents (pkg/kubelet/cm/container_manager.go: ParseQOSReserved). */
export function parseQOSReserved(setting: Readonly<Record<string, string>>): QosReservedResult {
  const reserved: Record<string, number> = {};
  for (const [name, text] of Object.entries(setting)) {
    if (name !== "memory") return { ok: false, error: `cannot reserve "${name}" resource` };
    const problem = percentageProblem(text);
    if (problem)
      return { ok: false, error: `failed to parse percentage "${text}" for "${name}" resource: ${problem}` };
    reserved[name] = Number(text.replace(/%+$/, ""));
  }
  return { ok: true, reserved };
}

function percentageProblem(text: string): string | undefined {
  if (!text.endsWith("%")) return `percentage expected, got '${text}'`;
  const digits = text.replace(/%+$/, "");
  if (!/^[+-]?\d+$/.test(digits)) return `invalid number in percentage '${text}'`;
  const value = Number(digits);
  return value < 0 || value > 100 ? "percentage must be between 0 and 100" : undefined;
}

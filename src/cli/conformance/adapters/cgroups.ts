import { type Quantity, quantityMilliValue, quantityValue } from "../../../api/quantity.ts";
import { parseSystemd, toCgroupfs, toSystemd } from "../../../kubelet/cm/cgroup-name.ts";
import {
  cpuSharesToWeight,
  cpuWeightToShares,
  hugePageLimitsOf,
  milliCPUToQuota,
  milliCPUToShares,
  parseQOSReserved,
  resourceConfigForPod,
} from "../../../kubelet/cm/cgroup-values.ts";
import {
  nodeAllocatableAbsolute,
  nodeAllocatableReservation,
  validateNodeAllocatable,
} from "../../../kubelet/cm/node-allocatable.ts";
import { getContainerOOMScoreAdjust } from "../../../kubelet/cm/oom-score.ts";
import type { Adapter } from "../adapter.ts";

export const oomScoreAdj: Adapter = ({ pod, container, memoryCapacityBytes }) => {
  const found = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].find(
    (c) => c.name === container,
  );
  return { oomScoreAdj: getContainerOOMScoreAdjust(pod, found, memoryCapacityBytes) };
};

/** cpu in milli under a name of its own, the rest whole. */
function numbers(list: ReadonlyMap<string, Quantity>): Record<string, number> {
  return Object.fromEntries(
    [...list].map(([name, q]) =>
      name === "cpu" ? ["cpuMilli", Number(quantityMilliValue(q))] : [name, Number(quantityValue(q))],
    ),
  );
}

function nodeAllocatable({ capacity, kubeReserved, systemReserved, hardEviction }: any): unknown {
  const settings = { kubeReserved, systemReserved, hardEviction: hardEviction ? [hardEviction] : [] };
  const error = validateNodeAllocatable(capacity, settings);
  return {
    valid: error === null,
    error,
    reservation: numbers(nodeAllocatableReservation(capacity, settings)),
    enforced: numbers(nodeAllocatableAbsolute(capacity, settings)),
  };
}

export const cgroupResources: Adapter = (given) => {
  switch (given.op) {
    case "pod": {
      const config = resourceConfigForPod(given.pod, given.enforceCPULimits, given.cpuPeriodMicros);
      return { ...config, cpuWeight: cpuSharesToWeight(config.cpuShares ?? 0) };
    }
    case "milliCPUToQuota":
      return { quota: milliCPUToQuota(given.milliCPU, given.periodMicros) };
    case "milliCPUToShares": {
      const cpuShares = milliCPUToShares(given.milliCPU);
      return { cpuShares, cpuWeight: cpuSharesToWeight(cpuShares) };
    }
    case "sharesToWeight":
      return { cpuWeight: cpuSharesToWeight(given.cpuShares) };
    case "cpuWeightToShares":
      return { cpuShares: cpuWeightToShares(given.cpuWeight) };
    case "hugePageLimits":
      return { hugePageLimits: hugePageLimitsOf(given.requests) };
    case "cgroupName":
      return { systemd: toSystemd(given.parts), cgroupfs: toCgroupfs(given.parts) };
    case "parseSystemd":
      return { parts: parseSystemd(given.path) };
    case "qosReserved": {
      const result = parseQOSReserved(given.qosReserved);
      return { error: !result.ok, ...(result.ok ? { reserved: result.reserved } : {}) };
    }
    case "nodeAllocatable":
      return nodeAllocatable(given);
    default:
      throw new Error(`unknown op ${given.op}`);
  }
};

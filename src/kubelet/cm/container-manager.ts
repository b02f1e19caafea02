/** Cgroups of QoS classes and pods (pkg/kubelet/cm: pod_container_manager_linux.go, qos_container_manager_linux.go). */
import { getPodQOS } from "../../api/qos.ts";
import { quantityMilliValue, quantityValue } from "../../api/quantity.ts";
import type { CgroupLimits } from "../../node/contract.ts";
import type { ContainerManager, Kubelet } from "../contract.ts";
import { type Pod, podObject } from "../types.ts";
import { podCgroupName, toCgroupfs } from "./cgroup-name.ts";
import { MIN_SHARES, milliCPUToShares, resourceConfigForPod } from "./cgroup-values.ts";
import { nodeAllocatableAbsolute } from "./node-allocatable.ts";
import { podRequests } from "./pod-resources.ts";

const ROOT = "/kubepods";
const BURSTABLE = `${ROOT}/burstable`;
const BEST_EFFORT = `${ROOT}/besteffort`;
const POD_PREFIX = "pod";

/** What the machine has, as a resource list. */
export function machineCapacity(k: Kubelet): Record<string, string> {
  const { cores, memoryBytes, nodefs } = k.host.info;
  return {
    cpu: String(cores),
    memory: String(memoryBytes),
    "ephemeral-storage": String(nodefs.capacityBytes),
  };
}

export function createContainerManager(k: Kubelet): ContainerManager {
  const { sim, host, nodeName } = k;
  /** UID to path, of the cgroups that were made for pods. */
  const paths = sim.table<string>(`${nodeName}/cm/pods`);

  const pathOf = (pod: Pod): string => toCgroupfs(podCgroupName(pod.metadata?.uid ?? "", getPodQOS(pod)));

  /** The burstable class weighs as much as its pods together; best effort as little as can be. */
  function updateQosCgroups(): void {
    const milli = k.podManager
      .pods()
      .filter((pod) => getPodQOS(pod) === "Burstable" && paths.has(pod.metadata?.uid ?? ""))
      .reduce(
        (sum, pod) =>
          sum +
          Number(
            quantityMilliValue(
              podRequests(pod).get("cpu") ?? { unscaled: 0n, scale: 0, format: "DecimalSI" },
            ),
          ),
        0,
      );
    const cpuShares = milliCPUToShares(milli);
    if (host.cgroups.get(BURSTABLE)?.cpuShares !== cpuShares) host.cgroups.set(BURSTABLE, { cpuShares });
  }

  const record = (type: string, object: string, path: string, data: Record<string, unknown> = {}): void => {
    sim.record({
      from: k.id("container-manager"),
      to: k.id("kernel"),
      type: `cgroup.${type}`,
      object,
      data: { path, ...data },
    });
  };

  return {
    podCgroupExists: (uid) => paths.has(uid),
    ensurePodCgroup(pod) {
      const uid = pod.metadata?.uid ?? "";
      const path = pathOf(pod);
      const { cpuShares = MIN_SHARES, cpuQuota, memory } = resourceConfigForPod(pod);
      const limits: CgroupLimits = {
        cpuShares,
        ...(cpuQuota === undefined || cpuQuota <= 0 ? {} : { cpuQuota }),
        ...(memory === undefined || memory === 0 ? {} : { memoryLimit: memory }),
        ...(k.config.podPidsLimit > 0 ? { pidsLimit: k.config.podPidsLimit } : {}),
      };
      host.cgroups.set(path, limits);
      if (!paths.has(uid)) record("create", podObject(pod), path, { ...limits, qosClass: getPodQOS(pod) });
      paths.set(uid, path);
      updateQosCgroups();
      return null;
    },
    destroyPodCgroup(uid) {
      const path = paths.get(uid);
      if (path === undefined) return;
      host.cgroups.remove(path);
      paths.delete(uid);
      const pod = k.podManager.byUid(uid);
      record("remove", pod ? podObject(pod) : "", path, { uid });
      updateQosCgroups();
    },
    podCgroups: () => [...paths.keys()],
    cgroupParent: pathOf,
    start({ warm }) {
      const left = nodeAllocatableAbsolute(machineCapacity(k), k.config);
      const cpu = left.get("cpu");
      const memory = left.get("memory");
      host.cgroups.set(ROOT, {
        cpuShares: milliCPUToShares(cpu ? Number(quantityMilliValue(cpu)) : 0),
        ...(memory ? { memoryLimit: Number(quantityValue(memory)) } : {}),
      });
      for (const path of [BURSTABLE, BEST_EFFORT])
        if (!host.cgroups.get(path)) host.cgroups.set(path, { cpuShares: MIN_SHARES });
      // Cgroups outlive the process: those of an earlier one are found in the tree.
      for (const parent of [ROOT, BURSTABLE, BEST_EFFORT]) {
        for (const path of host.cgroups.children(parent)) {
          const name = path.slice(path.lastIndexOf("/") + 1);
          if (name.startsWith(POD_PREFIX)) paths.set(name.slice(POD_PREFIX.length), path);
        }
      }
      if (!warm)
        k.events.event(
          { node: nodeName },
          "Normal",
          "NodeAllocatableEnforced",
          "Updated Node Allocatable limit across pods",
        );
    },
    stop() {
      for (const uid of [...paths.keys()]) paths.delete(uid);
    },
  };
}

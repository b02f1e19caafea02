import { compareQuantity, quantity } from "../../../api/quantity.ts";
import type { Node } from "../../../api/types.ts";
import { nodeAllocatableReservation } from "../../../kubelet/cm/node-allocatable.ts";
import { setPressureCondition, setReadyCondition } from "../../../kubelet/node-status/conditions.ts";
import {
  nodeImages,
  rejectLoopbackAndMulticast,
  setMachineInfo,
  setNodeAddress,
  volumesInUse,
} from "../../../kubelet/node-status/setters.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

function addresses(given: any): unknown {
  const result = setNodeAddress(given.node, {
    nodeIps: given.nodeIPs,
    hostname: given.hostname,
    cloudProviderExternal: given.cloudProviderExternal,
    ...(given.resolvedIP === undefined ? {} : { resolvedIp: given.resolvedIP }),
    ...(given.rejectLoopbackAndMulticast ? { validateNodeIp: rejectLoopbackAndMulticast } : {}),
  });
  return {
    error: !result.ok,
    addresses: result.node.status?.addresses ?? [],
    annotations: result.node.metadata?.annotations ?? {},
  };
}

function reservation(given: any): ReturnType<typeof nodeAllocatableReservation> {
  const list = given.reserved ?? {};
  const split = "kubeReserved" in list || "systemReserved" in list || "hardEviction" in list;
  if (!split) return new Map(Object.entries(list).map(([name, value]) => [name, quantity(value)]));
  const everything = {
    cpu: "0",
    memory: "0",
    "ephemeral-storage": "0",
    ...list.kubeReserved,
    ...list.systemReserved,
  };
  return nodeAllocatableReservation(everything, {
    kubeReserved: {},
    systemReserved: {},
    hardEviction: [],
    ...list,
  });
}

function machine(given: any): unknown {
  const { machine: info } = given;
  const devices = given.devicePlugin ?? {};
  const { node, rebooted } = setMachineInfo(given.node as Node, {
    nodeName: "test-node",
    machine:
      given.machineInfoError || !info
        ? null
        : {
            cores: info.cores,
            memoryBytes: info.memoryBytes,
            machineId: info.machineID,
            systemUuid: info.systemUUID,
            bootId: info.bootID,
          },
    ...(given.storageCapacity?.["ephemeral-storage"] === undefined
      ? {}
      : { ephemeralStorage: given.storageCapacity["ephemeral-storage"] }),
    maxPods: given.maxPods,
    podsPerCore: given.podsPerCore,
    reservation: reservation(given),
    devices: { capacity: devices.capacity, allocatable: devices.allocatable, removed: devices.inactive },
  });
  const { capacity, allocatable } = node.status ?? {};
  const nodeInfo = { machineID: "", systemUUID: "", bootID: "", ...node.status?.nodeInfo };
  return { capacity, allocatable, nodeInfo, events: rebooted ? [`Warning Rebooted ${rebooted}`] : [] };
}

function ready(given: any): unknown {
  const { node, events } = setReadyCondition(
    given.node,
    {
      runtimeErrors: given.runtimeError ? [given.runtimeError] : [],
      networkError: given.networkError,
      storageError: given.storageError,
      shutdownError: given.shutdownError,
      containerManagerError: given.containerManagerError,
      localStorageCapacityIsolation: given.localStorageCapacityIsolation,
    },
    given.now,
  );
  return { conditions: node.status?.conditions, events };
}

/** Resource lists as amounts, and complete: nothing may be there that is not expected. */
function sameAmounts(expected: any, actual: any): boolean {
  const names = new Set([...Object.keys(expected ?? {}), ...Object.keys(actual ?? {})]);
  return [...names].every(
    (name) =>
      expected?.[name] !== undefined &&
      actual?.[name] !== undefined &&
      compareQuantity(quantity(expected[name]), quantity(actual[name])) === 0,
  );
}

export const nodeStatusAdapter: Adapter = {
  run: (given) => {
    switch (given.op) {
      case "addresses":
        return addresses(given);
      case "machine":
        return machine(given);
      case "ready":
        return ready(given);
      case "pressure": {
        const { node, events } = setPressureCondition(given.node, given.condition, given.pressure, given.now);
        return { conditions: node.status?.conditions, events };
      }
      case "images":
        if (given.listError) return { error: `error getting image list: ${given.listError}`, images: [] };
        return { images: nodeImages(given.images, given.nodeStatusMaxImages) };
      case "volumesInUse":
        return { volumesInUse: volumesInUse(given.previous, given.synced, given.volumesInUse) };
      default:
        throw new Error(`unknown op ${given.op}`);
    }
  },
  compare: (expect, actual, given) => {
    if (given.op !== "machine") return matches(expect, actual);
    const { capacity, allocatable, ...rest } = expect;
    return (
      (capacity === undefined || sameAmounts(capacity, actual.capacity)) &&
      (allocatable === undefined || sameAmounts(allocatable, actual.allocatable)) &&
      matches(rest, actual)
    );
  },
};

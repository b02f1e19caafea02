/** The Node as this kubelet would have it (pkg/kubelet/kubelet_node_status.go: initialNode, defaultNodeStatusFuncs). */
import type { Node } from "../../api/types.ts";
import { machineCapacity } from "../cm/container-manager.ts";
import { nodeAllocatableReservation, readThreshold } from "../cm/node-allocatable.ts";
import type { Kubelet } from "../contract.ts";
import { type PressureType, setPressureCondition, setReadyCondition } from "./conditions.ts";
import { nodeImages, setMachineInfo, setNodeAddress } from "./setters.ts";

export const KUBELET_VERSION = "v1.36.1";
export const KUBELET_PORT = 10250;
const MAX_IMAGES = 50;
const MANAGED_ATTACH = "volumes.kubernetes.io/controller-managed-attach-detach";
/** Features of this kubelet that the scheduler may ask for (gate NodeDeclaredFeatures). */
const DECLARED_FEATURES = [
  "ExtendWebSocketsToKubelet",
  "InPlacePodLevelResourcesVerticalScaling",
  "InPlacePodVerticalScalingInitContainers",
  "RestartAllContainersOnContainerExits",
];
const PRESSURES: readonly PressureType[] = ["MemoryPressure", "DiskPressure", "PIDPressure"];

/** Labels a kubelet gives its node at registration. */
export const defaultLabels = (k: Kubelet): Record<string, string> => {
  const { hostname, architecture, operatingSystem } = k.host.info;
  return {
    "kubernetes.io/hostname": hostname,
    "kubernetes.io/os": operatingSystem,
    "kubernetes.io/arch": architecture,
    "beta.kubernetes.io/os": operatingSystem,
    "beta.kubernetes.io/arch": architecture,
  };
};

export function emptyNode(k: Kubelet): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: k.nodeName, labels: defaultLabels(k), annotations: { [MANAGED_ATTACH]: "true" } },
    spec: {},
  };
}

export interface StatusInputs {
  readonly now: string;
  underPressure(type: PressureType): boolean;
  readonly runtimeErrors: readonly string[];
  readonly networkError: string | null;
  readonly shutdownError: string | null;
  readonly volumesInUse: readonly string[];
}

export interface StatusResult {
  readonly node: Node;
  /** Reasons of node events in order; `Rebooted` has its own text. */
  readonly events: readonly {
    readonly type: "Normal" | "Warning";
    readonly reason: string;
    readonly message: string;
  }[];
}

/** All setters in upstream's order; Ready is the last of the conditions. */
export function setNodeStatus(k: Kubelet, before: Node, inputs: StatusInputs): StatusResult {
  const { info } = k.host;
  const events: { type: "Normal" | "Warning"; reason: string; message: string }[] = [];
  const tell = (reasons: readonly string[]): void => {
    for (const reason of reasons)
      events.push({ type: "Normal", reason, message: `Node ${k.nodeName} status is now: ${reason}` });
  };
  let node: Node = { ...before, status: { ...before.status, declaredFeatures: DECLARED_FEATURES } };
  node = setNodeAddress(node, {
    nodeIps: [],
    hostname: info.hostname,
    cloudProviderExternal: false,
    resolvedIp: info.internalIp,
  }).node;

  const capacity = machineCapacity(k);
  const hugepages = Object.fromEntries(
    info.hugepages.map(({ pageSize, count }) => [
      `hugepages-${pageSizeText(pageSize)}`,
      String(pageSize * count),
    ]),
  );
  node = { ...node, status: { ...node.status, capacity: { ...node.status?.capacity, ...hugepages } } };
  const hardEviction = Object.entries(k.config.evictionHard).map(([signal, text]) =>
    readThreshold(signal, text),
  );
  const { kubeReserved, systemReserved } = k.config;
  const machine = setMachineInfo(node, {
    nodeName: k.nodeName,
    machine: {
      cores: info.cores,
      memoryBytes: info.memoryBytes,
      machineId: info.machineId,
      systemUuid: info.systemUuid,
      bootId: info.bootId,
    },
    ephemeralStorage: bytesText(info.nodefs.capacityBytes),
    maxPods: k.config.maxPods,
    podsPerCore: 0,
    reservation: nodeAllocatableReservation(capacity, { kubeReserved, systemReserved, hardEviction }),
  });
  node = machine.node;
  if (machine.rebooted) events.push({ type: "Warning", reason: "Rebooted", message: machine.rebooted });

  const handler = { recursiveReadOnlyMounts: true, userNamespaces: true };
  node = {
    ...node,
    status: {
      ...node.status,
      nodeInfo: {
        ...(node.status?.nodeInfo as NonNullable<NonNullable<Node["status"]>["nodeInfo"]>),
        kernelVersion: info.kernelVersion,
        osImage: info.osImage,
        containerRuntimeVersion: info.containerRuntimeVersion,
        kubeletVersion: KUBELET_VERSION,
        kubeProxyVersion: "",
        operatingSystem: info.operatingSystem,
        architecture: info.architecture,
      },
      daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
      images: nodeImages(
        k.images
          .imageList()
          .map(({ repoTags, repoDigests, sizeBytes }) => ({ repoTags, repoDigests, size: sizeBytes })),
        MAX_IMAGES,
      ),
      runtimeHandlers: [
        { name: "", features: handler },
        { name: "runc", features: handler },
      ],
      features: { supplementalGroupsPolicy: true },
    },
  };
  for (const type of PRESSURES) {
    const set = setPressureCondition(node, type, inputs.underPressure(type), inputs.now);
    node = set.node;
    tell(set.events);
  }
  const { runtimeErrors, networkError, shutdownError } = inputs;
  const ready = setReadyCondition(
    node,
    { runtimeErrors, networkError, shutdownError, localStorageCapacityIsolation: true },
    inputs.now,
  );
  node = ready.node;
  tell(ready.events);
  if (inputs.volumesInUse.length > 0 || node.status?.volumesInUse) {
    node = { ...node, status: { ...node.status, volumesInUse: [...inputs.volumesInUse] } };
  }
  return { node, events };
}

/** `2Mi`, `1Gi`: the size in a huge page resource's name. */
function pageSizeText(bytes: number): string {
  const gi = bytes / 2 ** 30;
  return Number.isInteger(gi) ? `${gi}Gi` : `${bytes / 2 ** 20}Mi`;
}

/** Capacity of a file system in the largest binary unit up to Ki that leaves no fraction. */
const bytesText = (bytes: number): string => (bytes % 1024 === 0 ? `${bytes / 1024}Ki` : String(bytes));

/** The Node before it is known to the API: what this kubelet would register (getNodeAnyWay falls back to it). */
export function initialNode(k: Kubelet): Node {
  const inputs = {
    now: k.stamp(),
    underPressure: () => false,
    runtimeErrors: [],
    networkError: null,
    shutdownError: null,
    volumesInUse: [],
  };
  return setNodeStatus(k, emptyNode(k), inputs).node;
}

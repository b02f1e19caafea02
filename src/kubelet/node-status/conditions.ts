/** Conditions of a node as the kubelet sets them (pkg/kubelet/nodestatus/setters.go). */
import type { Node, NodeCondition } from "../../api/types.ts";
import { errorsText } from "../volume-manager/payload.ts";

/** The node after a setter, and the reasons of the events it made (`Node X status is now: REASON`). */
export interface SetResult {
  readonly node: Node;
  readonly events: readonly string[];
}

export type PressureType = "MemoryPressure" | "DiskPressure" | "PIDPressure";

interface Words {
  readonly reason: string;
  readonly message: string;
  readonly event: string;
}

const PRESSURE: Readonly<Record<PressureType, { readonly yes: Words; readonly no: Words }>> = {
  MemoryPressure: {
    yes: {
      reason: "KubeletHasInsufficientMemory",
      message: "kubelet has insufficient memory available",
      event: "NodeHasInsufficientMemory",
    },
    no: {
      reason: "KubeletHasSufficientMemory",
      message: "kubelet has sufficient memory available",
      event: "NodeHasSufficientMemory",
    },
  },
  DiskPressure: {
    yes: {
      reason: "KubeletHasDiskPressure",
      message: "kubelet has disk pressure",
      event: "NodeHasDiskPressure",
    },
    no: {
      reason: "KubeletHasNoDiskPressure",
      message: "kubelet has no disk pressure",
      event: "NodeHasNoDiskPressure",
    },
  },
  PIDPressure: {
    yes: {
      reason: "KubeletHasInsufficientPID",
      message: "kubelet has insufficient PID available",
      event: "NodeHasInsufficientPID",
    },
    no: {
      reason: "KubeletHasSufficientPID",
      message: "kubelet has sufficient PID available",
      event: "NodeHasSufficientPID",
    },
  },
};

function put(node: Node, condition: NodeCondition): Node {
  const known = node.status?.conditions ?? [];
  const index = known.findIndex(({ type }) => type === condition.type);
  const conditions = index < 0 ? [...known, condition] : known.map((c, i) => (i === index ? condition : c));
  return { ...node, status: { ...node.status, conditions } };
}

const find = (node: Node, type: string): NodeCondition | undefined =>
  node.status?.conditions?.find((c) => c.type === type);

/** A pressure condition. A new one counts as Unknown before, so that it makes an event. */
export function setPressureCondition(
  node: Node,
  type: PressureType,
  pressure: boolean,
  now: string,
): SetResult {
  const known = find(node, type);
  const status = pressure ? "True" : "False";
  if (known?.status === status) return { node: put(node, { ...known, lastHeartbeatTime: now }), events: [] };
  const { reason, message, event } = pressure ? PRESSURE[type].yes : PRESSURE[type].no;
  const condition: NodeCondition = {
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  };
  return { node: put(node, condition), events: [event] };
}

export interface ReadyInputs {
  readonly runtimeErrors: readonly string[];
  readonly networkError?: string | null;
  readonly storageError?: string | null;
  readonly shutdownError?: string | null;
  /** Soft requirements of the container manager that were not met. */
  readonly containerManagerError?: string | null;
  readonly localStorageCapacityIsolation: boolean;
}

/** The Ready condition: every error in upstream's order. Its first appearance makes no event. */
export function setReadyCondition(node: Node, inputs: ReadyInputs, now: string): SetResult {
  const capacity = (node.status?.capacity ?? {}) as Readonly<Record<string, string>>;
  const required = [
    "cpu",
    "memory",
    "pods",
    ...(inputs.localStorageCapacityIsolation ? ["ephemeral-storage"] : []),
  ];
  const missing = required.filter((name) => capacity[name] === undefined);
  const errors = [
    ...inputs.runtimeErrors,
    inputs.networkError,
    inputs.storageError,
    inputs.shutdownError,
  ].filter((e): e is string => !!e);
  if (missing.length > 0) errors.push(`missing node capacity for resources: ${missing.join(", ")}`);
  const ready = errors.length === 0;
  const status = ready ? "True" : "False";
  const known = find(node, "Ready");
  const message = ready ? "kubelet is posting ready status" : errorsText(errors);
  const condition: NodeCondition = {
    type: "Ready",
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: (known?.status === status ? known.lastTransitionTime : undefined) ?? now,
    reason: ready ? "KubeletReady" : "KubeletNotReady",
    message: inputs.containerManagerError ? `${message}. WARNING: ${inputs.containerManagerError}` : message,
  };
  return {
    node: put(node, condition),
    events: known && known.status !== status ? [ready ? "NodeReady" : "NodeNotReady"] : [],
  };
}

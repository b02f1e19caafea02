/** Addresses, machine, images and volumes of a node's status (pkg/kubelet/nodestatus/setters.go). */
import {
  formatQuantity,
  type Quantity,
  quantity,
  quantityOf,
  quantitySign,
  subQuantity,
} from "../../api/quantity.ts";
import type { Node } from "../../api/types.ts";
import { isIP, isIPv4 } from "../../api/validation/content.ts";
import { isExtendedResourceName } from "../admission/node-fit.ts";
import type { ResourceList } from "../cm/pod-resources.ts";

type Address = NonNullable<NonNullable<Node["status"]>["addresses"]>[number];
type ContainerImage = NonNullable<NonNullable<Node["status"]>["images"]>[number];

const PROVIDED_IP = "alpha.kubernetes.io/provided-node-ip";
const MAX_NAMES_PER_IMAGE = 5;

const isUnspecified = (ip: string): boolean => /^(0\.0\.0\.0|[0:]+)$/.test(ip);

export interface AddressInputs {
  /** `--node-ip`; empty: not set. */
  readonly nodeIps: readonly string[];
  readonly hostname: string;
  readonly cloudProviderExternal: boolean;
  /** Address of the default route; undefined: none could be found. */
  readonly resolvedIp?: string;
  /** Null, or why an address cannot be the node's. */
  validateNodeIp?(ip: string): string | null;
}

/** Null, or why an address cannot be a node's (pkg/kubelet: validateNodeIP, without a look at the interfaces). */
export function rejectLoopbackAndMulticast(ip: string): string | null {
  if (ip === "::1" || ip.startsWith("127.")) return "nodeIP can't be loopback address";
  const first = isIPv4(ip) ? Number(ip.split(".")[0]) : 0;
  if ((first >= 224 && first <= 239) || /^ff/i.test(ip)) return "nodeIP can't be a multicast address";
  if (ip.startsWith("169.254.") || /^fe[89ab]/i.test(ip))
    return "nodeIP can't be a link-local unicast address";
  return isUnspecified(ip) ? "nodeIP can't be an all zeros address" : null;
}

export type AddressResult =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly node: Node; readonly error: string };

/** InternalIP and Hostname; with an external cloud provider only what that one has not set. */
export function setNodeAddress(before: Node, inputs: AddressInputs): AddressResult {
  const [nodeIp, secondIp] = inputs.nodeIps;
  const specified = nodeIp !== undefined && !isUnspecified(nodeIp);
  const secondSpecified = secondIp !== undefined && !isUnspecified(secondIp);
  const validate = inputs.validateNodeIp ?? (() => null);
  if (specified) {
    const problem = validate(nodeIp);
    if (problem) return { ok: false, node: before, error: `failed to validate nodeIP: ${problem}` };
  }
  if (secondSpecified) {
    const problem = validate(secondIp);
    if (problem) return { ok: false, node: before, error: `failed to validate secondaryNodeIP: ${problem}` };
  }
  const node = withProvidedIp(
    before,
    inputs.cloudProviderExternal && specified
      ? `${nodeIp}${secondSpecified ? `,${secondIp}` : ""}`
      : undefined,
  );
  const done = (addresses: readonly Address[]): AddressResult => ({
    ok: true,
    node: { ...node, status: { ...node.status, addresses: [...addresses] } },
  });
  const hostname: Address = { type: "Hostname", address: inputs.hostname };
  const internal = (address: string): Address => ({ type: "InternalIP", address });
  if (inputs.cloudProviderExternal) {
    if ((node.status?.addresses ?? []).length > 0) return { ok: true, node };
    if (nodeIp === undefined) return done([hostname]);
  }
  if (specified && secondSpecified) return done([internal(nodeIp), internal(secondIp), hostname]);
  const ip = specified ? nodeIp : isIP(inputs.hostname) ? inputs.hostname : inputs.resolvedIp;
  if (ip === undefined)
    return {
      ok: false,
      node,
      error: `can't get ip address of node ${node.metadata?.name ?? ""}. error: no default routes found`,
    };
  return done([internal(ip), hostname]);
}

function withProvidedIp(node: Node, value: string | undefined): Node {
  const known = node.metadata?.annotations;
  if (value !== undefined)
    return { ...node, metadata: { ...node.metadata, annotations: { ...known, [PROVIDED_IP]: value } } };
  if (known?.[PROVIDED_IP] === undefined) return node;
  const { [PROVIDED_IP]: _, ...annotations } = known;
  return { ...node, metadata: { ...node.metadata, annotations } };
}

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
}

export interface MachineInputs {
  readonly nodeName: string;
  /** Null: cAdvisor has no answer. */
  readonly machine: Machine | null;
  readonly ephemeralStorage?: string;
  readonly maxPods: number;
  /** 0: no such limit. */
  readonly podsPerCore: number;
  /** Withheld from scheduling, by resource. */
  readonly reservation: ReadonlyMap<string, Quantity>;
  readonly devices?: {
    readonly capacity?: ResourceList;
    readonly allocatable?: ResourceList;
    readonly removed?: readonly string[];
  };
}

/** The node, and the message of the event Rebooted if there is one. */
export interface MachineResult {
  readonly node: Node;
  readonly rebooted?: string;
}

/** Capacity and what is left of it for pods. Resources that others put there are kept. */
export function setMachineInfo(node: Node, inputs: MachineInputs): MachineResult {
  const { machine, devices } = inputs;
  const capacity: Record<string, string> = { ...(node.status?.capacity as ResourceList | undefined) };
  let nodeInfo = { ...node.status?.nodeInfo } as NonNullable<NonNullable<Node["status"]>["nodeInfo"]>;
  let rebooted: string | undefined;
  if (machine) {
    if (nodeInfo.bootID && nodeInfo.bootID !== machine.bootId) {
      rebooted = `Node ${inputs.nodeName} has been rebooted, boot id: ${machine.bootId}`;
    }
    nodeInfo = {
      ...nodeInfo,
      machineID: machine.machineId,
      systemUUID: machine.systemUuid,
      bootID: machine.bootId,
    };
    capacity["cpu"] = String(machine.cores);
    capacity["memory"] = formatQuantity(quantityOf(machine.memoryBytes, "BinarySI"));
    const pods =
      inputs.podsPerCore > 0 ? Math.min(machine.cores * inputs.podsPerCore, inputs.maxPods) : inputs.maxPods;
    capacity["pods"] = String(pods);
    if (inputs.ephemeralStorage !== undefined) capacity["ephemeral-storage"] = inputs.ephemeralStorage;
    Object.assign(capacity, devices?.capacity);
    for (const name of devices?.removed ?? []) capacity[name] = "0";
  } else {
    Object.assign(capacity, { cpu: "0", memory: "0", pods: String(inputs.maxPods) });
  }
  const allocatable = allocatableOf(node, capacity, inputs);
  return {
    node: { ...node, status: { ...node.status, nodeInfo, capacity, allocatable } },
    ...(rebooted ? { rebooted } : {}),
  };
}

function allocatableOf(node: Node, capacity: ResourceList, inputs: MachineInputs): Record<string, string> {
  const left: Record<string, string> = {};
  for (const [name, value] of Object.entries((node.status?.allocatable ?? {}) as ResourceList)) {
    if (capacity[name] !== undefined || !isExtendedResourceName(name)) left[name] = value;
  }
  for (const [name, value] of Object.entries(capacity)) {
    const reserved = inputs.reservation.get(name);
    left[name] = reserved
      ? atLeastZero(subQuantity(quantity(value), reserved))
      : atLeastZero(quantity(value));
  }
  if (inputs.machine) Object.assign(left, inputs.devices?.allocatable);
  // Huge pages are taken out of the memory that ordinary pods can have.
  for (const [name, value] of Object.entries(capacity)) {
    if (name.startsWith("hugepages-"))
      left["memory"] = atLeastZero(subQuantity(quantity(left["memory"]), quantity(value)));
  }
  return left;
}

const atLeastZero = (q: Quantity): string => (quantitySign(q) < 0 ? "0" : formatQuantity(q));

export interface ListedImage {
  readonly repoDigests?: readonly string[];
  readonly repoTags?: readonly string[];
  readonly size: number;
}

/** The largest images, at most five names each: digests before tags. -1: no limit. */
export function nodeImages(images: readonly ListedImage[], maxImages: number): ContainerImage[] {
  const listed = maxImages > -1 ? images.slice(0, maxImages) : images;
  return listed.map(({ repoDigests = [], repoTags = [], size }) => ({
    names: [...repoDigests, ...repoTags].slice(0, MAX_NAMES_PER_IMAGE),
    sizeBytes: size,
  }));
}

/** Volumes in use are told only once the volume manager knows its state. */
export function volumesInUse(
  previous: readonly string[],
  synced: boolean,
  inUse: readonly string[],
): readonly string[] {
  return synced ? inUse : previous;
}

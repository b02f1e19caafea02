/** `kubectl describe node` (kubectl/pkg/describe: describeNode, describeNodeResource). */
import { podLimits, podRequests } from "../../pod-resources.ts";
import {
  addQuantity,
  formatQuantity,
  type Quantity,
  quantity,
  quantityMilliValue,
  quantityValue,
} from "../../quantity.ts";
import type { CoreEvent, Lease, Node, Pod } from "../../types.ts";
import { compareBytes } from "../go-format.ts";
import { rfc1123z, timestampSince } from "../human-duration.ts";
import { nodeRoles } from "../labels.ts";
import { quantityText } from "../quantities.ts";
import { writeEvents } from "./events.ts";
import { type DescribeWriter, tabbed, writeAnnotations, writeLabels, writeTaints } from "./writer.ts";

export interface NodeFacts {
  readonly node: Node;
  /** Pods bound to the node that have not ended, by namespace and name. */
  readonly pods: readonly Pod[];
  /** The node's lease, or why it could not be had. */
  readonly lease: Lease | string;
  readonly events: readonly CoreEvent[] | null;
  readonly nowMs: number;
}

export function describeNode({ node, pods, lease, events, nowMs }: NodeFacts): string {
  const { metadata, spec, status } = node;
  return tabbed((w) => {
    w.write(0, `Name:\t${metadata?.name ?? ""}\n`);
    w.write(0, `Roles:\t${nodeRoles(metadata?.labels).join(",") || "<none>"}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    w.write(0, `CreationTimestamp:\t${rfc1123z(metadata?.creationTimestamp)}\n`);
    writeTaints(w, "Taints", spec?.taints);
    w.write(0, `Unschedulable:\t${spec?.unschedulable ?? false}\n`);
    writeLease(lease, w);
    writeStatus(node, w);
    if (spec?.podCIDR) w.write(0, `PodCIDR:\t${spec.podCIDR}\n`);
    if (spec?.podCIDRs?.length) w.write(0, `PodCIDRs:\t${spec.podCIDRs.join(",")}\n`);
    if (spec?.providerID) w.write(0, `ProviderID:\t${spec.providerID}\n`);
    const allocatable =
      Object.keys(status?.allocatable ?? {}).length > 0 ? status?.allocatable : status?.capacity;
    writePods(pods, allocatable ?? {}, w, nowMs);
    writeTotals(pods, allocatable ?? {}, w);
    writeEvents(w, events, nowMs);
  });
}

function writeLease(lease: Lease | string, w: DescribeWriter): void {
  if (typeof lease === "string") {
    w.write(0, `Lease:\tFailed to get lease: ${lease}\n`);
    return;
  }
  const { holderIdentity, acquireTime, renewTime } = lease.spec ?? {};
  w.write(0, "Lease:\n");
  w.write(1, `HolderIdentity:\t${holderIdentity ?? "<unset>"}\n`);
  w.write(1, `AcquireTime:\t${acquireTime ? rfc1123z(acquireTime) : "<unset>"}\n`);
  w.write(1, `RenewTime:\t${renewTime ? rfc1123z(renewTime) : "<unset>"}\n`);
}

function writeStatus({ status }: Node, w: DescribeWriter): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    w.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n");
    w.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n");
  }
  for (const c of conditions) {
    const times = `${rfc1123z(c.lastHeartbeatTime)} \t${rfc1123z(c.lastTransitionTime)}`;
    w.write(1, `${c.type} \t${c.status} \t${times} \t${c.reason ?? ""} \t${c.message ?? ""}\n`);
  }
  w.write(0, "Addresses:\n");
  for (const a of status?.addresses ?? []) w.write(1, `${a.type}:\t${a.address}\n`);
  for (const [label, list] of [
    ["Capacity", status?.capacity] as const,
    ["Allocatable", status?.allocatable] as const,
  ]) {
    const names = Object.keys(list ?? {}).sort(compareBytes);
    if (names.length > 0) w.write(0, `${label}:\n`);
    for (const name of names) w.write(0, `  ${name}:\t${quantityText(list?.[name])}\n`);
  }
  const info = status?.nodeInfo;
  w.write(0, "System Info:\n");
  w.write(0, `  Machine ID:\t${info?.machineID ?? ""}\n`);
  w.write(0, `  System UUID:\t${info?.systemUUID ?? ""}\n`);
  w.write(0, `  Boot ID:\t${info?.bootID ?? ""}\n`);
  w.write(0, `  Kernel Version:\t${info?.kernelVersion ?? ""}\n`);
  w.write(0, `  OS Image:\t${info?.osImage ?? ""}\n`);
  w.write(0, `  Operating System:\t${info?.operatingSystem ?? ""}\n`);
  w.write(0, `  Architecture:\t${info?.architecture ?? ""}\n`);
  w.write(0, `  Container Runtime Version:\t${info?.containerRuntimeVersion ?? ""}\n`);
  w.write(0, `  Kubelet Version:\t${info?.kubeletVersion ?? ""}\n`);
}

type Amounts = { readonly [name: string]: string };

/** `250m (6%)`: an amount and its share of what the node can give, cut to whole percents. */
function share(name: string, amount: Quantity, of: Amounts): string {
  const size = name === "cpu" ? quantityMilliValue : quantityValue;
  const whole = Number(size(quantity(of[name])));
  const percent = whole === 0 ? 0 : Math.trunc((Number(size(amount)) / whole) * 100);
  return `${formatQuantity(amount)} (${percent}%)`;
}

function writePods(pods: readonly Pod[], allocatable: Amounts, w: DescribeWriter, nowMs: number): void {
  w.write(0, `Non-terminated Pods:\t(${pods.length} in total)\n`);
  w.write(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n");
  w.write(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n");
  for (const pod of pods) {
    const requests = podRequests(pod);
    const limits = podLimits(pod);
    const cell = (name: string, list: Amounts): string => share(name, quantity(list[name]), allocatable);
    const cells = [
      cell("cpu", requests),
      cell("cpu", limits),
      cell("memory", requests),
      cell("memory", limits),
    ];
    const age = timestampSince(pod.metadata?.creationTimestamp, nowMs);
    w.write(
      1,
      `${pod.metadata?.namespace ?? ""}\t${pod.metadata?.name ?? ""}\t\t${cells.join("\t")}\t${age}\n`,
    );
  }
}

function writeTotals(pods: readonly Pod[], allocatable: Amounts, w: DescribeWriter): void {
  w.write(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n");
  w.write(1, "Resource\tRequests\tLimits\n");
  w.write(1, "--------\t--------\t------\n");
  const total = (of: (pod: Pod) => Amounts, name: string): Quantity =>
    pods
      .map((p) => of(p)[name])
      .filter((text) => text !== undefined)
      .map((text) => quantity(text))
      .reduce<Quantity | null>((sum, q) => (sum ? addQuantity(sum, q) : q), null) ?? quantity("0");
  const own = ["cpu", "memory", "ephemeral-storage"];
  const names = Object.keys(allocatable).sort(compareBytes);
  const huge = names.filter((n) => n.startsWith("hugepages-"));
  const extended = names.filter((n) => !own.includes(n) && !huge.includes(n) && n !== "pods");
  for (const name of [...own, ...huge]) {
    w.write(
      1,
      `${name}\t${share(name, total(podRequests, name), allocatable)}\t${share(name, total(podLimits, name), allocatable)}\n`,
    );
  }
  for (const name of extended) {
    w.write(
      1,
      `${name}\t${formatQuantity(total(podRequests, name))}\t${formatQuantity(total(podLimits, name))}\n`,
    );
  }
}

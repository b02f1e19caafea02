/** `kubectl describe pod` (kubectl/pkg/describe: describePod). */
import { getPodQOS } from "../../qos.ts";
import type { Container, CoreEvent, Pod } from "../../types.ts";
import { compareBytes } from "../go-format.ts";
import { rfc1123z, timestampSince } from "../human-duration.ts";
import { controllerOf, formatLabelSelector } from "../labels.ts";
import { describeContainers, describeResources, metadataField } from "./containers.ts";
import { writeEvents } from "./events.ts";
import { describeVolumes } from "./volumes.ts";
import { type DescribeWriter, tabbed, writeAnnotations, writeLabels, writeTolerations } from "./writer.ts";

/** `events` are those about this pod, or null to leave the section out. */
export function describePod(pod: Pod, events: readonly CoreEvent[] | null, nowMs: number): string {
  return tabbed((w) => {
    head(pod, w, nowMs);
    const resolve = (e: { valueFrom?: { fieldRef?: { fieldPath: string } } }): string =>
      metadataField(pod, e.valueFrom?.fieldRef?.fieldPath ?? "");
    const { spec, status } = pod;
    if (spec?.initContainers?.length)
      describeContainers(
        "Init Containers",
        spec.initContainers,
        status?.initContainerStatuses,
        resolve,
        w,
        "",
      );
    describeContainers("Containers", spec?.containers, status?.containerStatuses, resolve, w, "");
    if (spec?.ephemeralContainers?.length) {
      const containers = spec.ephemeralContainers as unknown as readonly Container[];
      describeContainers(
        "Ephemeral Containers",
        containers,
        status?.ephemeralContainerStatuses,
        resolve,
        w,
        "",
      );
    }
    conditions(pod, w);
    describeVolumes(spec?.volumes, w, "");
    w.write(0, `QoS Class:\t${getPodQOS(pod)}\n`);
    writeLabels(w, "Node-Selectors", spec?.nodeSelector);
    writeTolerations(w, "Tolerations", spec?.tolerations);
    topologySpread(spec?.topologySpreadConstraints, w, "");
    const group = (spec as { schedulingGroup?: { podGroupName?: string } } | undefined)?.schedulingGroup;
    if (group) {
      w.write(0, "SchedulingGroup:\n");
      w.write(1, `PodGroupName:\t${group.podGroupName ?? ""}\n`);
    }
    writeEvents(w, events, nowMs);
  });
}

function head(pod: Pod, w: DescribeWriter, nowMs: number): void {
  const { metadata, spec, status } = pod;
  const put = (label: string, value: string | number): void => w.write(0, `${label}:\t${value}\n`);
  put("Name", metadata?.name ?? "");
  put("Namespace", metadata?.namespace ?? "");
  if (spec?.priority !== undefined && spec.priority !== null) put("Priority", spec.priority);
  if (spec?.priorityClassName) put("Priority Class Name", spec.priorityClassName);
  if (spec?.runtimeClassName) put("Runtime Class Name", spec.runtimeClassName);
  if (spec?.serviceAccountName) put("Service Account", spec.serviceAccountName);
  put("Node", spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ""}` : "<none>");
  if (status?.startTime) put("Start Time", rfc1123z(status.startTime));
  writeLabels(w, "Labels", metadata?.labels);
  writeAnnotations(w, "Annotations", metadata?.annotations);
  if (metadata?.deletionTimestamp && status?.phase !== "Failed" && status?.phase !== "Succeeded") {
    put("Status", `Terminating (lasts ${timestampSince(metadata.deletionTimestamp, nowMs)})`);
    put("Termination Grace Period", `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else put("Status", status?.phase ?? "");
  if (status?.reason) put("Reason", status.reason);
  if (status?.message) put("Message", status.message);
  const seccomp = spec?.securityContext?.seccompProfile;
  if (seccomp) put("SeccompProfile", seccomp.type);
  if (seccomp?.type === "Localhost") put("LocalhostProfile", seccomp.localhostProfile ?? "");
  put("IP", status?.podIP ?? "");
  if (status?.podIPs?.length) {
    w.write(0, "IPs:\n");
    for (const { ip } of status.podIPs) w.write(1, `IP:\t${ip ?? ""}\n`);
  } else put("IPs", "<none>");
  const controller = controllerOf(metadata);
  if (controller) put("Controlled By", controller);
  if (status?.nominatedNodeName) put("NominatedNodeName", status.nominatedNodeName);
  if (spec?.resources) {
    w.write(0, "Resources:\n");
    describeResources(spec.resources, w, 1);
  }
}

function conditions(pod: Pod, w: DescribeWriter): void {
  const list = pod.status?.conditions ?? [];
  if (pod.spec?.readinessGates?.length) {
    w.write(0, "Readiness Gates:\n  Type\tStatus\n");
    for (const { conditionType } of pod.spec.readinessGates) {
      w.write(1, `${conditionType} \t${list.find((c) => c.type === conditionType)?.status ?? "<none>"} \n`);
    }
  }
  if (list.length > 0) w.write(0, "Conditions:\n  Type\tStatus\n");
  for (const c of list) w.write(1, `${c.type} \t${c.status} \n`);
}

type Spread = NonNullable<Pod["spec"]>["topologySpreadConstraints"];

export function topologySpread(constraints: Spread, w: DescribeWriter, space: string): void {
  const sorted = [...(constraints ?? [])].sort((a, b) => compareBytes(a.topologyKey, b.topologyKey));
  sorted.forEach((c, i) => {
    const selector = c.labelSelector ? ` for selector ${formatLabelSelector(c.labelSelector)}` : "";
    const text = `${c.topologyKey}:${c.whenUnsatisfiable} when max skew ${c.maxSkew} is exceeded${selector}`;
    w.write(0, `${space}${i === 0 ? "Topology Spread Constraints:" : ""}\t${text}\n`);
  });
}

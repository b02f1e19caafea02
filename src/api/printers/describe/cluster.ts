/** Descriptions of volumes, claims, classes, budgets, autoscalers and signing requests. */
import type { PersistentVolume, PersistentVolumeClaim, Pod, PriorityClass, Volume } from "../../types.ts";
import { csrStatus } from "../cluster-kinds.ts";
import { compareBytes } from "../go-format.ts";
import { humanDuration, rfc1123z, timestampSince } from "../human-duration.ts";
import type * as k8s from "../kinds.ts";
import { formatLabelSelector, formatLabels } from "../labels.ts";
import { quantityText } from "../quantities.ts";
import { accessModesText, claimFields, storageClassOf } from "./claims.ts";
import { writeEvents } from "./events.ts";
import { describeSource } from "./volumes.ts";
import type { DescribeContext } from "./workloads.ts";
import { type DescribeWriter, tabbed, writeAnnotations, writeLabels, writeList } from "./writer.ts";

const list = (items: readonly string[] | undefined): string => `[${(items ?? []).join(" ")}]`;

export function describePersistentVolume(pv: PersistentVolume, { events, nowMs }: DescribeContext): string {
  const { metadata, spec, status } = pv;
  return tabbed((w) => {
    const put = (label: string, value: string): void => w.write(0, `${label}:\t${value}\n`);
    put("Name", metadata?.name ?? "");
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    put("Finalizers", list(metadata?.finalizers));
    put("StorageClass", storageClassOf(pv));
    const ending = metadata?.deletionTimestamp;
    put("Status", ending ? `Terminating (lasts ${timestampSince(ending, nowMs)})` : (status?.phase ?? ""));
    put("Claim", spec?.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "");
    put("Reclaim Policy", spec?.persistentVolumeReclaimPolicy ?? "");
    put("Access Modes", accessModesText(spec?.accessModes));
    if (spec?.volumeMode) put("VolumeMode", spec.volumeMode);
    put("Capacity", quantityText(spec?.capacity?.["storage"]));
    nodeAffinity(pv, w);
    put("Message", status?.message ?? "");
    w.write(0, "Source:\n");
    if (spec?.local)
      w.write(
        2,
        `Type:\tLocalVolume (a persistent volume backed by local storage on a node)\n    Path:\t${spec.local.path}\n`,
      );
    else describeSource({ name: "", ...spec } as unknown as Volume, w);
    writeEvents(w, events, nowMs);
  });
}

function nodeAffinity({ spec }: PersistentVolume, w: DescribeWriter): void {
  const required = spec?.nodeAffinity?.required;
  w.write(0, `Node Affinity:\t${required ? "" : "<none>"}\n`);
  if (!required) return;
  w.write(1, `Required Terms:\t${required.nodeSelectorTerms.length === 0 ? "<none>" : ""}\n`);
  required.nodeSelectorTerms.forEach((term, i) => {
    const terms = (term.matchExpressions ?? []).map((e) => {
      const values = e.values?.length ? ` [${e.values.join(", ")}]` : "";
      return `${e.key} ${e.operator.toLowerCase()}${values}`;
    });
    w.write(2, `Term ${i}:\t`);
    if (terms.length === 0) w.line("<none>");
    terms.forEach((text, j) => {
      if (j > 0) w.write(2, "\t");
      w.write(0, `${text}\n`);
    });
  });
}

/** `pods`: those that use the claim. */
export function describeClaim(
  pvc: PersistentVolumeClaim,
  pods: readonly Pod[],
  { events, nowMs }: DescribeContext,
): string {
  return tabbed((w) => {
    claimFields(w, pvc, { nowMs });
    writeList(w, "Used By", pods.map((p) => p.metadata?.name ?? "").sort(compareBytes));
    const conditions = pvc.status?.conditions ?? [];
    if (conditions.length > 0) {
      w.write(0, "Conditions:\n");
      w.write(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n");
      w.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n");
    }
    for (const c of conditions) {
      const times = `${rfc1123z(c.lastProbeTime)} \t${rfc1123z(c.lastTransitionTime)}`;
      w.write(1, `${c.type} \t${c.status} \t${times} \t${c.reason ?? ""} \t${c.message ?? ""}\n`);
    }
    writeEvents(w, events, nowMs);
  });
}

export function describePriorityClass(pc: PriorityClass, { events, nowMs }: DescribeContext): string {
  return tabbed((w) => {
    w.write(
      0,
      `Name:\t${pc.metadata?.name ?? ""}\nValue:\t${pc.value}\nGlobalDefault:\t${pc.globalDefault ?? false}\n`,
    );
    w.write(
      0,
      `PreemptionPolicy:\t${pc.preemptionPolicy ?? "PreemptLowerPriority"}\nDescription:\t${pc.description ?? ""}\n`,
    );
    w.write(0, `Annotations:\t${formatLabels(pc.metadata?.annotations)}\n`);
    writeEvents(w, events, nowMs);
  });
}

export function describeStorageClass(sc: k8s.StorageClass, { events, nowMs }: DescribeContext): string {
  return tabbed((w) => {
    const put = (label: string, value: string): void => w.write(0, `${label}:\t${value}\n`);
    const standard = sc.metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true";
    put("Name", sc.metadata?.name ?? "");
    put("IsDefaultClass", standard ? "Yes" : "No");
    put("Annotations", formatLabels(sc.metadata?.annotations));
    put("Provisioner", sc.provisioner ?? "");
    put("Parameters", formatLabels(sc.parameters));
    put(
      "AllowVolumeExpansion",
      sc.allowVolumeExpansion === undefined ? "<unset>" : sc.allowVolumeExpansion ? "True" : "False",
    );
    if (!sc.mountOptions?.length) put("MountOptions", "<none>");
    else w.write(0, `MountOptions:\n${sc.mountOptions.map((o) => `  ${o}\n`).join("")}`);
    if (sc.reclaimPolicy) put("ReclaimPolicy", sc.reclaimPolicy);
    if (sc.volumeBindingMode) put("VolumeBindingMode", sc.volumeBindingMode);
    writeEvents(w, events, nowMs);
  });
}

export function describeDisruptionBudget(
  pdb: k8s.PodDisruptionBudget,
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec, status } = pdb;
  return tabbed((w) => {
    w.write(0, `Name:\t${metadata?.name ?? ""}\n`);
    w.write(0, `Namespace:\t${metadata?.namespace ?? ""}\n`);
    if (spec?.minAvailable !== undefined) w.write(0, `Min available:\t${spec.minAvailable}\n`);
    else if (spec?.maxUnavailable !== undefined) w.write(0, `Max unavailable:\t${spec.maxUnavailable}\n`);
    w.write(0, `Selector:\t${spec?.selector ? formatLabelSelector(spec.selector) : "<unset>"}\n`);
    w.write(0, "Status:\n");
    w.write(2, `Allowed disruptions:\t${status?.disruptionsAllowed ?? 0}\n`);
    w.write(2, `Current:\t${status?.currentHealthy ?? 0}\n`);
    w.write(2, `Desired:\t${status?.desiredHealthy ?? 0}\n`);
    w.write(2, `Total:\t${status?.expectedPods ?? 0}\n`);
    writeEvents(w, events, nowMs);
  });
}

export function describeCertificateSigningRequest(
  csr: k8s.CertificateSigningRequest,
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec } = csr;
  return tabbed((w) => {
    const put = (label: string, value: string): void => w.write(0, `${label}:\t${value}\n`);
    put("Name", metadata?.name ?? "");
    put("Labels", formatLabels(metadata?.labels));
    put("Annotations", formatLabels(metadata?.annotations));
    put("CreationTimestamp", rfc1123z(metadata?.creationTimestamp));
    put("Requesting User", spec.username ?? "");
    if (spec.signerName) put("Signer", spec.signerName);
    if (spec.expirationSeconds !== undefined)
      put("Requested Duration", humanDuration(spec.expirationSeconds * 1000));
    put("Status", csrStatus(csr));
    // Requests here carry no real certificate: what one of a kubelet holds follows from who asks.
    w.write(0, "Subject:\n");
    w.write(0, `\tCommon Name:\t${spec.username ?? ""}\n`);
    w.write(0, "\tSerial Number:\t\n");
    if (spec.groups?.includes("system:nodes")) w.write(0, "\tOrganization:\tsystem:nodes\n");
    writeEvents(w, events, nowMs);
  });
}

export function describeAutoscaler(
  hpa: k8s.HorizontalPodAutoscaler,
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec, status } = hpa;
  return tabbed((w) => {
    const put = (label: string, value: unknown): void => w.write(0, `${label}:\t${value}\n`);
    put("Name", metadata?.name ?? "");
    put("Namespace", metadata?.namespace ?? "");
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    put("CreationTimestamp", rfc1123z(metadata?.creationTimestamp));
    put("Reference", `${spec?.scaleTargetRef.kind ?? ""}/${spec?.scaleTargetRef.name ?? ""}`);
    put("Metrics", "( current / target )");
    (spec?.metrics ?? []).forEach((m, i) => {
      metricLine(m, status?.currentMetrics?.[i], w);
    });
    put("Min replicas", spec?.minReplicas ?? "<unset>");
    put("Max replicas", spec?.maxReplicas ?? 0);
    put(
      `${spec?.scaleTargetRef.kind ?? ""} pods`,
      `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`,
    );
    const conditions = status?.conditions ?? [];
    if (conditions.length > 0) {
      w.write(0, "Conditions:\n");
      w.write(1, "Type\tStatus\tReason\tMessage\n");
      w.write(1, "----\t------\t------\t-------\n");
    }
    for (const c of conditions) w.write(1, `${c.type}\t${c.status}\t${c.reason ?? ""}\t${c.message ?? ""}\n`);
    writeEvents(w, events, nowMs);
  });
}

function metricLine(m: k8s.MetricSpec, s: k8s.MetricStatus | undefined, w: DescribeWriter): void {
  const text = (q: string | undefined): string => (q === undefined ? "<unknown>" : quantityText(q));
  const resource = m.resource ?? m.containerResource;
  if (resource) {
    const current = s?.resource?.current ?? s?.containerResource?.current;
    const of = m.containerResource ? ` of container "${m.containerResource.container}"` : "";
    if (resource.target.averageValue !== undefined) {
      w.write(
        1,
        `resource ${resource.name}${of} on pods:\t${text(current?.averageValue)} / ${text(resource.target.averageValue)}\n`,
      );
      return;
    }
    const now =
      current?.averageUtilization === undefined
        ? "<unknown>"
        : `${current.averageUtilization}% (${text(current.averageValue)})`;
    const target =
      resource.target.averageUtilization === undefined ? "<auto>" : `${resource.target.averageUtilization}%`;
    w.write(1, `resource ${resource.name}${of} on pods  (as a percentage of request):\t${now} / ${target}\n`);
  } else if (m.pods) {
    w.write(
      1,
      `"${m.pods.metric.name}" on pods:\t${text(s?.pods?.current.averageValue)} / ${text(m.pods.target.averageValue)}\n`,
    );
  } else if (m.external) {
    const average = m.external.target.averageValue !== undefined;
    const target = average ? m.external.target.averageValue : m.external.target.value;
    const now = average ? s?.external?.current.averageValue : s?.external?.current.value;
    w.write(
      1,
      `"${m.external.metric.name}" (target ${average ? "average " : ""}value):\t${text(now)} / ${text(target)}\n`,
    );
  } else if (m.object) {
    const average = m.object.target.type === "AverageValue";
    const target = average ? m.object.target.averageValue : m.object.target.value;
    const now = average ? s?.object?.current.averageValue : s?.object?.current.value;
    const on = `${m.object.describedObject.kind}/${m.object.describedObject.name}`;
    w.write(
      1,
      `"${m.object.metric.name}" on ${on} (target ${average ? "average " : ""}value):\t${text(now)} / ${text(target)}\n`,
    );
  } else w.write(1, `<unknown metric type "${m.type}">\n`);
}

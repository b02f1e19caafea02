/** Rows of workloads (pkg/printers/internalversion): deployments, jobs and their like. */
import type { Container, DaemonSet, Deployment, Job, ReplicaSet } from "../types.ts";
import { humanDuration, parseStamp, timestampSince } from "./human-duration.ts";
import type * as k8s from "./kinds.ts";
import { formatLabelSelector, formatLabels, labelSelectorText } from "./labels.ts";
import { columns, type TablePrinter } from "./table.ts";

/** Names and images of a template's containers, each joined by commas. */
const containerCells = (containers: readonly Container[] | undefined): [string, string] => [
  (containers ?? []).map((c) => c.name).join(","),
  (containers ?? []).map((c) => c.image ?? "").join(","),
];

const title = (value: boolean): string => (value ? "True" : "False");

export const deploymentPrinter: TablePrinter<Deployment> = {
  columns: columns("Name,Ready,Up-to-date,Available,Age,(Containers),(Images),(Selector)"),
  row({ metadata, spec, status }, { nowMs, wide }) {
    const age = timestampSince(metadata?.creationTimestamp, nowMs);
    const ready = `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`;
    const cells = [
      metadata?.name ?? "",
      ready,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      age,
    ];
    if (!wide) return cells;
    return [
      ...cells,
      ...containerCells(spec?.template?.spec?.containers),
      labelSelectorText(spec?.selector) ?? "<invalid>",
    ];
  },
};

export const replicaSetPrinter: TablePrinter<ReplicaSet> = {
  columns: columns("Name,Desired,Current,Ready,Age,(Containers),(Images),(Selector)"),
  row({ metadata, spec, status }, { nowMs, wide }) {
    const age = timestampSince(metadata?.creationTimestamp, nowMs);
    const cells = [
      metadata?.name ?? "",
      spec?.replicas ?? 0,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
      age,
    ];
    if (!wide) return cells;
    return [
      ...cells,
      ...containerCells(spec?.template?.spec?.containers),
      formatLabelSelector(spec?.selector),
    ];
  },
};

export const replicationControllerPrinter: TablePrinter<k8s.ReplicationController> = {
  columns: replicaSetPrinter.columns,
  row({ metadata, spec, status }, { nowMs, wide }) {
    const age = timestampSince(metadata?.creationTimestamp, nowMs);
    const cells = [
      metadata?.name ?? "",
      spec?.replicas ?? 0,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
      age,
    ];
    return wide
      ? [...cells, ...containerCells(spec?.template?.spec?.containers), formatLabels(spec?.selector)]
      : cells;
  },
};

export const statefulSetPrinter: TablePrinter<k8s.StatefulSet> = {
  columns: columns("Name,Ready,Age,(Containers),(Images)"),
  row({ metadata, spec, status }, { nowMs, wide }) {
    const ready = `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`;
    const cells = [metadata?.name ?? "", ready, timestampSince(metadata?.creationTimestamp, nowMs)];
    return wide ? [...cells, ...containerCells(spec?.template?.spec?.containers)] : cells;
  },
};

export const daemonSetPrinter: TablePrinter<DaemonSet> = {
  columns: columns(
    "Name,Desired,Current,Ready,Up-to-date,Available,Node Selector,Age,(Containers),(Images),(Selector)",
  ),
  row({ metadata, spec, status }, { nowMs, wide }) {
    const cells = [
      metadata?.name ?? "",
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      formatLabels(spec?.template?.spec?.nodeSelector),
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
    if (!wide) return cells;
    return [
      ...cells,
      ...containerCells(spec?.template?.spec?.containers),
      formatLabelSelector(spec?.selector),
    ];
  },
};

/** STATUS of a job: the first of these conditions that is True, deletion between Failed and Suspended. */
function jobStatus({ metadata, status }: Job): string {
  const holds = (type: string): boolean =>
    status?.conditions?.find((c) => c.type === type)?.status === "True";
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (metadata?.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(holds) ?? "Running";
}

function jobCompletions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined && spec.completions !== null) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

export const jobPrinter: TablePrinter<Job> = {
  columns: columns("Name,Status,Completions,Duration,Age,(Containers),(Images),(Selector)"),
  row(job, { nowMs, wide }) {
    const { metadata, spec, status } = job;
    const start = parseStamp(status?.startTime);
    const end = parseStamp(status?.completionTime) ?? nowMs;
    const age = timestampSince(metadata?.creationTimestamp, nowMs);
    const cells = [
      metadata?.name ?? "",
      jobStatus(job),
      jobCompletions(job),
      start === null ? "" : humanDuration(end - start),
      age,
    ];
    if (!wide) return cells;
    return [
      ...cells,
      ...containerCells(spec?.template?.spec?.containers),
      formatLabelSelector(spec?.selector),
    ];
  },
};

export const cronJobPrinter: TablePrinter<k8s.CronJob> = {
  columns: columns(
    "Name,Schedule,Timezone,Suspend,Active,Last Schedule,Age,(Containers),(Images),(Selector)",
  ),
  row({ metadata, spec, status }, { nowMs, wide }) {
    const suspend = spec?.suspend;
    const cells = [
      metadata?.name ?? "",
      spec?.schedule ?? "",
      spec?.timeZone ?? "<none>",
      suspend === undefined || suspend === null ? "<unset>" : title(suspend),
      status?.active?.length ?? 0,
      status?.lastScheduleTime ? timestampSince(status.lastScheduleTime, nowMs) : "<none>",
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
    if (!wide) return cells;
    const job = spec?.jobTemplate?.spec;
    return [...cells, ...containerCells(job?.template?.spec?.containers), formatLabelSelector(job?.selector)];
  },
};

export const controllerRevisionPrinter: TablePrinter<k8s.ControllerRevision> = {
  columns: columns("Name,Controller,Revision,Age"),
  row({ metadata, revision }, { nowMs }) {
    const owner = metadata?.ownerReferences?.find((o) => o.controller);
    const [group, version] = (owner?.apiVersion ?? "").split("/");
    const controller = owner ? `${owner.kind}${version ? `.${group}` : ""}`.toLowerCase() : "";
    return [
      metadata?.name ?? "",
      owner ? `${controller}/${owner.name}` : "<none>",
      revision ?? 0,
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};

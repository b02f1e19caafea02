/** Descriptions of workloads: deployments, replica sets, daemon sets, stateful sets, jobs, cron jobs. */
import type { CoreEvent, DaemonSet, Deployment, Job, Pod, ReplicaSet } from "../../types.ts";
import { humanDuration, parseStamp, rfc1123z } from "../human-duration.ts";
import type { CronJob, StatefulSet } from "../kinds.ts";
import { controllerOf, formatLabelSelector, formatLabels, labelSelectorText } from "../labels.ts";
import { quantityText } from "../quantities.ts";
import { storageClassOf } from "./claims.ts";
import { writeEvents } from "./events.ts";
import { describePodTemplate } from "./template.ts";
import { type DescribeWriter, tabbed, writeAnnotations, writeLabels } from "./writer.ts";

export interface DescribeContext {
  readonly events: readonly CoreEvent[] | null;
  readonly nowMs: number;
}

/** How many of a controller's pods run, wait, succeeded and failed. */
function podsStatus(owner: { metadata?: { uid?: string } }, pods: readonly Pod[]): string {
  const own = pods.filter((p) =>
    p.metadata?.ownerReferences?.some((o) => o.controller && o.uid === owner.metadata?.uid),
  );
  const count = (phase: string): number => own.filter((p) => p.status?.phase === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}

function conditions(
  list: readonly { type: string; status: string; reason?: string }[] | undefined,
  w: DescribeWriter,
): void {
  if (!list?.length) return;
  w.write(0, "Conditions:\n  Type\tStatus\tReason\n");
  w.write(1, "----\t------\t------\n");
  for (const c of list) w.write(1, `${c.type} \t${c.status}\t${c.reason ?? ""}\n`);
}

const head = (w: DescribeWriter, o: { metadata?: { name?: string; namespace?: string } }): void => {
  w.write(0, `Name:\t${o.metadata?.name ?? ""}\n`);
  w.write(0, `Namespace:\t${o.metadata?.namespace ?? ""}\n`);
};

const setsText = (sets: readonly ReplicaSet[]): string =>
  sets
    .map(
      (rs) => `${rs.metadata?.name} (${rs.status?.replicas ?? 0}/${rs.spec?.replicas ?? 0} replicas created)`,
    )
    .join(", ") || "<none>";

/** `oldSets` and `newSets`: replica sets of older templates, and of the one that is wanted. */
export function describeDeployment(
  d: Deployment,
  oldSets: readonly ReplicaSet[],
  newSets: readonly ReplicaSet[],
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec, status } = d;
  return tabbed((w) => {
    head(w, d);
    w.write(0, `CreationTimestamp:\t${rfc1123z(metadata?.creationTimestamp)}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    w.write(0, `Selector:\t${labelSelectorText(spec?.selector) ?? ""}\n`);
    const {
      updatedReplicas = 0,
      replicas = 0,
      availableReplicas = 0,
      unavailableReplicas = 0,
    } = status ?? {};
    const counts = `${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`;
    w.write(0, `Replicas:\t${spec?.replicas ?? 0} desired | ${counts}\n`);
    w.write(0, `StrategyType:\t${spec?.strategy?.type ?? ""}\n`);
    w.write(0, `MinReadySeconds:\t${spec?.minReadySeconds ?? 0}\n`);
    const rolling = spec?.strategy?.rollingUpdate;
    if (rolling)
      w.write(
        0,
        `RollingUpdateStrategy:\t${rolling.maxUnavailable ?? 0} max unavailable, ${rolling.maxSurge ?? 0} max surge\n`,
      );
    describePodTemplate(spec?.template, w);
    conditions(status?.conditions, w);
    if (oldSets.length > 0 || newSets.length > 0) {
      w.write(0, `OldReplicaSets:\t${setsText(oldSets)}\n`);
      w.write(0, `NewReplicaSet:\t${setsText(newSets)}\n`);
    }
    writeEvents(w, events, nowMs);
  });
}

export function describeReplicaSet(
  rs: ReplicaSet,
  pods: readonly Pod[],
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec, status } = rs;
  return tabbed((w) => {
    head(w, rs);
    w.write(0, `Selector:\t${formatLabelSelector(spec?.selector)}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    if (controllerOf(metadata)) w.write(0, `Controlled By:\t${controllerOf(metadata)}\n`);
    w.write(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired\n`);
    w.write(0, `Pods Status:\t${podsStatus(rs, pods)}\n`);
    describePodTemplate(spec?.template, w);
    conditions(status?.conditions, w);
    writeEvents(w, events, nowMs);
  });
}

export function describeDaemonSet(
  ds: DaemonSet,
  pods: readonly Pod[],
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec, status } = ds;
  return tabbed((w) => {
    head(w, ds);
    w.write(0, `Selector:\t${labelSelectorText(spec?.selector) ?? ""}\n`);
    w.write(0, `Node-Selector:\t${formatLabels(spec?.template?.spec?.nodeSelector)}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    w.write(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}\n`);
    w.write(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}\n`);
    w.write(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}\n`);
    w.write(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}\n`);
    w.write(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}\n`);
    w.write(0, `Pods Status:\t${podsStatus(ds, pods)}\n`);
    describePodTemplate(spec?.template, w);
    writeEvents(w, events, nowMs);
  });
}

export function describeStatefulSet(
  ss: StatefulSet,
  pods: readonly Pod[],
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec, status } = ss;
  return tabbed((w) => {
    head(w, ss);
    w.write(0, `CreationTimestamp:\t${rfc1123z(metadata?.creationTimestamp)}\n`);
    w.write(0, `Selector:\t${labelSelectorText(spec?.selector) ?? ""}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    w.write(0, `Replicas:\t${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total\n`);
    w.write(0, `Update Strategy:\t${spec?.updateStrategy?.type ?? ""}\n`);
    const rolling = spec?.updateStrategy?.rollingUpdate;
    if (rolling?.partition !== undefined) w.write(1, `Partition:\t${rolling.partition}\n`);
    w.write(0, `Pods Status:\t${podsStatus(ss, pods)}\n`);
    describePodTemplate(spec?.template, w);
    const templates = spec?.volumeClaimTemplates ?? [];
    w.write(0, templates.length === 0 ? "Volume Claims:\t<none>\n" : "Volume Claims:\n");
    for (const pvc of templates) {
      w.write(1, `Name:\t${pvc.metadata?.name ?? ""}\n`);
      w.write(1, `StorageClass:\t${storageClassOf(pvc)}\n`);
      writeLabels(w, "Labels", pvc.metadata?.labels, "  ");
      writeLabels(w, "Annotations", pvc.metadata?.annotations, "  ");
      const size = pvc.spec?.resources?.requests?.["storage"];
      w.write(1, `Capacity:\t${size === undefined ? "<default>" : quantityText(size)}\n`);
      w.write(1, `Access Modes:\t[${(pvc.spec?.accessModes ?? []).join(" ")}]\n`);
    }
    writeEvents(w, events, nowMs);
  });
}

/** At most 50 characters of the indexes, up to the next comma. */
function indexesText(indexes: string | undefined): string {
  if (!indexes) return "<none>";
  const comma = indexes.indexOf(",", 50);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export function describeJob(job: Job, { events, nowMs }: DescribeContext): string {
  const { metadata, spec, status } = job;
  return tabbed((w) => {
    const optional = (label: string, value: unknown, unit = ""): void => {
      if (value !== undefined && value !== null) w.write(0, `${label}:\t${value}${unit}\n`);
    };
    head(w, job);
    w.write(0, `Selector:\t${labelSelectorText(spec?.selector) ?? ""}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    optional("Controlled By", controllerOf(metadata) || undefined);
    optional("Parallelism", spec?.parallelism);
    w.write(0, `Completions:\t${spec?.completions ?? "<unset>"}\n`);
    optional("Completion Mode", spec?.completionMode);
    optional("Suspend", spec?.suspend);
    optional("Backoff Limit", spec?.backoffLimit);
    optional("TTL Seconds After Finished", spec?.ttlSecondsAfterFinished);
    const start = parseStamp(status?.startTime);
    const end = parseStamp(status?.completionTime);
    if (start !== null) w.write(0, `Start Time:\t${rfc1123z(status?.startTime)}\n`);
    if (end !== null) w.write(0, `Completed At:\t${rfc1123z(status?.completionTime)}\n`);
    if (start !== null && end !== null) w.write(0, `Duration:\t${humanDuration(end - start)}\n`);
    optional("Active Deadline Seconds", spec?.activeDeadlineSeconds, "s");
    const ready = status?.ready === undefined || status.ready === null ? "" : ` (${status.ready} Ready)`;
    w.write(
      0,
      `Pods Statuses:\t${status?.active ?? 0} Active${ready} / ${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed\n`,
    );
    if (spec?.completionMode === "Indexed")
      w.write(0, `Completed Indexes:\t${indexesText(status?.completedIndexes)}\n`);
    describePodTemplate(spec?.template, w);
    writeEvents(w, events, nowMs);
  });
}

export function describeCronJob(cron: CronJob, { events, nowMs }: DescribeContext): string {
  const { metadata, spec, status } = cron;
  return tabbed((w) => {
    const unset = (label: string, value: unknown, unit = ""): void =>
      w.write(0, `${label}:\t${value === undefined || value === null ? "<unset>" : `${value}${unit}`}\n`);
    head(w, cron);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    w.write(0, `Schedule:\t${spec?.schedule ?? ""}\n`);
    w.write(0, `Concurrency Policy:\t${spec?.concurrencyPolicy ?? ""}\n`);
    unset("Suspend", spec?.suspend === undefined ? undefined : spec.suspend ? "True" : "False");
    unset("Time Zone", spec?.timeZone);
    unset("Successful Job History Limit", spec?.successfulJobsHistoryLimit);
    unset("Failed Job History Limit", spec?.failedJobsHistoryLimit);
    unset("Starting Deadline Seconds", spec?.startingDeadlineSeconds, "s");
    const job = spec?.jobTemplate?.spec;
    unset("Selector", job?.selector ? labelSelectorText(job.selector) : undefined);
    unset("Parallelism", job?.parallelism);
    unset("Completions", job?.completions);
    if (job?.activeDeadlineSeconds !== undefined)
      w.write(0, `Active Deadline Seconds:\t${job.activeDeadlineSeconds}s\n`);
    describePodTemplate(job?.template, w);
    unset("Last Schedule Time", status?.lastScheduleTime ? rfc1123z(status.lastScheduleTime) : undefined);
    w.write(0, `Active Jobs:\t${(status?.active ?? []).map((j) => j.name).join(", ") || "<none>"}\n`);
    writeEvents(w, events, nowMs);
  });
}

/** When a CronJob's next job is due, and which of its jobs have had their time (pkg/controller/cronjob/utils.go). */
import { nextCronTime } from "../../api/cron.ts";
import type { CronJob, Job } from "../../api/types.ts";
import { controllerRef } from "../workloads/pods.ts";

/** Missed times that are counted one by one. */
const MOST_MISSED = 10_000;

const isConditionTrue = (job: Job, type: string): boolean =>
  job.status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;
export const isComplete = (job: Job): boolean => isConditionTrue(job, "Complete");
export const isFailed = (job: Job): boolean => isConditionTrue(job, "Failed");
export const isFinished = (job: Job): boolean => isComplete(job) || isFailed(job);

/** The next time after a moment, Unix ms, by UTC whatever the time zone; null where the schedule is unreadable. */
export const nextTime = ({ spec }: CronJob, after: number): number | null =>
  nextCronTime(spec?.schedule ?? "", after);

/** The latest time up to `now` that has not been served; undefined where there is none (mostRecentScheduleTime). */
export function unmetTime(cronJob: CronJob, now: number): number | undefined {
  const { creationTimestamp } = cronJob.metadata ?? {};
  let from = Date.parse(cronJob.status?.lastScheduleTime ?? creationTimestamp ?? "");
  const deadline = cronJob.spec?.startingDeadlineSeconds;
  if (deadline !== undefined) from = Math.max(from, now - deadline * 1000);
  let found: number | undefined;
  for (let i = 0; i < MOST_MISSED; i++) {
    const next = nextTime(cronJob, found ?? from);
    if (next === null || next > now) break;
    found = next;
  }
  return found;
}

export const jobName = (cronJob: CronJob, scheduled: number): string =>
  `${cronJob.metadata?.name}-${Math.floor(scheduled / 60_000)}`;

const stampOf = (unixMs: number): string => new Date(unixMs).toISOString().replace(/\.\d+Z$/, "Z");

/** The job of a time (getJobFromTemplate2). */
export function jobOf(cronJob: CronJob, scheduled: number): unknown {
  const { metadata, spec } = cronJob.spec?.jobTemplate ?? {};
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(cronJob, scheduled),
      namespace: cronJob.metadata?.namespace,
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      annotations: {
        ...metadata?.annotations,
        "batch.kubernetes.io/cronjob-scheduled-timestamp": stampOf(scheduled),
      },
      ownerReferences: [controllerRef(cronJob)],
    },
    spec,
  };
}

/** Finished jobs beyond what the history keeps, oldest first (cleanupFinishedJobs). */
export function jobsBeyondHistory(cronJob: CronJob, jobs: readonly Job[]): readonly Job[] {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec ?? {};
  const key = (job: Job): string => `${job.status?.startTime ?? "~"} ${job.metadata?.name}`;
  const oldest = (list: readonly Job[], keep: number): readonly Job[] =>
    [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1)).slice(0, Math.max(0, list.length - keep));
  const living = jobs.filter((job) => !job.metadata?.deletionTimestamp);
  return [
    ...oldest(living.filter(isComplete), successfulJobsHistoryLimit),
    ...oldest(living.filter(isFailed), failedJobsHistoryLimit),
  ];
}

/** Status without the time of the last schedule: what runs, and when the last one succeeded. */
export function cronStatus(cronJob: CronJob, jobs: readonly Job[]): NonNullable<CronJob["status"]> {
  const active = jobs
    .filter((job) => !isFinished(job) && !job.metadata?.deletionTimestamp)
    .map(({ metadata }) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      name: metadata?.name ?? "",
      namespace: metadata?.namespace ?? "",
      uid: metadata?.uid ?? "",
      resourceVersion: metadata?.resourceVersion ?? "",
    }));
  const before = cronJob.status?.active ?? [];
  // A reference stays as it was made.
  const kept = active.map((ref) => before.find(({ uid }) => uid === ref.uid) ?? ref);
  const times = jobs
    .filter(isComplete)
    .map((job) => job.status?.completionTime ?? "")
    .concat(cronJob.status?.lastSuccessfulTime ?? "");
  const last = times.reduce((a, b) => (a > b ? a : b), "");
  return {
    ...(cronJob.status?.lastScheduleTime ? { lastScheduleTime: cronJob.status.lastScheduleTime } : {}),
    ...(last ? { lastSuccessfulTime: last } : {}),
    ...(kept.length > 0 ? { active: kept } : {}),
  };
}

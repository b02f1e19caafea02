/** What a Job needs next (pkg/controller/job/job_controller.go: syncJob, manageJob), decided from the job and its pods. */
import type { Job, Pod } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { firstPendingIndexes, isIndexed, succeededIndexes } from "./indexed.ts";

export const TRACKING = "batch.kubernetes.io/job-tracking";
const FIRST_BACKOFF_MS: Ms = 10_000;
const MAX_BACKOFF_MS: Ms = 600_000;

export interface JobFailure {
  readonly reason: "BackoffLimitExceeded" | "DeadlineExceeded";
  readonly message: string;
}

export interface JobDecision {
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly ready: number;
  readonly failure: JobFailure | null;
  readonly complete: boolean;
  /** Pods to create now. */
  readonly create: number;
  /** Of an Indexed job: which, as many as `create`. */
  readonly indexes?: readonly number[];
  /** Pods to delete now. */
  readonly remove: readonly Pod[];
  /** Virtual ms until the job is to be looked at again by itself. */
  readonly againMs?: Ms;
}

const finished = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";

const restarts = (pods: readonly Pod[]): number =>
  pods.reduce((sum, pod) => {
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    return sum + statuses.reduce((n, c) => n + (c.restartCount ?? 0), 0);
  }, 0);

/** 10 s after the first failure, doubled with each one, counted from the newest (job_controller: getRemainingTime). */
function backoffLeft(failedPods: readonly Pod[], now: Ms, timeOf: (stamp: string) => Ms): Ms {
  const ends = failedPods.map((pod) => {
    const times = (pod.status?.containerStatuses ?? [])
      .map((c) => c.state?.terminated?.finishedAt)
      .filter((t): t is string => Boolean(t));
    return Math.max(0, ...times.map(timeOf));
  });
  if (ends.length === 0) return 0;
  const wait = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (ends.length - 1));
  return Math.max(0, Math.max(...ends) + wait - now);
}

/**
 * @param now virtual ms
 * @param timeOf virtual ms of a stamp
 */
export function decideJob(
  job: Job,
  pods: readonly Pod[],
  now: Ms,
  timeOf: (stamp: string) => Ms,
): JobDecision {
  const spec = job.spec;
  const parallelism = spec?.parallelism ?? 1;
  const completions = spec?.completions ?? undefined;
  const limit = spec?.backoffLimit ?? 6;
  const active = pods.filter((p) => !finished(p) && !p.metadata?.deletionTimestamp);
  const succeeded = isIndexed(job)
    ? succeededIndexes(job, pods).size
    : pods.filter((p) => p.status?.phase === "Succeeded").length;
  const failedPods = pods.filter(
    (p) =>
      p.status?.phase === "Failed" ||
      (p.metadata?.deletionTimestamp &&
        !finished(p) &&
        job.status?.conditions?.some((c) => c.type === "FailureTarget")),
  );
  const failed = failedPods.length;
  const ready = active.filter((p) =>
    p.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True"),
  ).length;
  const base = { active, succeeded, failed, ready };

  const already = job.status?.conditions?.find((c) => c.type === "FailureTarget" || c.type === "Failed");
  let failure: JobFailure | null = already
    ? { reason: already.reason as JobFailure["reason"], message: already.message ?? "" }
    : null;
  const onFailure = spec?.template.spec?.restartPolicy === "OnFailure";
  if (
    !failure &&
    (failed > limit || (onFailure && (limit === 0 ? restarts(active) > 0 : restarts(active) >= limit)))
  ) {
    failure = { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  }
  const deadline = spec?.activeDeadlineSeconds;
  let againMs: Ms | undefined;
  if (!failure && deadline !== undefined && job.status?.startTime) {
    const left = timeOf(String(job.status.startTime)) + deadline * 1000 - now;
    if (left <= 0)
      failure = { reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
    else againMs = left;
  }
  if (failure)
    return {
      ...base,
      failure,
      complete: false,
      create: 0,
      remove: active,
      ...(againMs !== undefined ? { againMs } : {}),
    };

  const complete =
    completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= completions;
  if (complete) return { ...base, failure: null, complete, create: 0, remove: active };
  if (spec?.suspend) return { ...base, failure: null, complete: false, create: 0, remove: active };

  const wanted =
    completions === undefined
      ? succeeded > 0
        ? active.length
        : parallelism
      : Math.min(parallelism, completions - succeeded);
  const terminating = pods.filter((p) => !finished(p) && p.metadata?.deletionTimestamp).length;
  let create = Math.max(0, wanted - active.length - terminating);
  const wait = create > 0 ? backoffLeft(failedPods, now, timeOf) : 0;
  if (wait > 0) {
    create = 0;
    againMs = Math.min(againMs ?? wait, wait);
  }
  const remove = active.length > wanted ? active.slice(wanted) : [];
  return {
    ...base,
    failure: null,
    complete: false,
    create,
    remove,
    ...(isIndexed(job) ? { indexes: firstPendingIndexes(job, pods, active).slice(0, create) } : {}),
    ...(againMs !== undefined ? { againMs } : {}),
  };
}

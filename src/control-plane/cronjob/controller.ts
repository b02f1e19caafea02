/** The CronJob controller: a job at each time of a schedule (pkg/controller/cronjob/cronjob_controllerv2.go). */
import type { ApiResult, WatchMessage } from "../../api/contract.ts";
import type { ApiObject, CronJob, Job } from "../../api/types.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import { ownedBy, updateStatus } from "../workloads/pods.ts";
import type { WorkloadOptions } from "../workloads/replicaset.ts";
import {
  cronStatus,
  isFailed,
  isFinished,
  jobName,
  jobOf,
  jobsBeyondHistory,
  nextTime,
  unmetTime,
} from "./decide.ts";

const NAME = "cronjob-controller";
const TURN_MS = 4;
/** A schedule's time is looked at a little after it has come. */
const AFTER_MS = 100;

export function startCronJobController({
  sim,
  api,
  reader,
  stamp,
  timeOf,
}: WorkloadOptions & { readonly timeOf: (stamp: string) => Ms }): void {
  const events = createEventWriter({ sim, api, from: "controller-manager", component: NAME, stamp });
  /** The time that was served last, by key, Unix ms: the status tells of it later. */
  const served = sim.table<number>(`${NAME}/served`);
  const leaving = sim.table<true>(`${NAME}/leaving`);
  /** Jobs are watched from the first CronJob on. */
  const watching = sim.cell<boolean>(`${NAME}/watching`, false);
  const keyOf = (object: ApiObject): string => `${object.metadata?.namespace}/${object.metadata?.name}`;
  const cronJobOf = (key: string): CronJob | undefined =>
    reader.get<CronJob>("CronJob", key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1));
  const ask = (key: string): void =>
    sim.send({ to: NAME, key }, { type: "sync" }, { delayMs: TURN_MS, timer: "sync" });
  const unixNow = (): number => {
    const second = stamp();
    return Date.parse(second) + (sim.now - timeOf(second));
  };

  const remove = (cronJob: CronJob, job: Job): void => {
    const { namespace, name, uid = "" } = job.metadata ?? {};
    if (leaving.has(uid)) return;
    leaving.set(uid, true);
    api.request(
      { verb: "delete", kind: "Job", namespace, name, options: { propagationPolicy: "Background" } },
      null,
      { from: "controller-manager" },
    );
    events.event(cronJob, "Normal", "SuccessfulDelete", `Deleted job ${name}`);
  };

  const report = (cronJob: CronJob, status: NonNullable<CronJob["status"]>): void => {
    if (JSON.stringify(status) === JSON.stringify(ordered(cronJob.status))) return;
    updateStatus(api, cronJob, status);
  };

  /** Starts the job that is due, if there is one, and comes back at the next time. */
  const start = (key: string, cronJob: CronJob, jobs: readonly Job[]): void => {
    const now = unixNow();
    const next = nextTime(cronJob, now);
    // The server has refused what cannot be read.
    if (next === null) return;
    sim.send({ to: NAME, key }, { type: "sync" }, { delayMs: next - now + AFTER_MS, timer: "schedule" });
    const due = unmetTime(cronJob, now);
    if (due === undefined || served.get(key) === due) return;
    const active = jobs.filter((job) => !isFinished(job));
    if (cronJob.spec?.concurrencyPolicy === "Forbid" && active.length > 0) {
      const text = "Not starting job because prior execution is running and concurrency policy is Forbid";
      events.event(cronJob, "Normal", "JobAlreadyActive", text);
      return;
    }
    if (cronJob.spec?.concurrencyPolicy === "Replace") for (const job of active) remove(cronJob, job);
    served.set(key, due);
    api.request(
      { verb: "create", kind: "Job", namespace: cronJob.metadata?.namespace, body: jobOf(cronJob, due) },
      { to: NAME, key, event: { type: "made", due, name: jobName(cronJob, due) } },
      { from: "controller-manager" },
    );
  };

  const sync = (key: string): void => {
    const cronJob = cronJobOf(key);
    if (!cronJob) return;
    const jobs = reader.list<Job>("Job", cronJob.metadata?.namespace).filter((job) => ownedBy(cronJob, job));
    for (const { uid } of cronJob.status?.active ?? []) {
      const job = jobs.find((j) => j.metadata?.uid === uid);
      if (!job || !isFinished(job)) continue;
      const condition = isFailed(job) ? "Failed" : "Complete";
      const text = `Saw completed job: ${job.metadata?.name}, condition: ${condition}`;
      events.event(cronJob, "Normal", "SawCompletedJob", text);
    }
    for (const job of jobsBeyondHistory(cronJob, jobs)) remove(cronJob, job);
    report(cronJob, cronStatus(cronJob, jobs));
    if (!cronJob.metadata?.deletionTimestamp && !cronJob.spec?.suspend) start(key, cronJob, jobs);
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    cronJobs(event) {
      const watch = event["watch"] as WatchMessage;
      const all = (watch.type === "SYNCED" ? watch.objects : [watch.object]) as readonly CronJob[];
      for (const cronJob of all) {
        if (watch.type === "DELETED") {
          served.delete(keyOf(cronJob));
          sim.cancel({ to: NAME, key: keyOf(cronJob) }, "schedule");
        } else ask(keyOf(cronJob));
      }
      if (all.length === 0 || watching.get()) return;
      watching.set(true);
      api.watch({ kind: "Job" }, { to: NAME, event: { type: "jobs" } });
    },
    jobs(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const job = watch.object;
      if (watch.type === "DELETED") leaving.delete(job.metadata?.uid ?? "");
      const owner = job.metadata?.ownerReferences?.find((o) => o.kind === "CronJob");
      if (owner) ask(`${job.metadata?.namespace}/${owner.name}`);
    },
    made(event, key) {
      const { due, name, result } = event as unknown as {
        due: number;
        name: string;
        result: ApiResult<Job>;
      };
      const cronJob = cronJobOf(key);
      if (!cronJob) return;
      // A name has the minute: a shorter schedule's second job of it is there already, and that is that.
      if (!result.ok && result.error.reason !== "AlreadyExists") {
        events.event(cronJob, "Warning", "FailedCreate", `Error creating job: ${result.error.message}`);
        return;
      }
      if (result.ok) events.event(cronJob, "Normal", "SuccessfulCreate", `Created job ${name}`);
      const jobs = reader.list<Job>("Job", cronJob.metadata?.namespace).filter((j) => ownedBy(cronJob, j));
      const lastScheduleTime = new Date(due).toISOString().replace(/\.\d+Z$/, "Z");
      report(cronJob, ordered({ ...cronStatus(cronJob, jobs), lastScheduleTime }));
    },
    sync: (_event, key) => sync(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "CronJob" }, { to: NAME, event: { type: "cronJobs" } });
}

/** A status with its fields in one order, so that two can be compared as text. */
function ordered(status: CronJob["status"]): NonNullable<CronJob["status"]> {
  const { lastScheduleTime, lastSuccessfulTime, active } = status ?? {};
  return {
    ...(lastScheduleTime ? { lastScheduleTime } : {}),
    ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
    ...(active && active.length > 0 ? { active } : {}),
  };
}

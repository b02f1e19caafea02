/** The Job controller: pods for jobs, counted and tracked (pkg/controller/job/job_controller.go). */
import type { ApiClient, ApiReader, ApiResult, WatchMessage } from "../../api/contract.ts";
import type { Job, Pod } from "../../api/types.ts";
import type { Simulation } from "../../sim/index.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import { controllerRef } from "../workloads/pods.ts";
import { decideJob, type JobDecision, TRACKING } from "./decide.ts";
import { indexedTemplate, indexText, isIndexed, succeededIndexes } from "./indexed.ts";

const NAME = "job-controller";
/** Changes of pods are gathered for a second before a job is looked at again (syncJobBatchPeriod). */
const BATCH_MS: Ms = 1000;
const TURN_MS: Ms = 4;

export interface JobControllerOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
  readonly stamp: () => string;
  readonly timeOf: (stamp: string) => Ms;
}

export function startJobController({ sim, api, reader, stamp, timeOf }: JobControllerOptions): void {
  const events = createEventWriter({ sim, api, from: "controller-manager", component: NAME, stamp });
  /** Pods created and not yet seen by the watch (expectations), by job key. */
  const expected = sim.table<number>(`${NAME}/expectations`);

  const keyOf = (job: Job): string => `${job.metadata?.namespace}/${job.metadata?.name}`;
  const jobOf = (key: string): Job | undefined =>
    reader.get<Job>("Job", key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1));
  const ask = (key: string, delayMs: Ms): void => {
    const due = sim.due({ to: NAME, key }, "sync");
    if (due !== undefined && due <= sim.now + delayMs) return;
    sim.send({ to: NAME, key }, { type: "sync" }, { delayMs, timer: "sync" });
  };
  const podsOf = (job: Job): Pod[] =>
    reader
      .list<Pod>("Pod", job.metadata?.namespace)
      .filter((p) => p.metadata?.ownerReferences?.some((o) => o.uid === job.metadata?.uid));

  const createPod = (job: Job, key: string, index: number | undefined): void => {
    const template = job.spec?.template;
    const indexed =
      index === undefined ? undefined : indexedTemplate(job.metadata?.name ?? "", index, template?.spec);
    const labels = {
      ...template?.metadata?.labels,
      "batch.kubernetes.io/controller-uid": job.metadata?.uid ?? "",
      "batch.kubernetes.io/job-name": job.metadata?.name ?? "",
      "controller-uid": job.metadata?.uid ?? "",
      "job-name": job.metadata?.name ?? "",
      ...indexed?.marks,
    };
    const body = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        generateName: indexed?.generateName ?? `${job.metadata?.name}-`,
        namespace: job.metadata?.namespace,
        labels,
        annotations: indexed
          ? { ...template?.metadata?.annotations, ...indexed.marks }
          : template?.metadata?.annotations,
        finalizers: [TRACKING],
        ownerReferences: [controllerRef(job)],
      },
      spec: indexed?.spec ?? template?.spec,
    };
    expected.set(key, (expected.get(key) ?? 0) + 1);
    api.request(
      { verb: "create", kind: "Pod", namespace: job.metadata?.namespace, body },
      { to: NAME, key, event: { type: "created" } },
      { from: "controller-manager" },
    );
  };

  const untrack = (pod: Pod): void => {
    if (!pod.metadata?.finalizers?.includes(TRACKING)) return;
    const rest = pod.metadata.finalizers.filter((f) => f !== TRACKING);
    api.request(
      {
        verb: "patch",
        kind: "Pod",
        namespace: pod.metadata.namespace,
        name: pod.metadata.name,
        patchType: "merge",
        body: { metadata: { finalizers: rest.length > 0 ? rest : null } },
      },
      null,
      { from: "controller-manager" },
    );
  };

  const writeStatus = (job: Job, decision: JobDecision, pods: readonly Pod[]): void => {
    const now = stamp();
    const conditions = [...(job.status?.conditions ?? [])];
    const put = (type: string, reason: string, message: string): void => {
      if (!conditions.some((c) => c.type === type))
        conditions.push({
          type,
          status: "True",
          reason,
          message,
          lastProbeTime: now,
          lastTransitionTime: now,
        } as never);
    };
    const gone = pods.every((p) => p.status?.phase === "Succeeded" || p.status?.phase === "Failed");
    let completionTime = job.status?.completionTime;
    if (decision.failure) {
      put("FailureTarget", decision.failure.reason, decision.failure.message);
      if (gone && !conditions.some((c) => c.type === "Failed")) {
        put("Failed", decision.failure.reason, decision.failure.message);
        events.event(job, "Warning", decision.failure.reason, decision.failure.message);
      }
    } else if (decision.complete) {
      put("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods");
      if (gone && !conditions.some((c) => c.type === "Complete")) {
        put("Complete", "CompletionsReached", "Reached expected number of succeeded pods");
        completionTime = now as never;
        events.event(job, "Normal", "Completed", "Job completed");
      }
    }
    const status = {
      ...job.status,
      startTime: job.status?.startTime ?? now,
      active: decision.active.length - decision.remove.length + decision.create || undefined,
      ready: decision.ready,
      terminating: pods.filter(
        (p) =>
          p.metadata?.deletionTimestamp && p.status?.phase !== "Succeeded" && p.status?.phase !== "Failed",
      ).length,
      succeeded: decision.succeeded || undefined,
      failed: decision.failed || undefined,
      ...(isIndexed(job) ? { completedIndexes: indexText(succeededIndexes(job, pods)) || undefined } : {}),
      uncountedTerminatedPods: {},
      ...(conditions.length > 0 ? { conditions } : {}),
      ...(completionTime ? { completionTime } : {}),
    };
    api.request(
      {
        verb: "patch",
        kind: "Job",
        namespace: job.metadata?.namespace,
        name: job.metadata?.name,
        subresource: "status",
        patchType: "merge",
        body: { status },
      },
      null,
      {
        from: "controller-manager",
      },
    );
  };

  const sync = (key: string): void => {
    const job = jobOf(key);
    if (!job || job.metadata?.deletionTimestamp || (expected.get(key) ?? 0) > 0) return;
    if (
      job.status?.conditions?.some(
        (c) => (c.type === "Complete" || c.type === "Failed") && c.status === "True",
      )
    ) {
      podsOf(job).forEach(untrack);
      return;
    }
    const pods = podsOf(job);
    const started = job.status?.startTime
      ? job
      : { ...job, status: { ...job.status, startTime: stamp() as never } };
    const decision = decideJob(started, pods, sim.now, timeOf);
    for (let i = 0; i < decision.create; i++) createPod(job, key, decision.indexes?.[i]);
    for (const pod of decision.remove) {
      api.request(
        { verb: "delete", kind: "Pod", namespace: pod.metadata?.namespace, name: pod.metadata?.name },
        null,
        { from: "controller-manager" },
      );
      events.event(job, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata?.name}`);
    }
    for (const pod of pods)
      if (
        pod.metadata?.deletionTimestamp ||
        pod.status?.phase === "Succeeded" ||
        pod.status?.phase === "Failed"
      )
        untrack(pod);
    writeStatus(job, decision, pods);
    const deadline = job.spec?.activeDeadlineSeconds;
    const again =
      decision.againMs ?? (!job.status?.startTime && deadline !== undefined ? deadline * 1000 : undefined);
    if (again !== undefined)
      sim.send({ to: NAME, key }, { type: "later" }, { delayMs: again, timer: "later" });
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    jobs(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") for (const job of watch.objects as Job[]) ask(keyOf(job), TURN_MS);
      else if (watch.type !== "DELETED")
        ask(keyOf(watch.object as Job), watch.type === "ADDED" ? TURN_MS : BATCH_MS);
      else {
        expected.delete(keyOf(watch.object as Job));
        for (const pod of podsOf(watch.object as Job)) untrack(pod);
      }
    },
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const pod = watch.object as Pod;
      const owner = pod.metadata?.ownerReferences?.find((o) => o.kind === "Job");
      if (!owner) return;
      const key = `${pod.metadata?.namespace}/${owner.name}`;
      if (watch.type === "ADDED") expected.set(key, Math.max(0, (expected.get(key) ?? 0) - 1));
      if (pod.metadata?.deletionTimestamp && pod.metadata.finalizers?.includes(TRACKING))
        sim.send(
          { to: NAME, key: `${pod.metadata.namespace}/${pod.metadata.name}` },
          { type: "untrack" },
          { delayMs: TURN_MS },
        );
      ask(key, BATCH_MS);
    },
    created(event, key) {
      const result = event["result"] as ApiResult<Pod>;
      const job = jobOf(key);
      if (!job) return;
      if (result.ok)
        events.event(job, "Normal", "SuccessfulCreate", `Created pod: ${result.object.metadata?.name}`);
      else {
        expected.set(key, Math.max(0, (expected.get(key) ?? 0) - 1));
        events.event(job, "Warning", "FailedCreate", `Error creating: ${result.error.message}`);
        ask(key, 10 * BATCH_MS);
      }
    },
    untrack(_event, key) {
      const pod = reader.get<Pod>("Pod", key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1));
      if (pod) untrack(pod);
    },
    sync: (_event, key) => sync(key),
    later: (_event, key) => sync(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "Job" }, { to: NAME, event: { type: "jobs" } });
  api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
}

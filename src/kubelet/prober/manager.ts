/** The probe manager: workers by pod, container and type, and the results they store (pkg/kubelet/prober). */
import type { Container, Pod, Probe } from "../../api/types.ts";
import { keysWhere, MachineTable } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { EventTarget, Kubelet, ProberManager } from "../contract.ts";
import { bareContainerId } from "../status/lookup.ts";
import { isSidecar, type ProbeType, podObject } from "../types.ts";
import { doProbe, type ProbeWorkerState, probeDone, probeSpec, type ResultChange } from "./do-probe.ts";
import { type HandlerOutcome, MAX_PROBE_TRIES, probeVerdict } from "./handlers.ts";
import { type ProbeRequest, readAnswer, sendProbe } from "./probe-runner.ts";
import { type ProberContext, type ProberEvent, type ProberInput, proberMachine } from "./prober.machine.ts";
import { ProbeResults, type StoredResult } from "./results.ts";
import { updatePodStatus } from "./update-pod-status.ts";

const TICKER = "ticker";
/** Order in which a container's workers are made. */
const TYPES: readonly ProbeType[] = ["startup", "readiness", "liveness"];

export function createProberManager(k: Kubelet): ProberManager {
  const { sim, nodeName } = k;
  const name = `${nodeName}/prober`;
  const results = new ProbeResults(sim.table<StoredResult>(`${name}/results`));
  const runs = sim.cell<number>(`${name}/runs`, 0);
  const keyOf = (uid: string, container: string, type: ProbeType): string => `${uid}/${container}/${type}`;
  const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";
  const answers = `${name}/answers`;
  const replyTo = (key: string, run: number): ReplyTo => ({
    to: answers,
    key,
    event: { type: "answer", run },
  });
  const specOf = (c: ProberContext): Probe => probeSpec(c.container, c.probeType) ?? {};
  const epochMs = Date.parse(k.stamp(0));

  /** Numbers runs over all workers, so that an answer can never meet another run. */
  const nextRun = (): number => {
    const run = runs.get() + 1;
    runs.set(run);
    return run;
  };

  const tickIn = (key: string, c: ProberContext): void =>
    sim.send({ to: name, key }, { type: "tick" }, { delayMs: c.periodMs, timer: TICKER, cause: c.cause });

  const requestOf = (c: ProberContext): ProbeRequest => ({
    spec: specOf(c),
    pod: c.pod,
    container: c.container,
    containerId: c.worker.containerId,
    podIP: () => k.status.getPodStatus(uidOf(c.pod))?.podIP ?? "",
  });

  const workers = new MachineTable<ProberContext, ProberEvent>(sim, name, proberMachine, {
    startTicker: ({ key, context }) => tickIn(key, context),
    nextTick: ({ key, context }) => tickIn(key, context),
    resetTicker: ({ key, context }) => tickIn(key, context),

    doProbe: ({ key, context: c, raise }) => {
      const decision = doProbe({
        probeType: c.probeType,
        spec: specOf(c),
        pod: c.pod,
        container: c.container,
        status: k.status.getPodStatus(uidOf(c.pod)),
        worker: c.worker,
        nowMs: epochMs + sim.now,
        kubeletStartedMs: epochMs + k.startedAt(),
        gates: k.config.featureGates,
      });
      store(c, decision.changes);
      const { worker } = decision;
      if (decision.action !== "run") {
        raise({ type: decision.action });
        return worker === c.worker ? undefined : { worker };
      }
      const tried = startTry(key, { ...c, worker, startedMs: sim.now }, 1);
      if (tried.outcome) raise({ type: "done", outcome: tried.outcome });
      return tried.context;
    },

    probeDone: ({ context: c, event }) => {
      const { outcome } = event as Extract<ProberEvent, { type: "done" }>;
      const verdict = probeVerdict(c.probeType, outcome);
      const spec = specOf(c);
      record(c, outcome, verdict.result ?? "unknown", spec);
      if (verdict.event) k.events.event(targetOf(c), "Warning", verdict.event.reason, verdict.event.message);
      // An error says nothing of the container: it is not counted.
      if (verdict.result === null) return;
      const done = probeDone(c.worker, c.probeType, spec, verdict.result);
      store(c, done.changes);
      return { worker: done.worker, counts: counted(c, verdict.result, sim.now - c.startedMs) };
    },

    cleanUp: ({ key, context: c }) => {
      sim.cancel({ to: name, key }, TICKER);
      if (c.worker.containerId) results.remove(c.probeType, c.worker.containerId);
    },
  });

  /** Answers of handlers: a redirect or an error leads to one more request, all else ends the run. */
  sim.component(answers, (event, key) => {
    const c = workers.get(key)?.context;
    if (!c || event["run"] !== c.run || !workers.matches(key, "probing")) return;
    const read = readAnswer(
      k,
      requestOf(c),
      c.http,
      event["result"],
      sim.now - c.startedMs,
      replyTo(key, c.run),
    );
    if ("http" in read) {
      workers.patch(key, { http: read.http });
      return;
    }
    if (read.outcome.error === undefined || c.tries >= MAX_PROBE_TRIES) {
      workers.send(key, { type: "done", outcome: read.outcome });
      return;
    }
    const again = startTry(key, c, c.tries + 1);
    workers.patch(key, again.context);
    if (again.outcome) workers.send(key, { type: "done", outcome: again.outcome });
  });

  /** One try of the handler, or more where it fails without asking anybody; `outcome` when none is left. */
  function startTry(
    key: string,
    c: ProberContext,
    tries: number,
  ): { readonly context: ProberContext; readonly outcome?: HandlerOutcome } {
    const run = nextRun();
    const sent = sendProbe(k, requestOf(c), replyTo(key, run));
    const context: ProberContext = { ...c, run, tries, http: "http" in sent ? sent.http : null };
    if ("http" in sent) return { context };
    return sent.outcome.error !== undefined && tries < MAX_PROBE_TRIES
      ? startTry(key, context, tries + 1)
      : { context, outcome: sent.outcome };
  }

  /** One record a run; what follows from the run has it as its cause. */
  function record(c: ProberContext, outcome: HandlerOutcome, result: string, spec: Probe): void {
    sim.lead({
      from: k.id("prober"),
      to: k.id(spec.exec ? "containerd" : "container"),
      type: `prober.${c.probeType}`,
      object: podObject(c.pod, c.container.name),
      data: {
        result,
        output: outcome.error ?? outcome.output,
        ...(outcome.error === undefined ? {} : { error: true }),
        ...(outcome.result === "warning" ? { warning: true } : {}),
        containerId: c.worker.containerId,
        podUid: uidOf(c.pod),
        took: sim.now - c.startedMs,
      },
    });
  }

  /** Stores results; every change is told to the sync loop. */
  function store(c: ProberContext, changes: readonly ResultChange[]): void {
    const podUid = uidOf(c.pod);
    for (const { containerId, result } of changes) {
      if (result === null) results.remove(c.probeType, containerId);
      else if (results.set(c.probeType, containerId, podUid, result)) {
        k.syncLoop.probeResult({ probe: c.probeType, podUid, containerId, result });
      }
    }
  }

  const stopWorkers = (pod: Pod, containers: readonly Container[], types: readonly ProbeType[]): void => {
    for (const container of containers) {
      for (const type of types) {
        const key = keyOf(uidOf(pod), container.name, type);
        if (workers.has(key)) workers.send(key, { type: "stop" });
      }
    }
  };

  return {
    addPod(pod) {
      for (const container of probedContainers(pod)) {
        for (const probeType of TYPES) {
          const spec = probeSpec(container, probeType);
          if (!spec) continue;
          const key = keyOf(uidOf(pod), container.name, probeType);
          // The first worker that is there already means that all are.
          if (workers.has(key)) return;
          const periodMs = (spec.periodSeconds ?? 10) * 1000;
          const fresh = periodMs > sim.now - k.startedAt();
          const input: ProberInput = {
            pod,
            container,
            probeType,
            periodMs,
            jitterMs: fresh ? Math.floor(sim.draw("probe-jitter", key) * periodMs) : 0,
            cause: sim.cause,
          };
          workers.start(key, input);
        }
      }
    },
    stopLivenessAndStartup(pod) {
      stopWorkers(pod, pod.spec?.containers ?? [], ["liveness", "startup"]);
    },
    removePod(pod) {
      stopWorkers(pod, probedContainers(pod), ["readiness", "liveness", "startup"]);
    },
    cleanupPods(desiredUids) {
      const orphans = keysWhere(workers.rows(), (row) => !desiredUids.has(uidOf(row.context.pod)));
      for (const key of orphans) workers.send(key, { type: "stop" });
    },
    updatePodStatus(pod, status) {
      const uid = uidOf(pod);
      const updated = updatePodStatus(pod, status, {
        result: (probe, id) => results.get(probe, id),
        hasWorker: (container, probe) => workers.has(keyOf(uid, container, probe)),
        kubeletStartedMs: epochMs + k.startedAt(),
        gates: k.config.featureGates,
      });
      // Through the heap: the worker turns after the new status is in the status manager.
      for (const container of updated.triggers) {
        sim.send({ to: name, key: keyOf(uid, container, "readiness") }, { type: "trigger" });
      }
      return updated.status;
    },
    result(probe, containerId) {
      return results.get(probe, bareContainerId(containerId));
    },
    stop() {
      for (const key of [...workers.keys()]) workers.stop(key);
      results.clear();
    },
  };
}

/** Regular containers, then sidecars. */
function probedContainers(pod: Pod): readonly Container[] {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter(isSidecar)];
}

function targetOf(c: ProberContext): EventTarget {
  const init = (c.pod.spec?.initContainers ?? []).some((other) => other.name === c.container.name);
  return { pod: c.pod, container: { name: c.container.name, kind: init ? "init" : "regular" } };
}

function counted(
  c: ProberContext,
  result: "success" | "failure" | "unknown",
  tookMs: number,
): ProberContext["counts"] {
  const { counts } = c;
  if (result === "failure") return { ...counts, failed: counts.failed + 1 };
  const durationsMs = counts.durationsMs + tookMs;
  return result === "success"
    ? { ...counts, successful: counts.successful + 1, durationsMs }
    : { ...counts, unknown: counts.unknown + 1, durationsMs };
}

export type { ProbeWorkerState };

import type { Kubelet } from "../../../kubelet/contract.ts";
import { createPleg, createPodCache } from "../../../kubelet/pleg/index.ts";
import type { WritablePodCache } from "../../../kubelet/pleg/pod-cache.ts";
import { accept, runningCounts } from "../../../kubelet/pleg/reconcile.ts";
import type { PlegEvent } from "../../../kubelet/types.ts";
import { Simulation } from "../../../sim/index.ts";
import type { ReplyTo } from "../../../sim/types.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

const sandboxState = (state: string): any =>
  state === "running" ? "READY" : state === "exited" ? "NOTREADY" : state;

/** The PLEG on a kernel of its own; the runtime is what the step says, the loop's channel a list. */
function world(given: any) {
  const sim = new Simulation({ seed: 1 });
  const now: { step: any; events: PlegEvent[]; listed: string | null; podId?: string; queries: string[] } = {
    step: {},
    events: [],
    listed: null,
    queries: [],
  };
  const ref = (uid: string) => ({ uid, name: uid, namespace: "ns" });
  const list = (podUid: string | undefined, what: "containers" | "sandboxes"): any[] =>
    (now.step.pods ?? [])
      .filter((pod: any) => podUid === undefined || pod.id === podUid)
      .flatMap((pod: any) =>
        (pod[what] ?? []).map((c: any) => ({
          ...c,
          pod: ref(pod.id),
          state: what === "sandboxes" ? sandboxState(c.state) : c.state,
        })),
      );
  const kubelet = {
    sim,
    nodeName: "node-1",
    config: { featureGates: given.featureGates ?? {} },
    id: (part: string) => `node-1/${part}`,
    cri: {
      call(rpc: string, request: any, reply: ReplyTo) {
        if (rpc === "ListPodSandbox") {
          now.listed = request.podUid === undefined ? "global" : "pod";
          now.podId = request.podUid;
        }
        const value =
          rpc === "ListPodSandbox"
            ? { sandboxes: list(request.podUid, "sandboxes") }
            : { containers: list(request.podUid, "containers") };
        sim.reply(reply, { result: { ok: true, value } });
      },
    },
    runtime: {
      getPodStatus({ uid }: { uid: string }, reply: ReplyTo) {
        now.queries.push(uid);
        if (now.step.statusErrors?.includes(uid)) return sim.reply(reply, { error: "status query failed" });
        const pod = (now.step.pods ?? []).find((p: any) => p.id === uid);
        const status = {
          ...ref(uid),
          ips: pod?.ips ?? [],
          sandboxes: list(uid, "sandboxes"),
          containers: list(uid, "containers"),
        };
        sim.reply(reply, { status });
      },
    },
    syncLoop: {
      plegEvent(event: PlegEvent) {
        now.events.push(
          ...accept([event], now.events.length, given.eventChannelCapacity ?? Number.POSITIVE_INFINITY),
        );
      },
    },
  } as unknown as { -readonly [K in keyof Kubelet]: Kubelet[K] };
  const cache: WritablePodCache = createPodCache(kubelet);
  kubelet.podCache = cache;
  const seconds = (s: number | undefined) => (s === undefined ? {} : s * 1000);
  const period =
    given.relistPeriodSeconds === undefined ? {} : { period: seconds(given.relistPeriodSeconds) as number };
  const threshold =
    given.relistThresholdSeconds === undefined
      ? {}
      : { threshold: seconds(given.relistThresholdSeconds) as number };
  const pleg = createPleg(kubelet, { manual: true, ...period, ...threshold });
  pleg.machine.start("", { nextRelistAt: (given.relistPeriodSeconds ?? 0) * 1000, relistTime: null });
  return { sim, pleg, cache, now };
}

function counts(pleg: ReturnType<typeof createPleg>): Record<string, unknown> {
  const { containers, sandboxes } = pleg.lastListing();
  const ready = new Set(sandboxes.filter(({ state }) => state === "READY").map(({ pod }) => pod.uid));
  const found = runningCounts({ containers, readySandboxes: ready.size });
  return {
    kubelet_running_containers: found.containers,
    kubelet_running_pods: found.pods,
    running_containers: found.containers,
    running_pods: found.pods,
  };
}

export const plegEvents: Adapter = {
  run: (given) => {
    const { sim, pleg, cache, now } = world(given);
    return (given.steps ?? []).map((step: any) => {
      now.step = step;
      now.events = [];
      now.listed = null;
      delete now.podId;
      now.queries = [];
      if (step.op === "advance") sim.run({ until: sim.now + (step.seconds ?? 0) * 1000 });
      else if (step.op === "requestReinspect") pleg.requestReinspect(step.podId);
      else if (step.op === "requestRelist") pleg.requestRelist(step.podId);
      else if (step.op === "relist") pleg.turn({ type: "RELIST" });
      else if (step.op === "work") pleg.turn({ type: "WORK" });
      sim.run({ until: sim.now });
      const cached = Object.keys(step.expect?.cache ?? {}).map((uid) => {
        if (!cache.has(uid)) return [uid, null];
        const { status, error } = cache.get(uid);
        return [uid, { error: error !== undefined, ips: error === undefined ? status.ips : [] }];
      });
      return {
        events: now.events.map(({ podUid, ...event }) => ({ ...event, podId: podUid })),
        cache: Object.fromEntries(cached),
        reinspect: pleg.reinspecting(),
        healthy: pleg.unhealthy() === null,
        relist: now.listed,
        podId: now.podId,
        statusQueries: now.queries,
        metrics: counts(pleg),
      };
    });
  },
  compare: (_, actual, given) =>
    (given.steps ?? []).every((step: any, i: number) => {
      const { events, eventsCount, eventsSubsetOf, cache, ...rest } = step.expect ?? {};
      const got = actual[i];
      if (events && !matches({ events }, got, ["events"])) return false;
      if (eventsCount !== undefined && got.events.length !== eventsCount) return false;
      if (
        eventsSubsetOf &&
        !got.events.every((e: any) => eventsSubsetOf.some((allowed: any) => matches(allowed, e)))
      )
        return false;
      // "No entry" is told from "any entry" here, so null means absent and nothing else.
      for (const [uid, entry] of Object.entries(cache ?? {})) {
        if (
          entry === null
            ? got.cache[uid] !== null
            : got.cache[uid] === null || !matches(entry, got.cache[uid])
        )
          return false;
      }
      return matches(rest, got, ["reinspect", "statusQueries"]);
    }),
};

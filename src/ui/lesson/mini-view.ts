/** What a mini-stage shows of its one pod, read from its own world; no selector of the stage's, which remember one world. */
import type { Container, Pod, Probe } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import type { State } from "../parts/states.ts";
import { backoffDelay } from "../store/select/kubelet.ts";
import { podState } from "../store/select/pods.ts";
import { printedReady, printedStatus } from "../store/select/printed-status.ts";
import { msOf } from "../store/time.ts";
import { rows, type World } from "../store/world.ts";

export interface MiniView {
  readonly state: State;
  readonly status: string;
  readonly ready: string;
  readonly restarts: number;
  readonly probe?: {
    readonly kind: string;
    readonly since: Ms;
    readonly periodMs: Ms;
    readonly threshold: number;
    readonly streak: number;
    readonly ok: boolean;
    readonly ran: number;
  };
  /** Back-off, or the grace period of a pod that ends. */
  readonly ring?: { readonly from: Ms; readonly to: Ms };
}

const KINDS = ["startup", "readiness", "liveness"] as const;

/** `object` is `pod/NAME`. */
export function miniView(world: World, object: string): MiniView {
  const name = object.split("/").at(-1) ?? "";
  const pod = findPod(world, name);
  if (!pod) return { state: "unknown", status: "—", ready: "0/0", restarts: 0 };
  const restarts = (pod.status?.containerStatuses ?? []).reduce((n, c) => n + c.restartCount, 0);
  const state = podState(pod);
  const ready = printedReady(pod);
  const probe = probeOf(world, pod, name);
  const ring = ringOf(world, pod);
  return {
    state,
    status: printedStatus(pod),
    ready: `${ready.ready}/${ready.total}`,
    restarts,
    ...(probe ? { probe } : {}),
    ...(ring ? { ring } : {}),
  };
}

function findPod(world: World, name: string): Pod | undefined {
  for (const pod of rows<Pod>(world.tables, "api/Pod").values()) if (pod.metadata?.name === name) return pod;
  return undefined;
}

/** The state its pod is in; null while there is none. */
export function miniState(world: World, object: string): State | null {
  const pod = findPod(world, object.split("/").at(-1) ?? "");
  return pod ? podState(pod) : null;
}

function probeOf(world: World, pod: Pod, name: string): MiniView["probe"] {
  for (const kind of KINDS) {
    const container = pod.spec?.containers.find((c: Container) => c[`${kind}Probe`]);
    const probe: Probe | undefined = container?.[`${kind}Probe`];
    if (!container || !probe) continue;
    const runs = world.trace.records.filter(
      (r) => r.type === `prober.${kind}` && r.object.split("/")[2] === name,
    );
    const last = runs.at(-1);
    const result = last?.data["result"];
    let streak = 0;
    for (let i = runs.length - 1; i >= 0 && runs[i]?.data["result"] === result; i--) streak++;
    const ok = result === "success";
    const status = pod.status?.containerStatuses?.find((c) => c.name === container.name);
    return {
      kind,
      since: last?.time ?? msOf(world.start, status?.state?.running?.startedAt) ?? 0,
      periodMs: (last ? (probe.periodSeconds ?? 10) : Math.max(1, probe.initialDelaySeconds ?? 0)) * 1000,
      threshold: ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3),
      streak,
      ok,
      ran: runs.length,
    };
  }
  return undefined;
}

function ringOf(world: World, pod: Pod): MiniView["ring"] {
  const deleted = msOf(world.start, pod.metadata?.deletionTimestamp);
  if (deleted !== undefined)
    return { from: deleted - (pod.metadata?.deletionGracePeriodSeconds ?? 30) * 1000, to: deleted };
  for (const status of pod.status?.containerStatuses ?? []) {
    if (status.state?.running) continue;
    const ended = status.state?.terminated ?? status.lastState?.terminated;
    const from = msOf(world.start, ended?.finishedAt);
    if (from === undefined) continue;
    const to = from + backoffDelay(status.restartCount);
    if (to > world.now) return { from, to };
  }
  return undefined;
}

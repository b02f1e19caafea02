/** What the kubelet of a node has in hand, read from its tables and the trace, for the diagram and the inspector. */
import type { Container, Probe } from "../../../api/types.ts";
import type { Ms, TraceRecord } from "../../../sim/index.ts";
import { byWorld } from "../memo.ts";
import { msOf } from "../time.ts";
import { row, type World } from "../world.ts";
import { type ContainerView, type PodView, podsOnNode } from "./pods.ts";
import { indexOf } from "./trace-index.ts";

export interface Backoff {
  readonly container: string;
  readonly from: Ms;
  readonly to: Ms;
}

interface StartError {
  readonly reason: string;
  readonly backoffUntilMs?: Ms;
}

const LONGEST = 300_000;

/** Delay before the next start of a container that has been restarted so often: 0, 10 s, 20 s, 40 s … 300 s. */
export const backoffDelay = (restarts: number): Ms =>
  restarts === 0 ? 0 : Math.min(LONGEST, 10_000 * 2 ** (restarts - 1));

/** What the runtime manager knows of the wait; before it has looked again, what the rule gives. */
function containerBackoff(w: World, pod: PodView, c: ContainerView): Backoff | undefined {
  const ended = c.status?.state?.terminated ?? c.status?.lastState?.terminated;
  const from = msOf(w.start, ended?.finishedAt);
  const known = row<StartError>(w.tables, `${pod.node}/kuberuntime/reasons`, `${pod.uid}_${c.name}`);
  const until = known?.reason === "CrashLoopBackOff" ? known.backoffUntilMs : undefined;
  if (until !== undefined && until > w.now) {
    // The API's stamp is cut to whole seconds; the delay is whole, and the end of the wait is exact.
    const delay = Math.floor((until - (from ?? w.now)) / 1000) * 1000;
    return { container: c.name, from: until - delay, to: until };
  }
  if (from === undefined || !c.status?.state?.terminated) return undefined;
  const to = from + backoffDelay(c.restarts);
  return to > w.now ? { container: c.name, from, to } : undefined;
}

/** The back-off that a pod waits for: of that container, or the first that waits. */
export function backoffOf(w: World, pod: PodView, container?: string): Backoff | undefined {
  for (const c of pod.containers) {
    if ((container && c.name !== container) || c.state !== "waiting") continue;
    const found = containerBackoff(w, pod, c);
    if (found) return sameBackoff(found);
  }
  return undefined;
}

/** The same back-off is the same object, so that nothing renders again for it. */
const known = new Map<string, Backoff>();
function sameBackoff(b: Backoff): Backoff {
  const key = `${b.container} ${b.from} ${b.to}`;
  const before = known.get(key);
  if (before) return before;
  if (known.size > 500) known.clear();
  known.set(key, b);
  return b;
}

export interface ProbeView {
  readonly pod: PodView;
  readonly container: string;
  readonly kind: "liveness" | "readiness" | "startup";
  readonly probe: Probe;
  readonly periodMs: Ms;
  /** The latest run and how many of its kind came in a row. */
  readonly last: TraceRecord | undefined;
  readonly streak: number;
}

const KINDS = ["startup", "readiness", "liveness"] as const;

/** The probes of a node's running containers, the one that ran last first. */
export const probesOn = byWorld((w, node: string): readonly ProbeView[] => {
  const index = indexOf(w.trace);
  const out: ProbeView[] = [];
  for (const pod of podsOnNode(w.tables, node)) {
    for (const c of pod.containers) {
      if (!c.status?.state?.running) continue;
      for (const kind of KINDS) {
        const probe = (c.spec as Container)[`${kind}Probe`];
        if (!probe) continue;
        const latest = index.latest(`prober.${kind}`, c.id);
        out.push({
          pod,
          container: c.name,
          kind,
          probe,
          periodMs: (probe.periodSeconds ?? 10) * 1000,
          last: latest?.record,
          streak: latest?.streak ?? 0,
        });
      }
    }
  }
  return out.sort((a, b) => (b.last?.seq ?? 0) - (a.last?.seq ?? 0));
});

export interface LoopView {
  /** Passes of the loop so far. */
  readonly passes: number;
  /** The last item it took, and from which port. */
  readonly record: TraceRecord | undefined;
  readonly port: "config" | "pleg" | "probe" | "sync" | "housekeeping";
  /** Why it does not sync: errors of the runtime. */
  readonly refused: string | null;
  /** The process runs. */
  readonly running: boolean;
}

const PORTS: Record<string, LoopView["port"]> = {
  PLEG: "pleg",
  PROBE: "probe",
  SYNC: "sync",
  HOUSEKEEPING: "housekeeping",
};

/** SyncLoop of a node: how often it has turned and what it has in hand. */
export const loopOf = byWorld((w, node: string): LoopView => {
  const record = w.trace.records.findLast(
    (r) => r.type.startsWith("syncloop.") && r.to.startsWith(`${node}/`),
  );
  const machine = row<{ context: { iterations: number } }>(w.tables, `${node}/sync-loop`);
  const up = row<{ runtimeError: string | null }>(w.tables, `${node}/runtime-up/state`);
  const process = row<{ running: boolean }>(w.tables, `${node}/kubelet`);
  return {
    passes: machine?.context.iterations ?? 0,
    record,
    port: PORTS[record?.type.slice(9) ?? ""] ?? "config",
    refused: up?.runtimeError ?? null,
    running: process?.running ?? true,
  };
});

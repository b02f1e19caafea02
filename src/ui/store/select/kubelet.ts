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

const LONGEST = 300_000;

/** Delay before the next start of a container that has been restarted so often: 0, 10 s, 20 s, 40 s … 300 s. */
export const backoffDelay = (restarts: number): Ms =>
  restarts === 0 ? 0 : Math.min(LONGEST, 10_000 * 2 ** (restarts - 1));

/** `back-off 40s restarting failed container` of the status, in ms. */
function printedDelay(message: string | undefined): Ms | undefined {
  const found = /back-off (?:(\d+)m)?(?:(\d+)s)? restarting/.exec(message ?? "");
  return found ? (Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0)) * 1000 : undefined;
}

function containerBackoff(w: Pick<World, "start" | "now">, c: ContainerView): Backoff | undefined {
  const ended =
    c.status?.state?.terminated ??
    (c.status?.state?.waiting?.reason === "CrashLoopBackOff" ? c.status.lastState?.terminated : undefined);
  const from = msOf(w.start, ended?.finishedAt);
  if (from === undefined) return undefined;
  const delay = printedDelay(c.status?.state?.waiting?.message) ?? backoffDelay(c.restarts);
  return delay > 0 && from + delay > w.now - 500 ? { container: c.name, from, to: from + delay } : undefined;
}

/** The back-off that a pod waits for: of that container, or the first that waits. */
export function backoffOf(w: World, pod: PodView, container?: string): Backoff | undefined {
  for (const c of pod.containers) {
    if (container && c.name !== container) continue;
    if (c.state !== "waiting") continue;
    const found = containerBackoff(w, c);
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
  const counted = row<{ iteration?: number }>(w.tables, `${node}/sync-loop`);
  return {
    passes: counted?.iteration ?? 0,
    record,
    refused: null,
    port: PORTS[record?.type.slice(9) ?? ""] ?? "config",
  };
});

/**
 * The timeline's model: lives folded from the trace, finished with what the API says now (specs, order of containers,
 * what is due). Selectors are pure; a fold is kept only so that a new record costs one step.
 */
import type { Container, Node, Pod, Probe } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import type { State } from "../parts/states.ts";
import { podView } from "../store/select/pods.ts";
import { rows, type Tables, type TraceView } from "../store/world.ts";
import { backoffDelays } from "./backoff.ts";
import {
  type ContainerDraft,
  type DraftSegment,
  type NodeDraft,
  newContainer,
  type PodDraft,
} from "./drafts.ts";
import { RunFold } from "./fold.ts";
import type {
  ContainerKind,
  ContainerTrack,
  NodeTrack,
  PodTrack,
  ProbeTrack,
  ProbeType,
  Segment,
  TimelineModel,
} from "./model.ts";
import { podSegments } from "./pod-segments.ts";

const PROBES: readonly ProbeType[] = ["startup", "readiness", "liveness"];
const LEASE_PERIOD: Ms = 10_000;

interface Spec {
  readonly kind: ContainerKind;
  readonly spec: Container;
  /** It is started again after such an exit. */
  restarts(code: number | null): boolean;
}

/** Containers of a spec in the order in which they are drawn. */
function specsOf(pod: Pod | undefined): Map<string, Spec> {
  const policy = pod?.spec?.restartPolicy ?? "Always";
  const restarting = (p: string) => (code: number | null) =>
    p === "Always" || (p === "OnFailure" && code !== 0);
  const out = new Map<string, Spec>();
  for (const c of pod?.spec?.initContainers ?? []) {
    const sidecar = c.restartPolicy === "Always";
    out.set(c.name, {
      kind: sidecar ? "sidecar" : "init",
      spec: c,
      restarts: restarting(sidecar ? "Always" : policy === "Never" ? "Never" : "OnFailure"),
    });
  }
  for (const c of pod?.spec?.containers ?? [])
    out.set(c.name, { kind: "regular", spec: c, restarts: restarting(c.restartPolicy ?? policy) });
  for (const c of pod?.spec?.ephemeralContainers ?? [])
    out.set(c.name, { kind: "ephemeral", spec: c as Container, restarts: () => false });
  return out;
}

function containerTrack(
  draft: ContainerDraft,
  pod: PodDraft,
  known: Spec | undefined,
  phase: string | undefined,
): ContainerTrack {
  const delays = backoffDelays(
    draft.exits.map((e) => e.at),
    draft.starts,
  );
  const segments = draft.segments.map((s, i) => finished(s, i, draft, { known, pod, phase, delays }));
  const starts = draft.starts;
  const probes: ProbeTrack[] = PROBES.flatMap((type) => {
    const spec: Probe | undefined = known?.spec[`${type}Probe`];
    const runs = draft.probes.get(type);
    if (!spec && !runs) return [];
    const initialDelay = (spec?.initialDelaySeconds ?? 0) * 1000;
    return [
      {
        type,
        runs: [...(runs ?? [])],
        initialDelay,
        period: (spec?.periodSeconds ?? 10) * 1000,
        delays: initialDelay > 0 ? starts.map((s) => [s, s + initialDelay] as const) : [],
      },
    ];
  });
  return {
    id: `${pod.id}/${draft.name}`,
    name: draft.name,
    kind: known?.kind ?? "regular",
    segments,
    starts: [...starts],
    exits: [...draft.exits],
    signals: [...draft.signals],
    probes,
  };
}

interface Context {
  readonly known: Spec | undefined;
  readonly pod: PodDraft;
  readonly phase: string | undefined;
  readonly delays: readonly Ms[];
}

/** A span as it is drawn: an exited container waits, or is done. */
function finished(
  s: DraftSegment,
  i: number,
  draft: ContainerDraft,
  { known, pod, phase, delays }: Context,
): Segment {
  const base = { from: s.from, to: s.to, label: s.label, seq: s.seq };
  if (s.kind !== "exited")
    return { ...base, kind: s.kind, ...(s.until === undefined ? {} : { until: s.until }) };
  const code = s.code ?? null;
  const more = i < draft.segments.length - 1;
  const over = phase === "Succeeded" || phase === "Failed" || pod.ended !== null;
  const again = more || (!over && (known ? known.restarts(code) : code !== 0));
  if (!again) return { ...base, kind: code === 0 ? "succeeded" : "failed" };
  const exit = draft.exits.findIndex((e) => e.at === s.from);
  const delay = delays[exit] ?? 0;
  // Something else started it sooner (an update, a restart of the kubelet): then it was no back-off that ended.
  const waited = s.to - s.from >= delay * 0.9;
  return { ...base, kind: "waiting", ...(delay > 0 && waited ? { delay, until: s.from + delay } : {}) };
}

/** The pod's track again only when its life or its object changed. */
const podTracks = new WeakMap<PodDraft, { version: number; row: Pod | undefined; track: PodTrack }>();

function podTrack(draft: PodDraft, row: Pod | undefined): PodTrack {
  const made = podTracks.get(draft);
  if (made && made.version === draft.version && made.row === row) return made.track;
  const specs = specsOf(row);
  const place = (name: string): number => {
    const at = [...specs.keys()].indexOf(name);
    return at < 0 ? specs.size : at;
  };
  const phase = row?.status?.phase;
  // Containers that have not been heard of yet share what the pod does.
  const silent = [...specs.keys()]
    .filter((name) => !draft.containers.has(name))
    .map((name) => ({ ...newContainer(name), segments: draft.own }));
  const tracks = [...draft.containers.values(), ...silent]
    .sort((a, b) => place(a.name) - place(b.name))
    .map((c) => containerTrack(c, draft, specs.get(c.name), phase));
  const own = draft.own.map((s) =>
    finished(s, 0, newContainer(""), { known: undefined, pod: draft, phase, delays: [] }),
  );
  const grace =
    row?.metadata?.deletionTimestamp && draft.deleting
      ? draft.deleting.at + (row.metadata.deletionGracePeriodSeconds ?? 0) * 1000
      : undefined;
  const containers =
    grace === undefined ? tracks : tracks.map((t) => ({ ...t, segments: withGrace(t.segments, grace) }));
  const [, namespace = "", name = ""] = draft.id.split("/");
  const track: PodTrack = {
    id: draft.id,
    name,
    namespace,
    node: row?.spec?.nodeName ?? draft.node,
    from: draft.from,
    segments: containers.length === 0 ? own : podSegments(containers, draft.deleting),
    containers,
    events: [...draft.events],
    inputs: [...draft.inputs],
    state: row ? podView(row).state : lastState(tracks),
    gone: draft.ended !== null,
    ended: draft.ended,
  };
  podTracks.set(draft, { version: draft.version, row, track });
  return track;
}

/** A span that ends with the pod's grace period, unless its own call said when. */
function withGrace(segments: readonly Segment[], until: Ms): readonly Segment[] {
  const last = segments.at(-1);
  if (last?.kind !== "terminating" || last.to !== Number.POSITIVE_INFINITY || last.until !== undefined)
    return segments;
  return [...segments.slice(0, -1), { ...last, until }];
}

function lastState(tracks: readonly ContainerTrack[]): State {
  const kind = tracks.at(-1)?.segments.at(-1)?.kind ?? "unknown";
  return kind === "pulling" ? "creating" : kind;
}

function nodeTrack(
  draft: NodeDraft | undefined,
  id: string,
  row: Node | undefined,
  now: Ms,
  inputs: NodeTrack["inputs"],
): NodeTrack {
  const ready = row?.status?.conditions?.find((c) => c.type === "Ready")?.status;
  const state: State = ready === "True" ? "ready" : ready === "False" ? "failed" : "unknown";
  const bands: Segment[] = (draft?.bands ?? []).map(({ from, to, label, seq, kind }) => ({
    from,
    to,
    label,
    seq,
    kind: kind === "exited" ? "unknown" : kind,
  }));
  if (bands.length === 0 && now >= 0)
    bands.push({ kind: state, from: 0, to: Number.POSITIVE_INFINITY, label: "", seq: 0 });
  return {
    id,
    name: id.slice(5),
    state,
    bands,
    leases: draft ? [...draft.leases] : [],
    leasePeriod: LEASE_PERIOD,
    events: draft ? [...draft.events] : [],
    inputs,
  };
}

/** A pod that the trace no longer remembers, from its status alone. */
function fromStatus(row: Pod, start: string): PodTrack {
  const view = podView(row);
  const ms = (stamp: string | undefined): Ms =>
    stamp ? Math.max(0, Date.parse(stamp) - Date.parse(start)) : 0;
  const from = ms(row.metadata?.creationTimestamp);
  const containers = view.containers.map((c): ContainerTrack => {
    const { running, terminated } = c.status?.state ?? {};
    const since = running ? ms(running.startedAt) : terminated ? ms(terminated.finishedAt) : from;
    return {
      id: c.id,
      name: c.name,
      kind: c.kind,
      segments: [
        { kind: c.state, from: since, to: Number.POSITIVE_INFINITY, label: running ? "" : c.reason, seq: 0 },
      ],
      starts: running ? [since] : [],
      exits: [],
      signals: [],
      probes: [],
    };
  });
  return {
    id: view.id,
    name: view.name,
    namespace: view.namespace,
    node: view.node,
    from,
    segments: podSegments(containers, null),
    containers,
    events: [],
    inputs: [],
    state: view.state,
    gone: false,
    ended: null,
  };
}

export interface Moment {
  readonly trace: TraceView;
  readonly tables: Tables;
  readonly now: Ms;
  readonly start: string;
}

/** The model of a fold at a moment. */
function assemble(fold: RunFold, { tables, now, start }: Omit<Moment, "trace">): TimelineModel {
  const podRows = rows<Pod>(tables, "api/Pod");
  const nodeRows = rows<Node>(tables, "api/Node");
  const pods: PodTrack[] = [...fold.pods.values()].map((d) => podTrack(d, podRows.get(d.id.slice(4))));
  for (const [key, row] of podRows) if (!fold.pods.has(`pod/${key}`)) pods.push(fromStatus(row, start));
  pods.sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));

  const names = new Set([...nodeRows.keys()].map((n) => `node/${n}`));
  for (const id of fold.nodes.keys()) if (!id.includes("/", 5)) names.add(id);
  const ids = [...names].sort();
  const loose = fold.inputs
    .filter((i) => !fold.claimed.has(i.seq))
    .map(({ at, seq, kind, label, to, oneShot }) => ({ at, seq, kind, label, ...(oneShot ? {} : { to }) }));
  const nodes = ids.map((id, i) =>
    nodeTrack(fold.nodes.get(id), id, nodeRows.get(id.slice(5)), now, [
      ...(i === 0 ? loose : []),
      ...(fold.nodes.get(id)?.inputs ?? []),
    ]),
  );
  return { nodes, pods };
}

/** Makes models moment by moment; records already read are not read again. */
export function createLanes(): (moment: Moment) => TimelineModel {
  let fold = new RunFold();
  let records: TraceView["records"] | null = null;
  let read = 0;
  let made: { moment: Moment; model: TimelineModel } | null = null;
  return (moment) => {
    if (
      made &&
      made.moment.trace === moment.trace &&
      made.moment.tables === moment.tables &&
      made.moment.start === moment.start
    )
      return made.model;
    const all = moment.trace.records;
    // The array grows in place; another array, or another record where this one stopped, is another past.
    const goesOn = records === all && (read === 0 || all[read - 1]?.seq === fold.seq);
    if (!goesOn) {
      fold = new RunFold();
      read = 0;
    }
    for (; read < all.length; read++) fold.feed(all[read]!);
    records = all;
    const model = assemble(fold, moment);
    made = { moment, model };
    return model;
  };
}

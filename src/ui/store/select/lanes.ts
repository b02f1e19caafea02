/**
 * The life of each container as bars on a line of time, read from the trace alone: so the past is drawn the same
 * whether it was watched, rewound to or opened from a link.
 */
import type { Pod } from "../../../api/types.ts";
import type { Ms, Seq, TraceRecord } from "../../../sim/index.ts";
import type { State } from "../../parts/states.ts";
import { row, type Tables, type TraceView, type World } from "../world.ts";

export interface Bar {
  readonly state: State;
  readonly from: Ms;
  /** Infinity while it goes on. */
  readonly to: Ms;
  /** What goes on in it: `pull`, `sandbox`, the delay of a back-off. */
  readonly label: string;
  readonly seq: Seq;
}

export interface Mark {
  readonly at: Ms;
  readonly seq: Seq;
  /** Exit: the code. Probe: its kind and verdict. Event: the reason. */
  readonly kind: "exit" | "probe" | "event" | "input" | "fault";
  readonly good: boolean;
  readonly text: string;
}

export interface Lane {
  /** `pod/NS/NAME/CONTAINER`, or `pod/NS/NAME` before any container is known. */
  readonly id: string;
  readonly pod: string;
  readonly container: string;
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
}

interface Draft {
  id: string;
  pod: string;
  container: string;
  bars: { -readonly [K in keyof Bar]: Bar[K] }[];
  marks: Mark[];
}

/** Builds lanes record by record; kept between calls, so that a new record costs one step. */
class LaneBuilder {
  lastSeq: Seq = 0;
  lastRecord: TraceRecord | null = null;
  readonly drafts = new Map<string, Draft>();
  readonly scheduled = new Map<string, TraceRecord>();

  feed(record: TraceRecord, tables: Tables): void {
    this.lastSeq = record.seq;
    this.lastRecord = record;
    const { type, object, time, seq } = record;
    if (!object.startsWith("pod/")) return;
    const [, namespace, name, named] = object.split("/");
    const pod = `pod/${namespace}/${name}`;
    const container = named ?? (typeof record.data["container"] === "string" ? record.data["container"] : "");
    if (type === "event.Scheduled" || type === "scheduler.bind") {
      if (!this.scheduled.has(pod)) this.scheduled.set(pod, record);
      this.begin(this.lane(pod, ""), "creating", time, seq, "");
      return;
    }
    if (type === "event.Killing" || type === "podworker.SyncTerminatingPod") {
      const lanes = container
        ? [this.lane(pod, container)]
        : [...this.drafts.values()].filter((d) => d.pod === pod);
      for (const d of lanes)
        if (isOpen(d, "running") || isOpen(d, "ready")) this.begin(d, "terminating", time, seq, "");
      return;
    }
    if (!container) {
      if (type.startsWith("event.") && record.data["type"] === "Warning")
        this.mark(this.lane(pod, ""), record, "event", false, type.slice(6));
      return;
    }
    this.feedContainer(record, this.lane(pod, container), tables);
  }

  feedContainer(record: TraceRecord, draft: Draft, tables: Tables): void {
    const { type, time, seq, data } = record;
    switch (type) {
      case "event.Pulling":
        this.begin(draft, "creating", time, seq, "pull");
        return;
      case "event.Pulled":
        if (draft.bars.at(-1)?.label === "pull") this.begin(draft, "creating", time, seq, "");
        return;
      case "event.Created":
      case "cri.CreateContainer":
        this.begin(draft, "creating", time, seq, "");
        return;
      case "event.Started":
        this.begin(
          draft,
          hasProbe(tables, draft, "readinessProbe") || hasProbe(tables, draft, "startupProbe")
            ? "running"
            : "ready",
          time,
          seq,
          "",
        );
        return;
      case "container.exit":
      case "pleg.ContainerDied":
        this.exit(draft, record);
        return;
      case "event.BackOff":
        if (!isOpen(draft, "waiting")) this.begin(draft, "waiting", time, seq, "");
        this.delay(draft, String(data["message"] ?? ""));
        return;
      case "event.Failed":
        this.begin(draft, "waiting", time, seq, "");
        this.mark(draft, record, "event", false, "Failed");
        return;
      case "prober.liveness":
      case "prober.readiness":
      case "prober.startup": {
        const good = data["result"] === "success";
        this.mark(draft, record, "probe", good, type.slice(7));
        return;
      }
      case "syncloop.PROBE": {
        if (data["probe"] !== "readiness") return;
        const ready = data["status"] === "ready" || data["result"] === "success";
        if (ready && isOpen(draft, "running")) this.begin(draft, "ready", time, seq, "");
        if (!ready && isOpen(draft, "ready")) this.begin(draft, "running", time, seq, "");
        return;
      }
      default:
        if (type.startsWith("event.") && data["type"] === "Warning")
          this.mark(draft, record, "event", false, type.slice(6));
    }
  }

  exit(draft: Draft, record: TraceRecord): void {
    const open = draft.bars.at(-1);
    if (!open || open.to !== Number.POSITIVE_INFINITY || open.state === "waiting") return;
    const killed = open.state === "terminating";
    const code = Number(record.data["exitCode"] ?? Number.NaN);
    open.to = record.time;
    this.mark(draft, record, "exit", code === 0, Number.isNaN(code) ? "" : String(code));
    if (!killed || !this.gone(draft))
      draft.bars.push({
        state: "waiting",
        from: record.time,
        to: Number.POSITIVE_INFINITY,
        label: "",
        seq: record.seq,
      });
  }

  /** The pod is being deleted: nothing follows the end of its containers. */
  gone(draft: Draft): boolean {
    return this.ending.has(draft.pod);
  }
  readonly ending = new Set<string>();

  delay(draft: Draft, message: string): void {
    const found = /back-off (\S+) restarting|back-off (\S+)/i.exec(message);
    const open = draft.bars.at(-1);
    if (open?.state === "waiting" && found) open.label = found[1] ?? found[2] ?? "";
  }

  begin(draft: Draft, state: State, time: Ms, seq: Seq, label: string): void {
    const open = draft.bars.at(-1);
    if (open && open.to === Number.POSITIVE_INFINITY) {
      if (open.state === state && open.label === label) return;
      open.to = time;
      if (open.to - open.from < 1) draft.bars.pop();
    }
    draft.bars.push({ state, from: time, to: Number.POSITIVE_INFINITY, label, seq });
  }

  mark(draft: Draft, record: TraceRecord, kind: Mark["kind"], good: boolean, text: string): void {
    draft.marks.push({ at: record.time, seq: record.seq, kind, good, text });
  }

  lane(pod: string, container: string): Draft {
    const id = container ? `${pod}/${container}` : pod;
    let draft = this.drafts.get(id);
    if (draft) return draft;
    draft = { id, pod, container, bars: [], marks: [] };
    if (container) {
      const bare = this.drafts.get(pod);
      const bound = this.scheduled.get(pod);
      if (bare) this.drafts.delete(pod);
      if (bound)
        draft.bars.push({
          state: "creating",
          from: bound.time,
          to: Number.POSITIVE_INFINITY,
          label: "",
          seq: bound.seq,
        });
      if (bare) draft.marks.push(...bare.marks);
    }
    this.drafts.set(id, draft);
    return draft;
  }

  lanes(): Lane[] {
    return [...this.drafts.values()].map((d) => ({
      ...d,
      bars: d.bars.map((b) => ({ ...b })),
      marks: [...d.marks],
    }));
  }
}

const isOpen = (draft: Draft, state: State): boolean => {
  const last = draft.bars.at(-1);
  return last?.to === Number.POSITIVE_INFINITY && last.state === state;
};

function hasProbe(tables: Tables, draft: Draft, probe: "readinessProbe" | "startupProbe"): boolean {
  const pod = row<Pod>(tables, "api/Pod", draft.pod.slice(4));
  return pod?.spec?.containers.some((c) => c.name === draft.container && c[probe]) ?? false;
}

let builder = new LaneBuilder();
let made: {
  readonly records: number;
  readonly last: TraceRecord | undefined;
  readonly lanes: readonly Lane[];
} | null = null;

/** All lanes of the run, in order of appearance. */
export function lanesOf({ trace, tables }: Pick<World, "trace" | "tables">): readonly Lane[] {
  const last = trace.last;
  if (made && made.last === last && made.records === trace.records.length) return made.lanes;
  const continues = builder.lastRecord === null || trace.get(builder.lastSeq) === builder.lastRecord;
  if (!continues) builder = new LaneBuilder();
  const fresh = trace.after(builder.lastSeq);
  for (const record of fresh) builder.feed(record, tables);
  made = {
    records: trace.records.length,
    last,
    lanes: fresh.length || !made || !continues ? builder.lanes() : made.lanes,
  };
  return made.lanes;
}

const NO_TABLES: Tables = new Map();
let ghostMade: { readonly trace: TraceView; readonly lanes: readonly Lane[] } | null = null;

/** Lanes of a trace that is no longer followed (what was seen before a rewind). */
export function ghostLanes(trace: TraceView | null): readonly Lane[] {
  if (!trace) return [];
  if (ghostMade?.trace === trace) return ghostMade.lanes;
  const own = new LaneBuilder();
  for (const record of trace.records) own.feed(record, NO_TABLES);
  ghostMade = { trace, lanes: own.lanes() };
  return ghostMade.lanes;
}

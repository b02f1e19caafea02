/** Lives under construction: what the fold over the trace writes into, and how a life goes from one span to the next. */
import type { Ms, Seq } from "../../sim/types.ts";
import type {
  EventMark,
  ExitMark,
  InputMark,
  ProbeRun,
  ProbeType,
  SegmentKind,
  SignalMark,
} from "./model.ts";

/** `exited` is decided later: whether it waits for a restart or is done depends on what comes. */
export type DraftKind = SegmentKind | "exited";

export interface DraftSegment {
  kind: DraftKind;
  from: Ms;
  to: Ms;
  label: string;
  seq: Seq;
  until?: Ms;
  /** Of an exited span. */
  code?: number | null;
}

export interface ContainerDraft {
  readonly name: string;
  readonly segments: DraftSegment[];
  readonly exits: ExitMark[];
  readonly signals: SignalMark[];
  readonly probes: Map<ProbeType, ProbeRun[]>;
  /** Times at which a process of it began. */
  readonly starts: Ms[];
  /** CRI calls under way: what to do when the answer comes. */
  pulling: Seq;
  starting: Seq;
  /** Ids of instances whose end has been told: PLEG tells of it again, when the next one may run already. */
  readonly ended: Set<string>;
  /** Why the API says it is not begun: `PodInitializing`. */
  reason: string;
}

export interface PodDraft {
  readonly id: string;
  readonly from: Ms;
  node: string;
  /** The last record about it. */
  seen: Ms;
  /** The call that makes its sandbox, while it is under way. */
  sandbox: Seq;
  /** Since when it is being deleted. */
  deleting: { at: Ms; seq: Seq } | null;
  ended: Ms | null;
  readonly containers: Map<string, ContainerDraft>;
  /** Spans before any container is known. */
  readonly own: DraftSegment[];
  readonly events: EventMark[];
  readonly inputs: InputMark[];
  /** Grows with every change. */
  version: number;
}

export interface NodeDraft {
  readonly id: string;
  readonly bands: DraftSegment[];
  readonly leases: { at: Ms; seq: Seq }[];
  readonly events: EventMark[];
  readonly inputs: InputMark[];
  version: number;
}

export const newContainer = (name: string): ContainerDraft => ({
  name,
  segments: [],
  exits: [],
  signals: [],
  probes: new Map(),
  starts: [],
  pulling: 0,
  starting: 0,
  ended: new Set(),
  reason: "",
});

export const newPod = (id: string, from: Ms): PodDraft => ({
  id,
  from,
  node: "",
  seen: from,
  sandbox: 0,
  deleting: null,
  ended: null,
  containers: new Map(),
  own: [],
  events: [],
  inputs: [],
  version: 0,
});

export const newNode = (id: string): NodeDraft => ({
  id,
  bands: [],
  leases: [],
  events: [],
  inputs: [],
  version: 0,
});

export const openSegment = (segments: readonly DraftSegment[]): DraftSegment | undefined => {
  const last = segments.at(-1);
  return last && last.to === Number.POSITIVE_INFINITY ? last : undefined;
};

/** Ends the open span and begins the next. The same kind without a new label goes on. */
export function begin(segments: DraftSegment[], kind: DraftKind, at: Ms, seq: Seq, label = ""): DraftSegment {
  const open = openSegment(segments);
  if (open) {
    if (open.kind === kind && (open.label === label || label === "")) return open;
    close(segments, at);
  }
  const next: DraftSegment = { kind, from: at, to: Number.POSITIVE_INFINITY, label, seq };
  segments.push(next);
  return next;
}

/** Ends the open span; one without length leaves no trace. */
export function close(segments: DraftSegment[], at: Ms): void {
  const open = openSegment(segments);
  if (!open) return;
  if (at <= open.from) segments.pop();
  else open.to = at;
}

/** What the timeline draws: the life of nodes, pods and containers as spans and marks. Plain data, made by `lanes.ts`. */
import type { Ms, Seq } from "../../sim/types.ts";
import type { State } from "../parts/states.ts";

/** `pulling` is drawn as creating; the other kinds are the states of the page. */
export type SegmentKind = State | "pulling";

export interface Segment {
  readonly kind: SegmentKind;
  readonly from: Ms;
  /** Infinity while it goes on. */
  readonly to: Ms;
  /** As Kubernetes prints it: a reason, an image; or empty. */
  readonly label: string;
  /** Record that began it; 0 where only the API's copy tells of it. */
  readonly seq: Seq;
  /** When it is due to end: the back-off's expiry, the grace period's end. */
  readonly until?: Ms;
  /** Nominal length of a back-off. */
  readonly delay?: Ms;
}

export interface ExitMark {
  readonly at: Ms;
  readonly seq: Seq;
  /** Null when it is not known. */
  readonly code: number | null;
  readonly reason: string;
}

export interface SignalMark {
  readonly at: Ms;
  readonly seq: Seq;
  readonly signal: "SIGTERM" | "SIGKILL";
}

export type ProbeType = "startup" | "readiness" | "liveness";

export interface ProbeRun {
  readonly at: Ms;
  readonly seq: Seq;
  readonly result: "success" | "failure" | "unknown";
  readonly output: string;
}

export interface ProbeTrack {
  readonly type: ProbeType;
  readonly runs: readonly ProbeRun[];
  readonly initialDelay: Ms;
  readonly period: Ms;
  /** Spans of `initialDelaySeconds`, one a start of the container. */
  readonly delays: readonly (readonly [from: Ms, to: Ms])[];
}

export interface EventMark {
  readonly at: Ms;
  readonly seq: Seq;
  readonly reason: string;
  readonly warning: boolean;
  readonly message: string;
}

export interface InputMark {
  readonly at: Ms;
  readonly seq: Seq;
  readonly kind: "input" | "fault";
  /** What was done: `apply`, `kubectl delete pod web`, `registry-down`. */
  readonly label: string;
  /** End of a fault that lasts; Infinity while nobody clears it. */
  readonly to?: Ms;
}

export type ContainerKind = "init" | "sidecar" | "regular" | "ephemeral";

export interface ContainerTrack {
  /** `pod/NS/NAME/CONTAINER`. */
  readonly id: string;
  readonly name: string;
  readonly kind: ContainerKind;
  readonly segments: readonly Segment[];
  /** Times at which a process of it began. */
  readonly starts: readonly Ms[];
  readonly exits: readonly ExitMark[];
  readonly signals: readonly SignalMark[];
  readonly probes: readonly ProbeTrack[];
}

export interface PodTrack {
  /** `pod/NS/NAME`. */
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly from: Ms;
  /** The pod as one thing, for pods of several containers. */
  readonly segments: readonly Segment[];
  readonly containers: readonly ContainerTrack[];
  readonly events: readonly EventMark[];
  readonly inputs: readonly InputMark[];
  /** State of the glyph before its name. */
  readonly state: State;
  /** It has left the API. */
  readonly gone: boolean;
  /** When it left; null while it is there. */
  readonly ended: Ms | null;
}

export interface NodeTrack {
  /** `node/NAME`. */
  readonly id: string;
  readonly name: string;
  readonly state: State;
  /** The Ready condition over time. */
  readonly bands: readonly Segment[];
  readonly leases: readonly { readonly at: Ms; readonly seq: Seq }[];
  /** Usual time between renewals. */
  readonly leasePeriod: Ms;
  readonly events: readonly EventMark[];
  readonly inputs: readonly InputMark[];
}

export interface TimelineModel {
  readonly nodes: readonly NodeTrack[];
  readonly pods: readonly PodTrack[];
}

export const EMPTY_MODEL: TimelineModel = { nodes: [], pods: [] };

/** A moment that came at another time than in the recording. */
export interface DriftMark {
  readonly moment: "started" | "ready" | "exited" | "gone";
  /** 0 is the first. */
  readonly nth: number;
  readonly recorded: Ms;
  readonly simulated: Ms;
  /** Within the tolerance: counted from the pod's creation, from the moment before, or as a back-off's own spread. */
  readonly fits: boolean;
  readonly tolerance: { readonly kind: "time" | "since"; readonly within: Ms } | { readonly kind: "backoff" };
}

/** Recorded life of a real pod, drawn under the simulated one on the same axis. */
export interface GhostLane {
  /** `pod/NS/NAME` under which it stands. */
  readonly pod: string;
  /** Container under which it stands; absent: under the whole pod. */
  readonly container?: string;
  /** Where the recording comes from, as it is called. */
  readonly name: string;
  readonly segments: readonly Segment[];
  readonly events: readonly EventMark[];
  /** Where the run differs from it, as far as the run has come. */
  readonly drifts?: (pod: PodTrack) => readonly DriftMark[];
}

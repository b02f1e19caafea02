/** A recording as the page has it: the scenario that plays it, and what the real node showed, ready to be drawn. */
import type { Ms } from "../../sim/types.ts";

export type GhostSegmentKind =
  | "creating"
  | "running"
  | "ready"
  | "waiting"
  | "terminating"
  | "failed"
  | "succeeded";

/** A span of a life as the API showed it. Times are those of the run that plays the recording. */
export interface GhostSegment {
  readonly kind: GhostSegmentKind;
  readonly from: Ms;
  /** Null: it went on when the recording ended. */
  readonly to: Ms | null;
  /** Reason or phase as Kubernetes prints it; or empty. */
  readonly label: string;
}

/** A moment that both lives have, told apart by its number: the second start is start 1. */
export interface GhostMoment {
  readonly kind: "started" | "ready" | "exited" | "gone";
  readonly nth: number;
  readonly at: Ms;
}

export interface GhostContainer {
  readonly name: string;
  readonly segments: readonly GhostSegment[];
  readonly moments: readonly GhostMoment[];
}

export interface GhostEvent {
  readonly at: Ms;
  readonly warning: boolean;
  readonly reason: string;
  readonly message: string;
}

export interface GhostPod {
  /** Name in the recording; null: the recording's only pod. `…RAND1` stands for the first generated name. */
  readonly name: string | null;
  readonly containers: readonly GhostContainer[];
  /** The pod as a whole, for pods without a container status. */
  readonly segments: readonly GhostSegment[];
  readonly moments: readonly GhostMoment[];
  readonly events: readonly GhostEvent[];
}

export interface Ghost {
  /** Without `golden/`. */
  readonly id: string;
  readonly describes: string;
  readonly kubernetes: string;
  /** Instant of the run at which the recording begins and at which it ends. */
  readonly from: Ms;
  readonly to: Ms;
  /** Text of the scenario that plays it; null when the model lacks something. */
  readonly scenario: string | null;
  /** What was submitted, as a person would write it: YAML documents. */
  readonly manifest: string;
  /** What the model lacks. */
  readonly missing: string | null;
  readonly pods: readonly GhostPod[];
}

/** A line of the list of recordings. */
export interface GhostEntry {
  readonly id: string;
  readonly describes: string;
  readonly playable: boolean;
}

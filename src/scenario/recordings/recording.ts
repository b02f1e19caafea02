/** Recordings of a real node, as they are stored: what was submitted and done, and what the API then showed. */
import type { PodStatus } from "../../api/types.ts";

export interface RecordedAction {
  /** Seconds after the pod's create call. */
  readonly at: number;
  readonly do: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface RecordedStatus {
  readonly at: number;
  readonly pod?: string;
  readonly status?: PodStatus & { deletionTimestamp?: unknown; finalizers?: readonly string[] };
  readonly deleted?: boolean;
}

export interface RecordedEvent {
  readonly at: number;
  readonly pod?: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count?: number;
  readonly reportingComponent?: string;
  readonly fieldPath?: string;
  /** Its own first stamp, whole seconds: tells events of one normalised text apart. */
  readonly first?: number;
}

export interface Recording {
  readonly id: string;
  readonly describes: string;
  readonly kubernetes: string;
  readonly manifest: unknown;
  readonly objectsBefore?: readonly unknown[] | null;
  readonly world?: Readonly<Record<string, unknown>> | null;
  readonly preloadedImages?: readonly string[] | null;
  readonly actions?: readonly RecordedAction[] | null;
  readonly until: number;
  readonly statuses: readonly RecordedStatus[];
  readonly events: readonly RecordedEvent[];
}

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];

/** Things on the timeline that can be pointed at, walked to and opened. */
import type { Ms, Seq } from "../../sim/types.ts";
import type {
  DriftMark,
  EventMark,
  ExitMark,
  InputMark,
  ProbeRun,
  ProbeType,
  Segment,
  SignalMark,
} from "./model.ts";
import type { Row } from "./rows.ts";

export type Target =
  | { readonly kind: "now" }
  | { readonly kind: "segment"; readonly row: string; readonly segment: Segment }
  | { readonly kind: "exit"; readonly row: string; readonly exit: ExitMark }
  | { readonly kind: "signal"; readonly row: string; readonly signal: SignalMark }
  | { readonly kind: "drift"; readonly row: string; readonly drift: DriftMark }
  | { readonly kind: "events"; readonly row: string; readonly events: readonly EventMark[] }
  | { readonly kind: "input"; readonly row: string; readonly input: InputMark }
  | { readonly kind: "probe"; readonly row: string; readonly type: ProbeType; readonly run: ProbeRun }
  | { readonly kind: "probe-due"; readonly row: string; readonly type: ProbeType; readonly at: Ms }
  | {
      readonly kind: "delay";
      readonly row: string;
      readonly type: ProbeType;
      readonly from: Ms;
      readonly to: Ms;
    }
  | {
      readonly kind: "lease";
      readonly row: string;
      readonly at: Ms;
      readonly seq: Seq;
      readonly due: boolean;
    };

/** The instant a thing stands at. */
export function timeOf(target: Target): Ms {
  switch (target.kind) {
    case "now":
      return 0;
    case "segment":
      return target.segment.from;
    case "exit":
      return target.exit.at;
    case "signal":
      return target.signal.at;
    case "events":
      return target.events[0]?.at ?? 0;
    case "input":
      return target.input.at;
    case "probe":
      return target.run.at;
    case "delay":
      return target.from;
    case "drift":
      return target.drift.recorded;
    default:
      return target.at;
  }
}

/** The record behind a thing; 0 where there is none. */
export function seqOf(target: Target): Seq {
  switch (target.kind) {
    case "segment":
      return target.segment.seq;
    case "exit":
      return target.exit.seq;
    case "signal":
      return target.signal.seq;
    case "events":
      return target.events.at(-1)?.seq ?? 0;
    case "input":
      return target.input.seq;
    case "probe":
      return target.run.seq;
    case "lease":
      return target.seq;
    default:
      return 0;
  }
}

/** Everything on a lane in order of time: what the arrow keys walk through. */
export function targetsOf(row: Row): Target[] {
  const { id } = row;
  const out: Target[] = [];
  const segments = (list: readonly Segment[]): void => {
    for (const segment of list) out.push({ kind: "segment", row: id, segment });
  };
  const marks = (events: readonly EventMark[], inputs: readonly InputMark[]): void => {
    for (const event of events) out.push({ kind: "events", row: id, events: [event] });
    for (const input of inputs) out.push({ kind: "input", row: id, input });
  };
  switch (row.kind) {
    case "node":
      segments(row.node.bands);
      marks(row.node.events, row.node.inputs);
      for (const { at, seq } of row.node.leases) out.push({ kind: "lease", row: id, at, seq, due: false });
      break;
    case "pod":
      segments(row.pod.segments);
      marks(row.pod.events, row.pod.inputs);
      break;
    case "container":
      segments(row.container.segments);
      for (const exit of row.container.exits) out.push({ kind: "exit", row: id, exit });
      for (const signal of row.container.signals) out.push({ kind: "signal", row: id, signal });
      if (row.first) marks(row.pod.events, row.pod.inputs);
      break;
    case "probe":
      for (const run of row.probe.runs) out.push({ kind: "probe", row: id, type: row.probe.type, run });
      break;
    case "ghost":
      segments(row.ghost.segments);
      marks(row.ghost.events, []);
      for (const drift of row.ghost.drifts?.(row.pod) ?? []) out.push({ kind: "drift", row: id, drift });
  }
  return out.sort((a, b) => timeOf(a) - timeOf(b) || seqOf(a) - seqOf(b));
}

/** The same thing, though painted again. */
export const sameTarget = (a: Target | null, b: Target | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.kind === b.kind &&
    a.kind !== "now" &&
    b.kind !== "now" &&
    a.row === b.row &&
    timeOf(a) === timeOf(b) &&
    seqOf(a) === seqOf(b));

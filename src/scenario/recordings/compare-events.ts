/** The comparison of a recording's events with a run's. */

export interface SeenEvent {
  /** Seconds of its first occurrence. */
  readonly at: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** Seconds of every occurrence that was seen as a version of its own. */
  readonly times: readonly number[];
}

export interface EventDifference {
  readonly kind: "missing" | "surplus" | "order" | "count";
  readonly event: SeenEvent;
  readonly other?: SeenEvent;
}

/** Texts that containerd, runc, the CNI plugin or the kernel wrote stand behind these; they are not compared. */
const RUNTIME_TEXT: readonly RegExp[] = [
  /^(Failed to pull image "[^"]*"):.*$/s,
  /^(Failed to create pod sandbox):.*$/s,
  /^(Error): (?:failed to|rpc error|context deadline|container create failed|stat ).*$/s,
  /^(\w+ probe errored and resulted in unknown state):.*$/s,
  /^(\w+ probe failed: command timed out):.*$/s,
  /^(error killing pod):.*$/s,
  /^(Back-off pulling image "[^"]*"):.*$/s,
];

/** A message with everything that differs from run to run replaced, as the recordings have it. */
export function normalizeMessage(message: string): string {
  let text = message
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UID")
    .replace(/\b10\.244\.\d+\.\d+\b/g, "IP")
    .replace(/\b192\.168\.\d+\.\d+\b|\b172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+\b/g, "HOSTIP")
    .replace(
      /in [0-9.]+m?s \([0-9.]+m?s including waiting\)\. Image size: \d+ bytes/,
      "in DUR (DUR including waiting). Image size: SIZE bytes",
    )
    // How much was in use when it was measured.
    .replace(/(\bavailable: |\bwas using )-?[0-9][\w.]*/g, "$1SIZE")
    // Which of a series of images it is at a time depends on the phase of the loops.
    .replace(/\bimage-\d+\b/g, "image-N")
    .replace(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-RAND")
    .replace(/(:)\d{5}(->)/g, "$1PORT$2");
  for (const pattern of RUNTIME_TEXT) text = text.replace(pattern, "$1");
  return text;
}

const keyOf = (e: SeenEvent): string => `${e.type} ${e.reason} ${e.message}`;

/** A refused connection in the first second after Started is optional: the program may or may not listen yet. */
function optional(event: SeenEvent, all: readonly SeenEvent[]): boolean {
  if (event.reason !== "Unhealthy" || !event.message.includes("connection refused")) return false;
  const starts = all.filter((e) => e.reason === "Started").flatMap((e) => e.times);
  return event.times.every((at) => starts.some((start) => at - start >= -0.5 && at - start <= 1));
}

/**
 * @param until seconds up to which the recording's events were kept
 * @param horizon the moment of the run that corresponds to it
 * @param drawnLooks in so many waits of the recording upstream drew whether the worker looks once more before the end;
 * each look is a BackOff event
 */
export function compareEvents(
  recorded: readonly SeenEvent[],
  simulated: readonly SeenEvent[],
  until: number,
  horizon: number,
  drawnLooks = 0,
): EventDifference | null {
  const sim = new Map(simulated.map((e) => [keyOf(e), e]));
  const real = new Map(recorded.map((e) => [keyOf(e), e]));
  const late = (at: number, end: number): boolean => at > end - Math.max(2.5, 0.25 * Math.max(0, end - at));
  for (const e of recorded) {
    if (sim.has(keyOf(e)) || optional(e, recorded) || late(e.at, until)) continue;
    return { kind: "missing", event: e };
  }
  for (const e of simulated) {
    if (real.has(keyOf(e)) || optional(e, simulated) || late(e.at, horizon)) continue;
    return { kind: "surplus", event: e };
  }
  const both = recorded.filter((e) => {
    const s = sim.get(keyOf(e));
    return s && !optional(e, recorded) && !optional(s, simulated);
  });
  for (let i = 0; i < both.length; i++) {
    for (let k = i + 1; k < both.length; k++) {
      const a = both[i]!;
      const b = both[k]!;
      const sa = sim.get(keyOf(a))!;
      const sb = sim.get(keyOf(b))!;
      if (b.at - a.at >= 1 && sa.at - sb.at >= 1) return { kind: "order", event: a, other: b };
    }
  }
  for (const e of both) {
    const s = sim.get(keyOf(e))!;
    const looks = e.reason === "BackOff" ? drawnLooks : 0;
    if (Math.abs(s.count - e.count) > Math.max(2, 0.25 * e.count) + looks)
      return { kind: "count", event: e, other: s };
  }
  return null;
}

/** How messages are shown: what travels, for how long, and what is gathered into one. Pure. */
import type { Seq, TraceRecord } from "../../../sim/index.ts";
import type { Traffic } from "../../parts/states.ts";
import type { Depth } from "../../store/view.ts";
import { trafficOf } from "../../words/records.ts";
import { type Edge, passageOf } from "../edges.ts";

export interface Flight {
  readonly key: string;
  readonly edge: Edge;
  readonly back: boolean;
  readonly traffic: Traffic;
  /** Records it stands for; the first is the one a click opens. */
  readonly records: readonly Seq[];
  /** Duration on screen, real ms. */
  readonly duration: number;
  /** Virtual latency it stands for, ms. */
  readonly latency: number;
  readonly failed: boolean;
}

/** At most so many glyphs move at once. */
export const MOST = 12;
const GATHER_FROM = 3;
/** Above this speed nothing travels, edges only glow. */
export const GLOW_ONLY = 100;

/** `clamp(220 ms, 260 ms · log10(1 + v), 900 ms)` up to speed 10, shrinking to 120 ms at 100. */
export function durationOf(latency: number, speed: number): number {
  const d = Math.min(900, Math.max(220, 260 * Math.log10(1 + latency)));
  if (speed <= 10) return d;
  const share = Math.min(1, Math.log10(speed) - 1);
  return d + (120 - d) * share;
}

/** Factor by which time is slowed while a message of that latency travels. */
export const slownessOf = (flight: Pick<Flight, "duration" | "latency">, speed: number): number =>
  speed > 10 ? 1 : Math.min(200, (flight.duration * speed) / Math.max(1, flight.latency));

/** Slowness for all that travels: many at once are watched as a crowd, and a crowd need not be slow. */
export function slownessOfAll(
  flights: readonly Pick<Flight, "duration" | "latency">[],
  speed: number,
): number {
  const most = flights.reduce((m, f) => Math.max(m, slownessOf(f, speed)), 1);
  return Math.max(1, most / (1 + (flights.length / 6) ** 2));
}

const latencyOf = (record: TraceRecord): number => {
  const latency = record.data["latency"] ?? record.data["latencyMs"];
  return typeof latency === "number" && latency > 0
    ? latency
    : record.from.startsWith("apiserver") || record.to.startsWith("apiserver")
      ? 4
      : 3;
};

const hasFailed = (record: TraceRecord): boolean => {
  const { code, error, result } = record.data;
  return (
    result === "failure" ||
    (error !== undefined && error !== false) ||
    (typeof code === "number" && code >= 500)
  );
};

/** Flights for records that arrived together: more than three of a kind on one way become one with a number. */
export function plan(
  records: readonly TraceRecord[],
  edges: readonly Edge[],
  depth: Depth,
  node: string,
  speed: number,
): Flight[] {
  const ways = new Map<string, { records: TraceRecord[]; edge: Edge; back: boolean; traffic: Traffic }>();
  for (const record of records) {
    const passage = passageOf(record, edges, depth, node);
    if (!passage) continue;
    const traffic = trafficOf(record);
    const way = `${passage.edge.id} ${passage.back} ${traffic} ${hasFailed(record)}`;
    const known = ways.get(way);
    if (known) known.records.push(record);
    else ways.set(way, { records: [record], ...passage, traffic });
  }
  const flights: Flight[] = [];
  const fly = (
    group: readonly TraceRecord[],
    { edge, back, traffic }: { edge: Edge; back: boolean; traffic: Traffic },
  ): void => {
    const latency = Math.max(...group.map(latencyOf));
    flights.push({
      key: `${group[0]!.seq} ${edge.id}`,
      edge,
      back,
      traffic,
      records: group.map((r) => r.seq),
      duration: durationOf(latency, speed),
      latency,
      failed: hasFailed(group[0]!),
    });
  };
  for (const way of ways.values()) {
    if (way.records.length > GATHER_FROM) fly(way.records, way);
    else for (const record of way.records) fly([record], way);
  }
  return flights;
}

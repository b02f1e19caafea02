import { useEffect, useRef, useState } from "react";
import type { Seq, TraceRecord } from "../../../sim/index.ts";
import { useT } from "../../i18n.tsx";
import { MessageMark } from "../../parts/MessageGlyph.tsx";
import { setSlowness } from "../../store/playback.ts";
import { stillNow } from "../../store/settings.ts";
import { type Depth, select, useView } from "../../store/view.ts";
import { world } from "../../store/world.ts";
import styles from "../diagram.module.css";
import type { Edge } from "../edges.ts";
import { heat } from "./heat.ts";
import { type Flight, GLOW_ONLY, MOST, plan, slownessOfAll } from "./plan.ts";

interface Going extends Flight {
  started: number;
  readonly order: number;
}

/** A jump of the trace by more than this is a rewind or a leap, not something to watch. */
const LEAP = 400;
const TAIL = [
  { length: 52, width: 1, opacity: 0.2 },
  { length: 36, width: 2, opacity: 0.3 },
  { length: 20, width: 3, opacity: 0.42 },
  { length: 10, width: 4, opacity: 0.55 },
] as const;

/** Messages on their way. React keeps the list; each frame moves the glyphs without it. */
export function TrafficLayer({
  depth,
  node,
  edges,
  svg,
}: {
  depth: Depth;
  node: string;
  edges: readonly Edge[];
  svg: () => SVGGElement | null;
}) {
  const t = useT();
  const [going, setGoing] = useState<readonly Going[]>([]);
  const list = useRef<readonly Going[]>([]);
  const glyphs = useRef(new Map<string, SVGGElement>());
  list.current = going;

  useEffect(() => {
    const { now, trace } = world.getState();
    let lastSeq = trace.last?.seq ?? 0;
    let lastTime = now;
    let order = 0;
    const take = (): void => {
      const { trace, now } = world.getState();
      const seq = trace.last?.seq ?? 0;
      if (seq < lastSeq || now < lastTime) {
        lastSeq = seq;
        lastTime = now;
        setGoing([]);
        return;
      }
      lastTime = now;
      if (seq === lastSeq) return;
      const fresh: readonly TraceRecord[] = trace.after(lastSeq);
      lastSeq = seq;
      if (fresh.length > LEAP) return;
      const { speed, playing } = useView.getState();
      const flights = plan(fresh, edges, depth, node, playing ? speed : 1);
      for (const flight of flights) heat(svg(), flight);
      if (playing && speed > GLOW_ONLY) return;
      const started = performance.now();
      const still = stillNow();
      setGoing((before) => {
        const kept = still ? [] : before;
        order = still ? 0 : order;
        const room = Math.max(0, MOST - kept.length);
        return [...kept, ...flights.slice(0, room).map((f) => ({ ...f, started, order: ++order }))];
      });
    };
    return world.subscribe(take);
  }, [depth, node, edges, svg]);

  useEffect(
    () =>
      setSlowness(() => {
        const { speed } = useView.getState();
        return stillNow() ? 1 : slownessOfAll(list.current, speed);
      }),
    [],
  );

  useEffect(() => {
    if (going.length === 0 || stillNow()) return;
    let frame = 0;
    const step = (): void => {
      const at = performance.now();
      let over = false;
      for (const flight of list.current) {
        const done = move(
          glyphs.current.get(flight.key),
          svg()?.querySelector<SVGPathElement>(`[data-edge="${flight.edge.id}"]`),
          flight,
          at - flight.started,
        );
        over ||= done;
      }
      if (over) setGoing((before) => before.filter((f) => at - f.started < lifeOf(f)));
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [going, svg]);

  const still = stillNow();
  return (
    <g className={styles.traffic}>
      {going.map((flight) => (
        <g
          key={flight.key}
          ref={(element) => {
            if (element) {
              glyphs.current.set(flight.key, element);
              move(
                element,
                svg()?.querySelector<SVGPathElement>(`[data-edge="${flight.edge.id}"]`),
                flight,
                still ? flight.duration / 2 : 0,
              );
            } else glyphs.current.delete(flight.key);
          }}
          role="button"
          tabIndex={-1}
          aria-label={t("ui.diagram.message")}
          className={styles.flight}
          onPointerDown={(e) => {
            e.stopPropagation();
            open(flight.records[0]);
          }}
        >
          {TAIL.map((tail) => (
            <path
              key={tail.length}
              fill="none"
              stroke={`var(--${flight.traffic})`}
              strokeWidth={tail.width}
              strokeOpacity={tail.opacity}
              strokeLinecap="butt"
            />
          ))}
          <g>
            <circle r={14} fill="transparent" />
            <MessageMark traffic={flight.traffic} r={flight.records.length > 1 ? 8 : 5.5} />
            {(flight.records.length > 1 || still) && (
              <text
                y={3.6}
                textAnchor="middle"
                className={styles.flightCount}
                data-hollow={flight.traffic === "status" || undefined}
              >
                {still ? flight.order : flight.records.length}
              </text>
            )}
          </g>
        </g>
      ))}
    </g>
  );
}

const open = (seq: Seq | undefined): void => {
  if (seq !== undefined) select({ kind: "record", seq });
};

/** A failure stands still at two thirds and fades for 300 ms. */
const lifeOf = (f: Flight): number => (f.failed ? (f.duration * 2) / 3 + 300 : f.duration);

const ease = (p: number): number => (p < 0.5 ? 4 * p ** 3 : 1 - (-2 * p + 2) ** 3 / 2);

interface Way {
  readonly length: number;
  /** A point every `STRIDE` px, x and y in turn, the last at the end. */
  readonly points: Float32Array;
}

const STRIDE = 2;
const ways = new Map<string, Way>();

/** A way measured once, on a path that is in no page: one that is would have the page laid out at each question. */
function wayOf(d: string): Way {
  const known = ways.get(d);
  if (known) return known;
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", d);
  const length = path.getTotalLength();
  const steps = Math.max(1, Math.ceil(length / STRIDE));
  const points = new Float32Array(2 * (steps + 1));
  for (let i = 0; i <= steps; i++) {
    const { x, y } = path.getPointAtLength(Math.min(length, i * STRIDE));
    points[2 * i] = x;
    points[2 * i + 1] = y;
  }
  if (ways.size > 500) ways.clear();
  const way = { length, points };
  ways.set(d, way);
  return way;
}

/** The point so far along a way, between two that were measured. */
function pointAt({ points }: Way, at: number): readonly [x: number, y: number] {
  const last = points.length / 2 - 1;
  const i = Math.min(last, Math.floor(at / STRIDE));
  const j = Math.min(last, i + 1);
  const part = Math.min(1, at / STRIDE - i);
  return [
    points[2 * i]! + (points[2 * j]! - points[2 * i]!) * part,
    points[2 * i + 1]! + (points[2 * j + 1]! - points[2 * i + 1]!) * part,
  ];
}

/** Puts glyph and tail where they are after so many ms; true when the message has arrived. */
function move(
  group: SVGGElement | undefined,
  path: SVGPathElement | null | undefined,
  flight: Flight,
  passed: number,
): boolean {
  if (!group || !path) return true;
  const d = path.getAttribute("d") ?? "";
  const measured = wayOf(d);
  const { length } = measured;
  const end = flight.failed ? 2 / 3 : 1;
  const p = Math.min(end, ease(Math.min(1, Math.max(0, passed / flight.duration))));
  const at = flight.back ? length * (1 - p) : length * p;
  const [x, y] = pointAt(measured, at);
  TAIL.forEach((tail, i) => {
    const line = group.children[i]!;
    const shown = Math.min(tail.length, flight.back ? length - at : at);
    if (line.getAttribute("d") !== d) line.setAttribute("d", d);
    line.setAttribute("stroke-dasharray", `${shown} ${length + 60}`);
    line.setAttribute("stroke-dashoffset", String(flight.back ? -at : shown - at));
  });
  const glyph = group.children[TAIL.length];
  glyph?.setAttribute("transform", `translate(${x} ${y})`);
  if (flight.failed && p >= end - 0.001) group.dataset["failed"] = "";
  return passed >= lifeOf(flight);
}

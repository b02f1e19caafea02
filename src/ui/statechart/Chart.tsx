import { Fragment, memo, useEffect, useId, useMemo, useRef } from "react";
import type { Transition } from "../../sim/index.ts";
import { DialMark } from "../parts/Dial.tsx";
import { phaseTo, type Timer } from "../store/select/timers.ts";
import { type Drawing, type DrawnEdge, type DrawnState, draw, type Flow, labelText } from "./draw.ts";
import { ANY, activeStates, type ChartEdge, type Graph } from "./graph.ts";
import styles from "./statechart.module.css";

interface ChartProps {
  readonly graph: Graph;
  readonly flow: Flow;
  readonly label: string;
  readonly value: unknown;
  readonly last: Transition | undefined;
  readonly timers: readonly Timer[];
  /** Words for "any state". */
  readonly any: string;
  readonly onFold: (composite: string) => void;
}

const MARGIN = 12;
const TIMER_LINE = 14;

/** The edge that the last transition went along: by its event, out of where it was, into where it led. */
function takenEdge(graph: Graph, last: Transition | undefined): ChartEdge | undefined {
  if (!last) return undefined;
  const from = new Set([ANY, ...activeStates(last.from)]);
  const to = new Set(activeStates(last.to));
  const fits = graph.edges.filter(
    (e) => from.has(e.from) && e.labels.some((l) => l.event === last.event || l.event === ""),
  );
  return fits.find((e) => to.has(e.to)) ?? fits[0];
}

/** A statechart as it stands: the live state lit, the last transition in steel, a dial on each delay. */
export function Chart({ graph, flow, label, value, last, timers, any, onFold }: ChartProps) {
  const drawing = useMemo(() => draw(graph, flow), [graph, flow]);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const active = new Set(activeStates(value));
  const taken = takenEdge(graph, last);
  const innermost = [...active].at(-1);
  const width = drawing.w + 2 * MARGIN;
  const height = drawing.h + 2 * MARGIN;

  // The live state stays in view.
  useEffect(() => {
    const scroll = box.current;
    const at = drawing.states.find((s) => s.state.id === innermost);
    if (!scroll || !at) return;
    const near = (from: number, room: number, middle: number, extent: number): number =>
      middle - extent / 2 < from || middle + extent / 2 > from + room ? Math.max(0, middle - room / 2) : from;
    scroll.scrollTo({
      left: near(scroll.scrollLeft, scroll.clientWidth, at.x + MARGIN, at.w),
      top: near(scroll.scrollTop, scroll.clientHeight, at.y + MARGIN, at.h),
    });
  }, [drawing, innermost]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
    <div ref={box} className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <svg
        role="img"
        aria-label={label}
        width={width}
        height={height}
        viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}
        className={styles.chart}
      >
        <defs>
          {(["edge", "accent"] as const).map((colour) => (
            <marker
              key={colour}
              id={`${id}${colour}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto-start-reverse"
            >
              <path d="M0 .8L7.4 4L0 7.2z" fill={`var(--${colour})`} />
            </marker>
          ))}
        </defs>
        <Rest drawing={drawing} id={id} />
        {drawing.states.map((s) => (
          <StateShape key={s.state.id} at={s} live={active.has(s.state.id)} any={any} onFold={onFold} />
        ))}
        {taken &&
          drawing.edges
            .filter((e) => e.edge === taken)
            .map((e) => (
              <path key="taken" d={e.path} className={styles.taken} markerEnd={`url(#${id}accent)`} />
            ))}
        {drawing.edges.map((e) => (
          <Label
            key={`${e.edge.from}>${e.edge.to}`}
            at={e}
            taken={e.edge === taken ? last?.event : undefined}
            timers={timers}
            since={last?.time ?? 0}
          />
        ))}
      </svg>
    </div>
  );
}

/** What never changes: ways and beginnings. */
const Rest = memo(function Rest({ drawing, id }: { drawing: Drawing; id: string }) {
  return (
    <>
      {drawing.edges.map((e) => (
        <path
          key={`${e.edge.from}>${e.edge.to}`}
          d={e.path}
          className={styles.way}
          markerEnd={`url(#${id}edge)`}
        />
      ))}
      {drawing.starts.map((s) => (
        <Fragment key={s.path}>
          <path d={s.path} className={styles.way} markerEnd={`url(#${id}edge)`} />
          <circle cx={s.x} cy={s.y} r="4" fill="var(--edge)" />
        </Fragment>
      ))}
    </>
  );
});

function StateShape({
  at: { state, x, y, w, h },
  live,
  any,
  onFold,
}: {
  at: DrawnState;
  live: boolean;
  any: string;
  onFold: (composite: string) => void;
}) {
  if (state.id === ANY)
    return (
      <g>
        <title>{any}</title>
        <circle cx={x} cy={y} r="8" fill="var(--s1)" stroke="var(--edge)" strokeDasharray="2 2" />
        <text x={x} y={y + 5} textAnchor="middle" className={styles.name}>
          ∗
        </text>
      </g>
    );
  const composite = state.initial !== null;
  const textX = composite ? x - w / 2 + 10 : state.final ? x + 8 : x;
  return (
    <g data-live={live || undefined} data-state={state.id} className={styles.state}>
      <rect
        x={x - w / 2}
        y={y - h / 2}
        width={w}
        height={h}
        rx="9"
        className={composite ? styles.frame : styles.box}
      />
      {state.final && (
        <>
          <circle cx={x - w / 2 + 14} cy={y} r="6" fill="none" stroke="var(--edge)" strokeWidth="1.2" />
          <circle cx={x - w / 2 + 14} cy={y} r="3" fill="var(--edge)" />
        </>
      )}
      <text
        x={textX}
        y={composite ? y - h / 2 + 15 : y + 4}
        textAnchor={composite ? "start" : "middle"}
        className={styles.name}
        {...(composite ? { onClick: () => onFold(state.id), "data-fold": true } : {})}
      >
        {state.name}
      </text>
    </g>
  );
}

function Label({
  at: { edge, x, y },
  taken,
  timers,
  since,
}: {
  at: DrawnEdge;
  taken: string | undefined;
  timers: readonly Timer[];
  since: number;
}) {
  const lines = edge.labels.filter((l) => labelText(l) !== "");
  const set = edge.labels.map((l) => timers.find((t) => t.name === l.event)).find(Boolean);
  const delayed = edge.labels.some((l) => l.kind === "delay");
  const shift = delayed ? 9 : 0;
  return (
    <g>
      {delayed && (
        <DialMark
          x={x - Math.max(...lines.map((l) => labelText(l).length)) * 2.95 - 2}
          y={y}
          r={8}
          colour={set ? "waiting" : "edge"}
          phase={set ? phaseTo(set.at, Math.max(1, set.at - since)) : 0}
        />
      )}
      {lines.map((l, i) => (
        <text
          key={`${l.event} ${l.guard}`}
          x={x + shift}
          y={y + 3.8 + (i - (lines.length - 1) / 2) * TIMER_LINE}
          textAnchor="middle"
          className={styles.label}
          data-taken={(taken !== undefined && l.event === taken) || undefined}
        >
          <title>{[l.text, l.guard && `[${l.guard}]`].filter(Boolean).join(" ")}</title>
          {l.guard ? (
            <>
              {labelText({ ...l, guard: "" })}{" "}
              <tspan className={styles.guard}>{labelText(l).slice(l.text ? l.text.length + 1 : 0)}</tspan>
            </>
          ) : (
            labelText(l)
          )}
        </text>
      ))}
    </g>
  );
}

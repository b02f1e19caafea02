import { createContext, type ReactNode, useContext } from "react";
import { octagonPath, roundedPath } from "../parts/geometry.ts";
import { cutEdges } from "../store/select/faults.ts";
import { indexOf } from "../store/select/trace-index.ts";
import { select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { clipText } from "./clip.ts";
import styles from "./diagram.module.css";
import type { Edge } from "./edges.ts";

/** Factor of the type in the scene's units, see `textFactor`. */
export const TextFactor = createContext(1);

export type TextRole = "title" | "name" | "line" | "caption";
const SIZES: Record<TextRole, number> = { title: 17, name: 12, line: 11, caption: 10.5 };
/** The smallest type of a scene. */
export const SMALLEST = SIZES.caption;

/** A line of text that ends with an ellipsis where its room ends; the whole text is its title. */
export function Label({
  x,
  y,
  width,
  kind = "line",
  anchor = "start",
  ink,
  weight,
  mono,
  children,
}: {
  x: number;
  y: number;
  /** Room in scene units. */
  width: number;
  kind?: TextRole;
  anchor?: "start" | "middle" | "end";
  ink?: string;
  weight?: number;
  mono?: boolean;
  children: string;
}) {
  const factor = useContext(TextFactor);
  const size = SIZES[kind] * factor;
  const heavy = weight ?? (kind === "name" || kind === "title" ? 600 : 400);
  const shown = clipText(children, width, size, heavy);
  return (
    <text
      x={x}
      y={y}
      textAnchor={anchor}
      className={`${styles[kind]} ${mono ? "mono" : ""}`}
      style={{ fontSize: size, fontWeight: heavy, ...(ink ? { fill: `var(--${ink})` } : {}) }}
    >
      {shown}
      {shown !== children && <title>{children}</title>}
    </text>
  );
}

/** The ways of a scene, with a port at each end. Traffic colours them from outside React; a fault cuts them. */
export function Edges({ edges, ports = true }: { edges: readonly Edge[]; ports?: boolean }) {
  const node = useView((v) => v.node);
  const cut = useWorld((w) => cutEdges(w.tables, node));
  return (
    <g>
      {edges.map((edge) => (
        <g key={edge.id}>
          <path
            className={styles.edge}
            data-edge={edge.id}
            data-network={edge.network || undefined}
            data-cut={cut.includes(edge.id) || undefined}
            d={edge.path ?? roundedPath(edge.points)}
          />
          {cut.includes(edge.id) && <Cut edge={edge} />}
        </g>
      ))}
      {ports && <Ports edges={edges} />}
    </g>
  );
}

/** A gap of 6 px with two ruby end marks, across the longest leg of the way. */
function Cut({ edge }: { edge: Edge }) {
  let best: { x: number; y: number; length: number; across: boolean } | null = null;
  edge.points.forEach(([x1, y1], i) => {
    const next = edge.points[i + 1];
    if (!next) return;
    const length = Math.hypot(next[0] - x1, next[1] - y1);
    if (!best || length > best.length)
      best = { x: (x1 + next[0]) / 2, y: (y1 + next[1]) / 2, length, across: next[1] === y1 };
  });
  if (!best) return null;
  const { x, y, across } = best as { x: number; y: number; across: boolean };
  return (
    <g transform={`translate(${x} ${y}) rotate(${across ? 0 : 90})`}>
      <rect x={-3} y={-3} width={6} height={6} fill="var(--s0)" />
      <path d="M-4 -6v12M4 -6v12" stroke="var(--failed)" strokeWidth={2} />
    </g>
  );
}

/** Jewels at the ends of ways; `quiet` names ends without one, as `EDGE PART`. */
export function Ports({ edges, quiet }: { edges: readonly Edge[]; quiet?: ReadonlySet<string> }) {
  return (
    <g>
      {edges.flatMap((edge) =>
        ([edge.points[0], edge.points.at(-1)] as const).map((point, i) => {
          const end = `${edge.id} ${i ? edge.b : edge.a}`;
          if (!point || quiet?.has(end)) return null;
          return (
            <g key={end} className={styles.jewel} data-port={end}>
              <circle cx={point[0]} cy={point[1]} r={5} />
              <circle cx={point[0]} cy={point[1]} r={2.4} />
            </g>
          );
        }),
      )}
    </g>
  );
}

interface ComponentProps {
  /** Part as records name it: `node-1/pleg`, `apiserver`. */
  id: string;
  /** Shape at which edges end. */
  part: string;
  x: number;
  y: number;
  w: number;
  h: number;
  /** `bare`: it draws its own outline. */
  shape?: "plate" | "octagon" | "frame" | "drum" | "bare";
  label: string;
  /** The component does not run. */
  off?: boolean;
  children?: ReactNode;
}

/** A component of the machine: outline, load at its foot, selected by click or Enter. */
export function Component({ id, part, x, y, w, h, shape = "plate", label, off, children }: ComponentProps) {
  const selected = useView((v) => v.selection?.kind === "component" && v.selection.id === id);
  const load = useWorld((w0) => Math.round(indexOf(w0.trace).load(id, w0.now) * 10) / 10);
  return (
    <g
      className={styles.component}
      data-part={part}
      data-selected={selected || undefined}
      data-off={off || undefined}
      data-busy={load > 0.5 || undefined}
    >
      <Face label={label} pressed={selected} onChoose={() => select({ kind: "component", id })}>
        {shape === "octagon" && <path className={styles.outline} d={octagonPath(x, y, w, h)} />}
        {(shape === "plate" || shape === "frame") && (
          <rect className={styles.outline} x={x} y={y} width={w} height={h} rx={shape === "frame" ? 10 : 7} />
        )}
        {shape === "drum" && (
          <>
            <path className={styles.outline} d={`M${x} ${y + 5}v${h - 11}c0 8 ${w} 8 ${w} 0v${-(h - 11)}`} />
            <ellipse className={styles.outline} cx={x + w / 2} cy={y + 5} rx={w / 2} ry={5} />
          </>
        )}
        {shape === "bare" && <rect className={styles.bare} x={x} y={y} width={w} height={h} rx={6} />}
      </Face>
      {load > 0 && shape === "plate" && (
        <rect className={styles.load} x={x + 8} y={y + h - 4} width={(w - 16) * load} height={3} rx={1.5} />
      )}
      {children}
    </g>
  );
}

/**
 * The face of a thing: what is clicked, focused and named. Words lie beside it, over it, and let the pointer through,
 * so that a thing inside a thing has a face of its own.
 */
export function Face({
  label,
  pressed,
  quiet,
  onChoose,
  onOpen,
  children,
}: {
  label: string;
  pressed?: boolean;
  /** One of many: reached by pointer and by lists, not by Tab. */
  quiet?: boolean;
  onChoose: () => void;
  /** A double click, where it leads further in. */
  onOpen?: () => void;
  children: ReactNode;
}) {
  return (
    <g
      className={styles.face}
      role="button"
      tabIndex={quiet ? -1 : 0}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onChoose}
      onDoubleClick={onOpen}
      onContextMenu={(e) => {
        // Break the thing itself: it is selected, and the menu of faults opens for it.
        e.preventDefault();
        e.stopPropagation();
        onChoose();
        setView({ dialog: "break" });
      }}
      onKeyDown={(e) => {
        if (e.key !== "Enter" && e.key !== " ") return;
        e.preventDefault();
        e.stopPropagation();
        onChoose();
      }}
    >
      {children}
    </g>
  );
}

/** Where everything of a statechart stands: boxes, ways and labels in px. Composites are laid out from the inside out. */
import { ANY, type ChartEdge, type ChartState, type Graph } from "./graph.ts";
import { type Link, place } from "./place.ts";

/** `down`: layers from top to bottom, for a column; `right`: from left to right, where there is width. */
export type Flow = "down" | "right";

export interface DrawnState {
  readonly state: ChartState;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface DrawnEdge {
  readonly edge: ChartEdge;
  readonly path: string;
  /** Middle of the label. */
  readonly x: number;
  readonly y: number;
}

export interface Drawing {
  readonly states: readonly DrawnState[];
  readonly edges: readonly DrawnEdge[];
  /** Dots that say where a machine or a composite begins, and the way from there. */
  readonly starts: readonly { readonly x: number; readonly y: number; readonly path: string }[];
  readonly w: number;
  readonly h: number;
}

const CHAR = 6.7;
const LABEL_CHAR = 5.9;
const STATE_H = 28;
const LINE_H = 14;
const FRAME_HEAD = 24;
const FRAME_PAD = 12;
const START = 22;
const DIAL_ROOM = 18;
export const LABEL_LENGTH = 30;

export const labelText = ({ text, guard }: { readonly text: string; readonly guard: string }): string =>
  cut([text, guard && `[${guard}]`].filter(Boolean).join(" "));

const cut = (text: string): string =>
  text.length > LABEL_LENGTH ? `${text.slice(0, LABEL_LENGTH - 1)}…` : text;

function labelSize(edge: ChartEdge): { readonly w: number; readonly h: number } {
  const lines = edge.labels.map(labelText).filter(Boolean);
  if (lines.length === 0) return { w: 0, h: 0 };
  const dial = edge.labels.some((l) => l.kind === "delay") ? DIAL_ROOM : 0;
  return {
    w: Math.max(...lines.map((l) => l.length)) * LABEL_CHAR + 8 + dial,
    h: Math.max(dial, lines.length * LINE_H) + 2,
  };
}

interface Level {
  readonly states: readonly DrawnState[];
  readonly edges: readonly DrawnEdge[];
  readonly starts: Drawing["starts"];
  readonly w: number;
  readonly h: number;
}

export function draw(graph: Graph, flow: Flow): Drawing {
  const byId = new Map(graph.states.map((s) => [s.id, s]));
  /** The composites around a state, the outermost first, and the state itself. */
  const pathOf = (id: string): string[] => {
    const out: string[] = [];
    for (let at: string | null = id; at !== null; at = byId.get(at)?.parent ?? null) out.unshift(at);
    return out;
  };
  /** Each edge belongs to the level where its ends part; there it goes between these two. */
  const levelOf = (edge: ChartEdge): { parent: string | null; from: string; to: string } => {
    const a = edge.from === ANY ? [ANY] : pathOf(edge.from);
    const b = pathOf(edge.to);
    let i = 0;
    while (i < a.length - 1 && i < b.length - 1 && a[i] === b[i]) i++;
    return { parent: i === 0 ? null : a[i - 1]!, from: a[i]!, to: b[i]! };
  };
  const placedEdges = graph.edges.map((edge) => ({ edge, ...levelOf(edge) }));
  const any: ChartState | null = graph.edges.some((e) => e.from === ANY)
    ? { id: ANY, name: "", parent: null, final: false, initial: null }
    : null;

  const level = (parent: string | null, initial: string): Level => {
    const own = [
      ...(parent === null && any ? [any] : []),
      ...graph.states.filter((s) => s.parent === parent),
    ];
    const inner = new Map<string, Level>();
    const sizes = new Map<string, { readonly w: number; readonly h: number }>();
    for (const s of own) {
      if (s.initial !== null) {
        const below = level(s.id, s.initial);
        inner.set(s.id, below);
        sizes.set(s.id, {
          w: Math.max(below.w + 2 * FRAME_PAD, s.name.length * CHAR + 24),
          h: below.h + FRAME_HEAD + FRAME_PAD,
        });
      } else if (s.id === ANY) sizes.set(ANY, { w: 16, h: 16 });
      else sizes.set(s.id, { w: Math.max(48, s.name.length * CHAR + (s.final ? 36 : 20)), h: STATE_H });
    }
    const edges = placedEdges.filter((e) => e.parent === parent);
    const turned = flow === "right";
    const links: Link[] = edges.map(({ edge, from, to }) => {
      const { w, h } = labelSize(edge);
      return { from, to, across: turned ? h : w, along: turned ? w : h };
    });
    const first = pathOf(initial).find((id) => sizes.has(id)) ?? initial;
    const out = place(
      own.map((s) => {
        const { w, h } = sizes.get(s.id)!;
        return { id: s.id, across: turned ? h : w, along: turned ? w : h };
      }),
      links,
      first,
    );
    const xy = (across: number, along: number): [number, number] =>
      turned ? [along + START, across] : [across, along + START];
    const states: DrawnState[] = [];
    const boxes = new Map<string, DrawnState>();
    const innerEdges: DrawnEdge[] = [];
    const starts: { x: number; y: number; path: string }[] = [];
    for (const s of own) {
      const at = out.boxes.get(s.id)!;
      const [x, y] = xy(at.across, at.along);
      const box = { state: s, x, y, ...sizes.get(s.id)! };
      states.push(box);
      boxes.set(s.id, box);
      const below = inner.get(s.id);
      if (!below) continue;
      const dx = x - below.w / 2;
      const dy = y - box.h / 2 + FRAME_HEAD;
      for (const b of below.states) {
        const moved = { ...b, x: b.x + dx, y: b.y + dy };
        states.push(moved);
        boxes.set(b.state.id, moved);
      }
      for (const e of below.edges)
        innerEdges.push({ ...e, x: e.x + dx, y: e.y + dy, path: shifted(e.path, dx, dy) });
      for (const e of below.starts) starts.push({ x: e.x + dx, y: e.y + dy, path: shifted(e.path, dx, dy) });
    }
    const begin = boxes.get(first);
    if (begin) {
      const [x, y] = turned ? [begin.x - begin.w / 2 - 17, begin.y] : [begin.x, begin.y - begin.h / 2 - 17];
      const [x1, y1] = turned ? [begin.x - begin.w / 2, begin.y] : [begin.x, begin.y - begin.h / 2];
      starts.push({ x, y, path: `M${n(x)} ${n(y)}L${n(x1)} ${n(y1)}` });
    }
    const drawn = edges.map(({ edge }, i): DrawnEdge => {
      const link = out.links[i]!;
      const from = boxes.get(edge.from)!;
      const to = boxes.get(edge.to)!;
      const [x, y] = xy(...link.label);
      if (from === to) return { edge, x, y, path: loop(from, flow) };
      const between = link.points.slice(1, -1).map((p) => xy(...p));
      return { edge, x, y, path: way(from, to, between, flow) };
    });
    const [w, h] = turned ? [out.along + START, out.across] : [out.across, out.along + START];
    return { states, edges: [...drawn, ...innerEdges], starts, w, h };
  };
  return level(null, graph.initial);
}

const n = (value: number): string => value.toFixed(1);

function shifted(path: string, dx: number, dy: number): string {
  return path.replace(
    /(-?[\d.]+) (-?[\d.]+)/g,
    (_, x: string, y: string) => `${n(Number(x) + dx)} ${n(Number(y) + dy)}`,
  );
}

const loop = ({ x, y, w, h }: DrawnState, flow: Flow): string => {
  if (flow === "right") {
    const foot = y + h / 2;
    return `M${n(x - 14)} ${n(foot)}C${n(x - 20)} ${n(foot + 18)} ${n(x + 20)} ${n(foot + 18)} ${n(x + 14)} ${n(foot)}`;
  }
  const right = x + w / 2;
  return `M${n(right)} ${n(y - h / 4)}C${n(right + 22)} ${n(y - h / 2)} ${n(right + 22)} ${n(y + h / 2)} ${n(right)} ${n(y + h / 4)}`;
};

/** A smooth way from a box's edge through points to another box's edge. */
function way(from: DrawnState, to: DrawnState, between: readonly [number, number][], flow: Flow): string {
  const next = between[0] ?? [to.x, to.y];
  const last = between.at(-1) ?? [from.x, from.y];
  const points = [edgePoint(from, next, flow), ...between, edgePoint(to, last, flow)];
  let path = `M${n(points[0]![0])} ${n(points[0]![1])}`;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1]!;
    const [x1, y1] = points[i]!;
    if (flow === "down") {
      const my = (y0 + y1) / 2;
      path += `C${n(x0)} ${n(my)} ${n(x1)} ${n(my)} ${n(x1)} ${n(y1)}`;
    } else {
      const mx = (x0 + x1) / 2;
      path += `C${n(mx)} ${n(y0)} ${n(mx)} ${n(y1)} ${n(x1)} ${n(y1)}`;
    }
  }
  return path;
}

/** Where a way leaves a box: on the side that looks to the next point, drawn towards it. */
function edgePoint(box: DrawnState, [x, y]: readonly [number, number], flow: Flow): [number, number] {
  const clamp = (v: number, middle: number, extent: number): number =>
    Math.max(middle - extent / 2 + 9, Math.min(middle + extent / 2 - 9, v));
  return flow === "down"
    ? [clamp(x, box.x, box.w), box.y + (y > box.y ? box.h / 2 : -box.h / 2)]
    : [box.x + (x > box.x ? box.w / 2 : -box.w / 2), clamp(y, box.y, box.h)];
}

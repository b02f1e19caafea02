/** The page's tokens for a canvas: colours, fonts and fill patterns, read again when the theme changes. */
import { STATES, type State } from "../parts/states.ts";

const NAMES = [
  "s0",
  "s1",
  "s2",
  "sunk",
  "line",
  "line2",
  "edge",
  "t1",
  "t2",
  "t3",
  "accent",
  "accent-bg",
  "on-accent",
  "running-bar",
  "api",
  "status",
  "cri",
  "probe",
  ...STATES.flatMap((s) => [s, `${s}-ink`, `${s}-bg`] as const),
] as const;

type ColourName = (typeof NAMES)[number];

export interface Palette {
  readonly c: Readonly<Record<ColourName, string>>;
  readonly font: string;
  readonly mono: string;
  /** Fill patterns of states; the others are plain colours. */
  pattern(state: State, x: number, y: number): CanvasPattern | string;
}

const SIZE = 6;

/** How each pattern is scratched into its tile (as in the page's SVG patterns). */
const TILES: Partial<Record<State, (g: CanvasRenderingContext2D, mark: string, tint: string) => void>> = {
  creating(g, mark) {
    g.strokeStyle = mark;
    g.lineWidth = 1.7;
    for (const d of [-SIZE, 0, SIZE]) line(g, d - 1, SIZE + 1, d + SIZE + 1, -1);
  },
  waiting(g, mark) {
    g.strokeStyle = mark;
    g.lineWidth = 1.3;
    line(g, 1, 0, 1, SIZE);
  },
  terminating(g, mark) {
    g.strokeStyle = mark;
    g.lineWidth = 1.8;
    line(g, 0, 1.2, SIZE, 1.2);
    g.lineWidth = 0.9;
    line(g, 0, 4.2, SIZE, 4.2);
  },
  failed(g, mark) {
    g.strokeStyle = mark;
    g.lineWidth = 0.9;
    line(g, 0, 0, SIZE, SIZE);
    line(g, SIZE, 0, 0, SIZE);
  },
  unknown(g, mark) {
    g.fillStyle = mark;
    g.beginPath();
    g.arc(2, 2, 0.9, 0, 7);
    g.fill();
  },
};

function line(g: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

/** Reads the tokens in force. `ratio`: device pixels a CSS pixel. */
export function readPalette(context: CanvasRenderingContext2D, ratio: number): Palette {
  const style = getComputedStyle(document.documentElement);
  const c = Object.fromEntries(
    NAMES.map((n) => [n, style.getPropertyValue(`--${n}`).trim() || "gray"]),
  ) as Record<ColourName, string>;
  const patterns = new Map<State, CanvasPattern | null>();
  const tile = (state: State): CanvasPattern | null => {
    const draw = TILES[state];
    if (!draw) return null;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(SIZE * ratio);
    const g = canvas.getContext("2d");
    if (!g) return null;
    g.scale(canvas.width / SIZE, canvas.height / SIZE);
    g.fillStyle = c[`${state}-bg`];
    g.fillRect(0, 0, SIZE, SIZE);
    draw(g, c[state], c[`${state}-bg`]);
    return context.createPattern(canvas, "repeat");
  };
  return {
    c,
    font: style.getPropertyValue("--font").trim(),
    mono: style.getPropertyValue("--mono").trim(),
    pattern(state, x, y) {
      if (!patterns.has(state)) patterns.set(state, tile(state));
      const pattern = patterns.get(state);
      if (!pattern) return state === "running" || state === "ready" ? c["running-bar"] : c[`${state}-bg`];
      // The scratches belong to the bar: they move with it.
      pattern.setTransform(new DOMMatrix().translate(x, y).scale(SIZE / Math.round(SIZE * ratio)));
      return pattern;
    },
  };
}

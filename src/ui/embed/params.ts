/** What the address of the embed asks for. Everything in it may be absent, misspelt or hostile. Pure. */
const PANELS = ["text", "diagram", "inspector", "timeline", "events", "console"] as const;
export type EmbedPanel = (typeof PANELS)[number];

export interface EmbedParams {
  readonly lesson: string | null;
  /** In the order of PANELS, at least one. */
  readonly panels: readonly EmbedPanel[];
  readonly play: boolean;
  /** Who may read the messages: an origin, anybody (`*`, where none was named), or nobody (what was named is none). */
  readonly target: string | null;
}

export function readParams(params: URLSearchParams): EmbedParams {
  const named = (params.get("panels") ?? "").split(/[\s,]+/);
  const panels = PANELS.filter((p) => named.includes(p));
  return {
    lesson: params.get("lesson") || null,
    panels: panels.length > 0 ? panels : ["diagram"],
    play: ["1", "true", "yes"].includes(params.get("play") ?? ""),
    target: targetOf(params.get("origin")),
  };
}

/** A host that names its origin gets the messages alone; one that names nonsense gets none rather than all. */
function targetOf(origin: string | null): string | null {
  if (origin === null) return "*";
  try {
    const { protocol, origin: own } = new URL(origin);
    return protocol === "https:" || protocol === "http:" ? own : null;
  } catch {
    return null;
  }
}

/** Height at which the panels have the room they are drawn for, in px; it follows from the width alone. */
export function naturalHeight(panels: readonly EmbedPanel[], width: number, narrow: boolean): number {
  const bar = narrow ? 60 : 48;
  if (narrow) return bar + (panels.length > 1 ? 44 : 0) + (panels.includes("text") ? 480 : 330);
  const upper = panels.some((p) => p === "text" || p === "diagram" || p === "inspector");
  const stage = Math.round(Math.min(620, Math.max(330, width * 0.5)));
  const beside = panels.includes("text") ? Math.max(480, stage) : stage;
  const lower = panels.some((p) => p === "timeline" || p === "events" || p === "console") ? 196 : 0;
  return bar + (upper ? beside : 0) + lower;
}

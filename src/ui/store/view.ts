/** What the reader chose: selection, depth, panels, speed. Nothing here is known to the engine. */
import { create } from "zustand";
import type { Ms, Seq } from "../../sim/types.ts";
import { load, save } from "./keep.ts";

/** One thing is selected, everywhere. `id` is as in the trace: `pod/NS/NAME`, `node/NAME`; a component id; a record. */
export type Selection =
  | { readonly kind: "object"; readonly id: string }
  | { readonly kind: "component"; readonly id: string }
  | { readonly kind: "record"; readonly seq: Seq };

export type Depth = "cluster" | "node" | "kubelet";
export type RightTab = "inspector" | "statechart" | "yaml" | "node";
export type DockTab = "timeline" | "events" | "console" | "metrics";
export type PhoneTab = "lesson" | "diagram" | "timeline" | "why";
export type Detail = "short" | "normal" | "full";
export type PanelId = "left" | "right" | "dock";

/** Sizes of the panels in px; `narrator` is what the left column leaves under the editor. */
export interface Sizes {
  readonly left: number;
  readonly right: number;
  readonly dock: number;
  readonly narrator: number;
  /** What the right column leaves to Why under the inspector. */
  readonly why: number;
}

/** Sandbox and lesson keep their own shape. */
export type Mode = "sandbox" | "lesson";

export interface View {
  readonly selection: Selection | null;
  /** Record under the pointer: lit in every panel. */
  readonly hover: Seq | null;
  readonly depth: Depth;
  /** Node whose inside is in view. */
  readonly node: string;
  readonly playing: boolean;
  /** Counts the runs of this page: another number starts the scenario anew. */
  readonly run: number;
  /** Virtual seconds a second. */
  readonly speed: number;
  /** Factor by which time is slowed so that messages can be seen; 1: not. */
  readonly slowed: number;
  /** Whether time may be slowed while messages travel. */
  readonly slowing: boolean;
  /** Span of time on the timeline; null follows the run. */
  readonly span: readonly [Ms, Ms] | null;
  readonly detail: Detail;
  readonly rightTab: RightTab;
  readonly dockTab: DockTab;
  readonly phoneTab: PhoneTab;
  readonly hidden: Readonly<Record<PanelId, boolean>>;
  readonly maximized: PanelId | "stage" | null;
  readonly sizes: Readonly<Partial<Record<Mode, Partial<Sizes>>>>;
  readonly drawer: "left" | "right" | null;
  readonly dialog: "palette" | "shortcuts" | "share" | "until" | "fault" | "break" | null;
}

const kept = load<Partial<Pick<View, "sizes" | "hidden" | "detail" | "speed">>>("layout", {});

export const useView = create<View>(() => ({
  selection: null,
  hover: null,
  depth: "kubelet",
  node: "node-1",
  playing: true,
  run: 1,
  slowed: 1,
  slowing: true,
  span: null,
  rightTab: "inspector",
  dockTab: "timeline",
  phoneTab: "diagram",
  maximized: null,
  drawer: null,
  dialog: null,
  sizes: kept.sizes ?? {},
  hidden: kept.hidden ?? { left: false, right: false, dock: false },
  detail: kept.detail ?? "normal",
  speed: kept.speed ?? 1,
}));

/** Sets view state; what belongs to the workbench's shape outlives the visit. */
export function setView(part: Partial<View>): void {
  useView.setState(part);
  if ("sizes" in part || "hidden" in part || "detail" in part || "speed" in part) {
    const { sizes, hidden, detail, speed } = useView.getState();
    save("layout", { sizes, hidden, detail, speed });
  }
}

export const select = (selection: Selection | null): void => setView({ selection });

export function togglePanel(panel: PanelId): void {
  const { hidden, maximized } = useView.getState();
  setView({
    hidden: { ...hidden, [panel]: !hidden[panel] },
    maximized: maximized === panel ? null : maximized,
  });
}

/** Keeps a size of one panel in one mode. */
export function setSize(mode: Mode, panel: keyof Sizes, px: number): void {
  const { sizes } = useView.getState();
  setView({ sizes: { ...sizes, [mode]: { ...sizes[mode], [panel]: Math.round(px) } } });
}

/**
 * The panels of the workbench: one line each. A panel is a folder of `src/ui` whose `index.tsx` exports
 * its component as default; it loads when it is first shown, and takes everything from the stores.
 */
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Key } from "../i18n.tsx";
import type { DockTab, RightTab } from "../store/view.ts";

export interface PanelSpec<Id extends string> {
  readonly id: Id;
  readonly label: Key;
  readonly component: LazyExoticComponent<ComponentType>;
}

export const EditorPanel = lazy(() => import("../editor/index.tsx"));
export const LessonPanel = lazy(() => import("../lesson/index.tsx"));
export const NarratorPanel = lazy(() => import("../narrator/index.tsx"));
export const DiagramPanel = lazy(() => import("../diagram/index.tsx"));
export const WhyPanel = lazy(() => import("../why/index.tsx"));
export const TimelinePanel = lazy(() => import("../timeline/index.tsx"));

export const InspectorPanel = lazy(() => import("../inspector/index.tsx"));

/** Tabs of the right column; Why stands under whichever is in view. */
export const RIGHT_PANELS: readonly PanelSpec<RightTab>[] = [
  {
    id: "inspector",
    label: "ui.panel.inspector",
    component: InspectorPanel,
  },
  {
    id: "statechart",
    label: "ui.panel.statechart",
    component: lazy(() => import("../statechart/index.tsx")),
  },
  { id: "yaml", label: "ui.panel.yaml", component: lazy(() => import("../yaml/index.tsx")) },
];

/** Tabs of the dock. */
export const DOCK_PANELS: readonly PanelSpec<DockTab>[] = [
  { id: "timeline", label: "ui.panel.timeline", component: TimelinePanel },
  { id: "events", label: "ui.panel.events", component: lazy(() => import("../events/index.tsx")) },
  { id: "console", label: "ui.panel.console", component: lazy(() => import("../console/index.tsx")) },
];

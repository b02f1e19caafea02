/**
 * One registry of hotkeys: the sheet under `?`, tooltips and menus read it, and one listener serves it. Letters are
 * taken by their place on the keyboard too, so that they work under a Russian or Korean layout.
 */
import { useEffect, useRef } from "react";

export type HotkeyGroup = "time" | "view" | "work";

export interface Hotkey {
  /** `Ctrl+K`, `?`, `Space`, `ArrowRight`, `Shift+ArrowRight`. Ctrl stands for Cmd too. */
  readonly keys: string;
  readonly group: HotkeyGroup;
  /** Also while a text is being typed. */
  readonly always?: boolean;
}

export const HOTKEYS = {
  palette: { keys: "Ctrl+K", group: "work", always: true },
  shortcuts: { keys: "?", group: "work" },
  apply: { keys: "Ctrl+Enter", group: "work", always: true },
  break: { keys: "B", group: "work" },
  share: { keys: "S", group: "work" },
  theme: { keys: "T", group: "view" },
  play: { keys: "Space", group: "time" },
  forward: { keys: "ArrowRight", group: "time" },
  back: { keys: "ArrowLeft", group: "time" },
  iteration: { keys: "Shift+ArrowRight", group: "time" },
  event: { keys: "E", group: "time" },
  faster: { keys: "]", group: "time" },
  slower: { keys: "[", group: "time" },
  until: { keys: "U", group: "time" },
  mark: { keys: "D", group: "time" },
  depthCluster: { keys: "1", group: "view" },
  depthNode: { keys: "2", group: "view" },
  depthKubelet: { keys: "3", group: "view" },
  out: { keys: "Escape", group: "view" },
  left: { keys: "Alt+1", group: "view", always: true },
  dock: { keys: "Alt+2", group: "view", always: true },
  right: { keys: "Alt+3", group: "view", always: true },
  maximize: { keys: "M", group: "view" },
  why: { keys: "W", group: "work" },
} as const satisfies Record<string, Hotkey>;

export type HotkeyId = keyof typeof HOTKEYS;

const handlers = new Map<HotkeyId, (() => void)[]>();

/** While the component is mounted, the hotkey does this. The one mounted last wins. */
export function useHotkey(id: HotkeyId, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const handler = (): void => latest.current();
    handlers.set(id, [...(handlers.get(id) ?? []), handler]);
    return () => {
      handlers.set(
        id,
        (handlers.get(id) ?? []).filter((h) => h !== handler),
      );
    };
  }, [id]);
}

/** Hotkeys that do something now: the palette offers them. */
export const liveHotkeys = (): HotkeyId[] =>
  (Object.keys(HOTKEYS) as HotkeyId[]).filter((id) => (handlers.get(id)?.length ?? 0) > 0);

export const runHotkey = (id: HotkeyId): void => handlers.get(id)?.at(-1)?.();

interface Stroke {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Whether a stroke is that hotkey. */
export function matches(stroke: Stroke, keys: string): boolean {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const ctrl = stroke.ctrlKey || stroke.metaKey;
  if (ctrl !== parts.includes("Ctrl") || stroke.altKey !== parts.includes("Alt")) return false;
  if (key === "?") return stroke.key === "?" || (stroke.code === "Slash" && stroke.shiftKey);
  if (stroke.shiftKey !== parts.includes("Shift")) return false;
  if (key === "Space") return stroke.code === "Space";
  if (/^[A-Z]$/.test(key)) return stroke.code === `Key${key}` || stroke.key.toUpperCase() === key;
  if (/^[0-9]$/.test(key)) return stroke.code === `Digit${key}` || stroke.key === key;
  if (key === "[" || key === "]")
    return stroke.key === key || stroke.code === (key === "[" ? "BracketLeft" : "BracketRight");
  return stroke.key === key;
}

/** Places where every plain key is text. */
const TEXT =
  "textarea, select, [role=textbox], [role=menu], [role=listbox], [role=dialog], .monaco-editor, .xterm, input:not([type=range]):not([type=checkbox]):not([type=radio])";
/** Widgets that the arrow keys steer. */
const STEERED = "[role=slider], [role=tablist], [role=separator], [role=radiogroup], input";

function taken(target: EventTarget | null, stroke: Stroke): boolean {
  if (!(target instanceof Element)) return false;
  if ((target instanceof HTMLElement && target.isContentEditable) || target.closest(TEXT)) return true;
  return /^(Arrow|Page|Home|End)/.test(stroke.key) && target.closest(STEERED) !== null;
}

/** A focused button, box or radio keeps Space and Enter. */
const pressing = (target: EventTarget | null, stroke: Stroke): boolean =>
  target instanceof Element &&
  (stroke.code === "Space" || stroke.key === "Enter") &&
  target.closest("button, a, summary, label, input, [role=button], [role=radio], [role=checkbox]") !== null;

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  for (const id of Object.keys(HOTKEYS) as HotkeyId[]) {
    const hotkey: Hotkey = HOTKEYS[id];
    if (!matches(event, hotkey.keys)) continue;
    if (!hotkey.always && (taken(event.target, event) || pressing(event.target, event))) return;
    const handler = handlers.get(id)?.at(-1);
    if (!handler) return;
    event.preventDefault();
    handler();
    return;
  }
}

/** Listens to the keyboard; returns the way to stop. */
export function startHotkeys(): () => void {
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}

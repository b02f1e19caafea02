import { useHotkey } from "../app/hotkeys.ts";
import { shiftSpeed, stepBack, stepForward, togglePlay } from "../store/playback.ts";
import { setView } from "../store/view.ts";

/** Arrow keys step both ways, Space plays, brackets change the speed. */
export function useTimeKeys(): void {
  useHotkey("play", togglePlay);
  useHotkey("forward", () => void stepForward("record"));
  useHotkey("back", () => void stepBack());
  useHotkey("iteration", () => void stepForward("iteration"));
  useHotkey("event", () => void stepForward("event"));
  useHotkey("faster", () => shiftSpeed(1));
  useHotkey("slower", () => shiftSpeed(-1));
  useHotkey("until", () => setView({ dialog: "until" }));
}

import { useEffect, useRef } from "react";
import { type Command, commandOf } from "./talk.ts";

const TEXT = "input, select, textarea, [role=menu], [role=dialog], [role=listbox], [role=radiogroup]";
const PRESSED = "button, a, summary, [role=button]";

/** The keys of a talk, in whichever of its windows they are pressed. */
export function useKeys(run: (command: Command) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      const focus = target?.closest(TEXT) ? "text" : target?.closest(PRESSED) ? "button" : "none";
      const command = commandOf(event, focus);
      const paging = event.key === "PageDown" || event.key === "PageUp";
      if (command === undefined && !paging) return;
      // A page key never scrolls away what is on the slide, held down or not.
      event.preventDefault();
      event.stopImmediatePropagation();
      if (command !== undefined) latest.current(command);
    };
    addEventListener("keydown", onKey, true);
    return () => removeEventListener("keydown", onKey, true);
  }, []);
}

/** The run behind a talk: each moment begins at its own time, exactly, and plays on to the next. */
import { useEffect, useRef } from "react";
import type { Moment } from "../../lessons/format.ts";
import { LetGo } from "../../worker/client.ts";
import { actions } from "../store/engine.ts";
import { pause, play, runUntil } from "../store/playback.ts";
import { select, useView } from "../store/view.ts";
import { useWorld, world } from "../store/world.ts";
import { useLead } from "./lead.ts";

/** Plays to the time at which the next moment begins; beyond it only where there is none. */
function playOn(end: number | undefined): void {
  if (end === undefined) play();
  else if (world.getState().now < end) runUntil(() => world.getState().now >= end, end);
}

export function useDrive(moments: readonly Moment[]): { readonly toggle: () => void } {
  const ready = useWorld((w) => w.phase === "ready");
  const at = useLead((l) => l.talk.at);
  const frozen = useLead((l) => l.talk.frozen);
  const moment = moments[at];
  const end = moments[at + 1]?.at;
  /** Whether the run goes on once the picture is let go. */
  const due = useRef(false);

  useEffect(() => {
    if (!ready || !moment) return;
    let gone = false;
    due.current = false;
    pause();
    select(null);
    // Not by setView: the speed of a talk is not the one that is kept.
    useView.setState({ depth: moment.camera, speed: moment.play ?? 1 });
    actions
      .seek(moment.at)
      .then(() => {
        // A later step has been asked for: the run waits for its moment.
        if (gone || moment.play === undefined) return;
        if (useLead.getState().talk.frozen) due.current = true;
        else playOn(end);
      })
      .catch((error: unknown) => {
        if (!(error instanceof LetGo)) console.error(error);
      });
    return () => {
      gone = true;
    };
  }, [ready, moment, end]);

  const was = useRef(frozen);
  useEffect(() => {
    if (was.current === frozen) return;
    was.current = frozen;
    if (frozen) {
      due.current ||= useView.getState().playing;
      pause();
    } else if (due.current) {
      due.current = false;
      playOn(end);
    }
  }, [frozen, end]);

  return {
    toggle: () => {
      if (useView.getState().playing) pause();
      else if (end !== undefined && world.getState().now < end) playOn(end);
      else play();
    },
  };
}

/** “Show me”: a step done for the learner, at a pace one can follow; the steps before it too, if they are still open. */
import type { LessonStep } from "../../lessons/format.ts";
import { actions } from "../store/engine.ts";
import { play } from "../store/playback.ts";
import { useView } from "../store/view.ts";
import { world } from "../store/world.ts";
import { goalSteps, useLesson } from "./lesson-store.ts";
import { leapUntil, playUntil } from "./pace.ts";
import { backToOwnRun } from "./stage-run.ts";

const SPEED = 5;

const isMet = (id: string): boolean => {
  const step = world.getState().steps.find((s) => s.id === id);
  return step !== undefined && step.metAt !== null;
};

/** Gives a step's inputs from this moment on and lets the run go until its goals are met. */
export async function showStep(step: LessonStep): Promise<void> {
  if (useLesson.getState().showing !== null) return;
  useLesson.setState({ showing: step.id });
  try {
    await backToOwnRun();
    const goesOn = useView.getState().playing;
    if (step.showMe.length > 0) await actions.later(step.showMe);
    const limit = world.getState().now + step.within;
    const met = await playUntil(() => isMet(step.id), { limit, speed: SPEED, hurrying: true });
    if (met && goesOn) play();
  } finally {
    useLesson.setState({ showing: null });
  }
}

/** Does the steps before this one, as far as they are open, without lingering. */
export async function catchUp(id: string): Promise<void> {
  const { folder, showing } = useLesson.getState();
  if (!folder || showing !== null) return;
  useLesson.setState({ showing: id });
  const goesOn = useView.getState().playing;
  try {
    await backToOwnRun();
    for (const step of goalSteps(folder.lesson)) {
      if (step.id === id) break;
      if (isMet(step.id)) continue;
      if (step.showMe.length > 0) await actions.later(step.showMe);
      const limit = world.getState().now + step.within;
      if (!(await leapUntil(() => isMet(step.id), limit))) break;
    }
  } finally {
    useLesson.setState({ showing: null });
    if (goesOn) play();
  }
}

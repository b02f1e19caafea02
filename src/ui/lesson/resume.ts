/** The learner's run of a lesson, kept on this device: after a reload it is rebuilt from its inputs, to the same instant. */
import { readSharedRun, sumOf } from "../share/format.ts";
import { load, save } from "../store/keep.ts";
import { setView, useView } from "../store/view.ts";
import { world } from "../store/world.ts";
import { useLesson } from "./lesson-store.ts";

const keyOf = (id: string): string => `run.${id}`;
/** Longer runs, and runs with more to replay, begin anew. */
const LONGEST_MS = 3 * 3_600_000;
const LARGEST = 400_000;
/** Real ms between two looks at the clock of the run. */
const EVERY = 4000;

interface Kept {
  /** As a shared run, so that the same doubts are cast on it. */
  readonly run: unknown;
  readonly page: number;
  readonly playing: boolean;
}

/** Lesson whose run is to begin anew, whatever is kept. */
let anew: string | null = null;

/** A kept run that fits the lesson's scenario as it is now; null where there is none. */
export function keptRun(id: string, scenario: string) {
  const kept = anew === id ? null : load<Partial<Kept> | null>(keyOf(id), null);
  anew = null;
  if (!kept || typeof kept !== "object") return null;
  const read = readSharedRun(JSON.stringify(kept.run ?? null));
  if (!read.ok || read.value.scenario.sum !== sumOf(scenario)) return null;
  const { inputs, at } = read.value;
  const page = typeof kept.page === "number" && kept.page >= 0 ? Math.floor(kept.page) : 0;
  // Nothing was done yet: the beginning is as good.
  if (inputs.length === 0 && page === 0) return null;
  return { inputs, at, page, playing: kept.playing !== false };
}

/** Keeps the run as it goes on; returns the way to stop. */
export function keepRun(id: string, scenario: string): () => void {
  const sum = sumOf(scenario);
  let stopped = false;
  const keep = (): void => {
    const { phase, now, inputs, ahead } = world.getState();
    const { id: present, page, excursion, folder } = useLesson.getState();
    if (stopped || phase !== "ready" || present !== id || excursion || !folder || ahead.length > 0) return;
    if (now > LONGEST_MS) return;
    const { playing } = useView.getState();
    const run = { v: 1, scenario: { name: id, sum }, seed: 0, at: now, inputs };
    if (JSON.stringify(inputs).length > LARGEST) return;
    save(keyOf(id), { run, page, playing } satisfies Kept);
  };
  const timer = setInterval(keep, EVERY);
  const stops = [
    world.subscribe((after, before) => {
      if (after.inputs.length !== before.inputs.length) keep();
    }),
    useLesson.subscribe((after, before) => {
      if (after.page !== before.page) keep();
    }),
  ];
  addEventListener("pagehide", keep);
  return () => {
    keep();
    stopped = true;
    clearInterval(timer);
    for (const stop of stops) stop();
    removeEventListener("pagehide", keep);
  };
}

/** Begins the lesson's run anew; what was learned stays. */
export function startAgain(): void {
  anew = useLesson.getState().id;
  useLesson.setState({ excursion: null });
  setView({ run: useView.getState().run + 1 });
}

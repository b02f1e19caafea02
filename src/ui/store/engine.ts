/** The one simulation that all panels talk to, and what they ask of it. Its answers come through the world. */
import type { LessonStep } from "../../lessons/format.ts";
import type { Input, Ms } from "../../sim/index.ts";
import type { SimulationClient } from "../../worker/client.ts";
import type { RunSource, Share, StepKind, TextProblem } from "../../worker/protocol.ts";
import { MIRROR } from "./mirror.ts";
import { world } from "./world.ts";

/** What the UI needs of the worker's client. */
export type Engine = SimulationClient;

let current: Engine | null = null;
/** Requests in a row: a step never overtakes the advance before it. */
let queue: Promise<unknown> = Promise.resolve();

/** Makes an engine the one all panels talk to; the former one is let go. */
export function setEngine(engine: Engine | null): void {
  if (current && current !== engine) current.dispose();
  current = engine;
}

export const hasEngine = (): boolean => current !== null;

function ask<R>(request: (engine: Engine) => Promise<R>): Promise<R> {
  const answer = queue.then(() => {
    if (!current) throw new Error("the simulation has not started");
    return request(current);
  });
  queue = answer.catch(() => {});
  return answer;
}

/** How far a step looks for what it wants before it gives up. */
const STEP_LIMIT: Ms = 10 * 60_000;

export const actions = {
  /** Opens a scenario; the world begins anew unless its text has problems. */
  async open(source: RunSource): Promise<readonly TextProblem[]> {
    const problems = await ask((e) => e.open({ mirror: MIRROR, ...source }));
    return problems;
  },
  advance: (to: Ms, maxRecords?: number): Promise<boolean> => ask((e) => e.advance(to, maxRecords)),
  step: (kind: StepKind): Promise<boolean> => ask((e) => e.step(kind, world.getState().now + STEP_LIMIT)),
  seek: (time: Ms): Promise<void> => ask((e) => e.seek(Math.max(0, Math.round(time)))),
  input: (input: Input): Promise<void> => ask((e) => e.input(input)),
  apply: (manifest: string): Promise<void> => ask((e) => e.input({ type: "apply", manifest })),
  run: (line: string): Promise<void> => ask((e) => e.input({ type: "run", command: line })),
  /** From now on registries have an image of that name. */
  letImageExist: (image: string): Promise<void> => ask((e) => e.input({ type: "image", image })),
  fault: (fault: Input): Promise<void> => ask((e) => e.input({ type: "fault", fault })),
  clear: (fault: Readonly<Record<string, unknown>>): Promise<void> =>
    ask((e) => e.input({ type: "clear", clear: fault })),
  later: (entries: LessonStep["showMe"]): Promise<void> => ask((e) => e.later(entries)),
  check: (manifest: string): Promise<readonly TextProblem[]> => ask((e) => e.check(manifest)),
  share: (): Promise<Share> => ask((e) => e.share()),
};

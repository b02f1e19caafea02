/** Predictions: a question about the future, answered by running the engine on; the record that decided it is named. */
import { fieldFindings, parseObjectName } from "../scenario/checks.ts";
import { valueAt } from "../scenario/paths.ts";
import type { World } from "../scenario/world.ts";
import { hashDraw } from "../sim/index.ts";
import type { Ms, Seq } from "../sim/types.ts";
import type { Prediction } from "./format.ts";

export interface Truth {
  /** ms for `time`, the value for `state` and `count`, a component id for `component`; null: it does not happen. */
  readonly value: Ms | string | number | boolean | null;
  /** The record that decided it. */
  readonly record: Seq | null;
  readonly at: Ms;
}

/** Runs a world on until the question is answered. The world is used up: give it a branch. */
export function answerPrediction(prediction: Prediction, world: World): Truth {
  const { of, ask } = prediction;
  const { sim } = world;
  const last = (): Seq | null => (sim.trace.next > 1 ? sim.trace.next - 1 : null);
  if (ask === "time") {
    const from = sim.trace.next;
    let decided: Seq | null = null;
    const fits = (): boolean => {
      if (of.event) {
        const { object, reason } = of.event;
        const name = parseObjectName(object);
        const found = sim.trace
          .since(from)
          .find(
            (r) =>
              r.type === `event.${reason}` &&
              r.object.startsWith(`${name.kind}/${name.namespace}/${name.name}`),
          );
        if (found) decided = found.seq;
        return found !== undefined;
      }
      const object = world.lookup(parseObjectName(of.object ?? ""));
      return object !== undefined && fieldFindings(object, of.fields ?? {}).length === 0;
    };
    const reached = sim.run({ until: of.until, stopWhen: fits });
    return reached && !fits()
      ? { value: null, record: null, at: sim.now }
      : { value: sim.now, record: decided ?? last(), at: sim.now };
  }
  if (ask === "component") {
    const from = sim.trace.next;
    sim.run({ until: of.until, stopWhen: () => sim.trace.since(from).some((r) => r.type === of.record) });
    const found = sim.trace.since(from).find((r) => r.type === of.record);
    return { value: found?.from ?? null, record: found?.seq ?? null, at: found?.time ?? sim.now };
  }
  sim.run({ until: of.at ?? of.until });
  const object = world.lookup(parseObjectName(of.object ?? ""));
  const value = object ? valueAt(object, of.field ?? "") : undefined;
  const record = sim.trace
    .all()
    .findLast(
      (r) =>
        r.type === "status.patch" &&
        of.object !== undefined &&
        r.object.endsWith(`/${parseObjectName(of.object).name}`),
    );
  return { value: (value ?? null) as Truth["value"], record: record?.seq ?? last(), at: sim.now };
}

/** Whether an answer is right: times within the tolerance, everything else equal. */
export function judgePrediction(prediction: Prediction, truth: Truth, answer: Truth["value"]): boolean {
  if (prediction.ask === "time" && typeof truth.value === "number" && typeof answer === "number")
    return Math.abs(truth.value - answer) <= prediction.tolerance;
  return String(truth.value) === String(answer);
}

/** One variant of a prediction's numbers, drawn from a seed. */
export function drawVariant(prediction: Prediction, seed: number): Record<string, string | number> {
  const out: Record<string, string | number> = {};
  for (const [path, values] of Object.entries(prediction.vary ?? {})) {
    const value = values[Math.floor(hashDraw(seed, "variant", path, 0) * values.length)];
    if (value !== undefined) out[path] = value;
  }
  return out;
}

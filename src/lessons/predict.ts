/** Predictions: a question about the future, answered by running the engine on; the record that decided it is named. */
import { fieldFindings, parseObjectName } from "../scenario/checks.ts";
import { valueAt } from "../scenario/paths.ts";
import type { World } from "../scenario/world.ts";
import { hashDraw } from "../sim/index.ts";
import type { Ms, Seq, TraceRecord } from "../sim/types.ts";
import type { Prediction } from "./format.ts";

export interface Truth {
  /** ms for `time`, the value for `state` and `count`, a component id for `component`; null: it does not happen. */
  readonly value: Ms | string | number | boolean | null;
  /** The record that decided it. */
  readonly record: Seq | null;
  /** The moment asked about. */
  readonly at: Ms;
  /** That record itself, so that it can be told without the run. */
  readonly decided?: TraceRecord;
}

/** Runs a world on until the question is answered. The world is used up: give it a branch. */
export function answerPrediction(prediction: Prediction, world: World): Truth {
  switch (prediction.ask) {
    case "time":
      return answerTime(prediction, world);
    case "component":
      return answerComponent(prediction, world);
    default:
      return answerValue(prediction, world);
  }
}

const truth = (value: Truth["value"], decided: TraceRecord | undefined, at: Ms): Truth => ({
  value,
  record: decided?.seq ?? null,
  at,
  ...(decided ? { decided } : {}),
});

/** When something becomes so, or an event is recorded. */
function answerTime({ of }: Prediction, world: World): Truth {
  const { sim } = world;
  let lookedAt = sim.trace.next;
  let decided: TraceRecord | undefined;
  const wanted = of.event ? parseObjectName(of.event.object) : undefined;
  const fits = (): boolean => {
    const from = lookedAt;
    lookedAt = sim.trace.next;
    if (of.event && wanted) {
      const owner = `${wanted.kind}/${wanted.namespace}/${wanted.name}`;
      const type = `event.${of.event.reason}`;
      decided = sim.trace.since(from).find((r) => r.type === type && r.object.startsWith(owner));
      return decided !== undefined;
    }
    const object = world.lookup(parseObjectName(of.object ?? ""));
    if (!object || fieldFindings(object, of.fields ?? {}).length > 0) return false;
    decided = writerOf(world, of.object ?? "");
    return true;
  };
  const reached = sim.run({ until: of.until, stopWhen: fits });
  return reached && decided === undefined
    ? { value: null, record: null, at: sim.now }
    : truth(sim.now, decided, sim.now);
}

/** Who the first record of a type comes from. */
function answerComponent({ of }: Prediction, { sim }: World): Truth {
  let lookedAt = sim.trace.next;
  let found: TraceRecord | undefined;
  sim.run({
    until: of.until,
    stopWhen: () => {
      const from = lookedAt;
      lookedAt = sim.trace.next;
      found = sim.trace.since(from).find((r) => r.type === of.record);
      return found !== undefined;
    },
  });
  return truth(found?.from ?? null, found, found?.time ?? sim.now);
}

/** The value of a field at a moment, and the record with which it came to have it. */
function answerValue({ of }: Prediction, world: World): Truth {
  const { sim } = world;
  const name = parseObjectName(of.object ?? "");
  let object: unknown;
  let value: unknown;
  let decided: TraceRecord | undefined;
  const look = (): false => {
    const now = world.lookup(name);
    if (now === object) return false;
    object = now;
    const next = now ? valueAt(now, of.field ?? "") : undefined;
    if (decided && String(next) === String(value)) return false;
    value = next;
    decided = writerOf(world, of.object ?? "");
    return false;
  };
  sim.run({ until: of.at ?? of.until, stopWhen: look });
  look();
  return truth((value ?? null) as Truth["value"], decided ?? writerOf(world, of.object ?? ""), sim.now);
}

/** The latest record that wrote to an object: the write takes effect some milliseconds after it. */
function writerOf({ sim }: World, object: string): TraceRecord | undefined {
  const { name } = parseObjectName(object);
  const records = sim.trace.all();
  return (
    records.findLast((r) => WRITES.test(r.type) && r.object.endsWith(`/${name}`)) ??
    records.findLast((r) => r.type !== "reply")
  );
}

const WRITES = /^(?:status\.patch|api\.(?:create|update|patch|delete))$/;

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

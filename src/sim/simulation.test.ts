import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { assign, setup } from "xstate";
import { effect, MachineTable, Simulation } from "./index.ts";

/** A small world: tokens hop between places, each hop drawn; a machine with timers rings a bell. */
function world(seed: number, traceLimit?: number): Simulation {
  const sim = new Simulation({ seed, ...(traceLimit !== undefined ? { traceLimit } : {}) });
  const visits = sim.table<number>("visits");
  const bell = setup({
    types: {
      context: {} as { rings: number; wait: number },
      events: {} as { type: "RING" } | { type: "DONE" },
      input: {} as { wait: number },
    },
    actions: { ring: effect },
    delays: { wait: ({ context }) => context.wait },
  }).createMachine({
    context: ({ input }) => ({ rings: 0, wait: input.wait }),
    initial: "still",
    states: {
      still: { after: { wait: "ringing" }, on: { RING: "ringing" } },
      ringing: {
        entry: [assign({ rings: ({ context }) => context.rings + 1 }), "ring"],
        on: { DONE: "still" },
      },
    },
  });
  const bells = new MachineTable<{ rings: number; wait: number }>(sim, "bell", bell, {
    ring: ({ key, context, raise }) => {
      sim.record({ from: "bell", to: "ear", type: "ring", object: key, data: { rings: context.rings } });
      raise({ type: "DONE" });
      return { wait: 500 + Math.floor(sim.draw("wait", key) * 2000) };
    },
  });
  sim.component("place", (event, key) => {
    visits.update(key, (n) => (n ?? 0) + 1);
    const record = sim.lead({
      from: "place",
      to: "place",
      type: "visit",
      object: key,
      data: { hops: event["hops"] },
    });
    void record;
    if (event["hops"] > 0) {
      const next = `p${Math.floor(sim.draw("next", key) * 5)}`;
      sim.send(
        { to: "place", key: next },
        { type: "hop", hops: event["hops"] - 1 },
        { delayMs: 1 + Math.floor(sim.draw("delay", key) * 4000) },
      );
    }
  });
  sim.onInput((input) => {
    if (input.type === "hop")
      sim.send({ to: "place", key: `p${input["place"]}` }, { type: "hop", hops: input["hops"] });
    else bells.send(`b${input["place"]}`, { type: "RING" });
  });
  for (let i = 0; i < 3; i++) bells.start(`b${i}`, { wait: 1000 * (i + 1) });
  return sim;
}

interface Step {
  readonly wait: number;
  readonly type: "hop" | "ring";
  readonly place: number;
  readonly hops: number;
}

const steps = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 20_000 }),
    type: fc.constantFrom("hop" as const, "ring" as const),
    place: fc.integer({ min: 0, max: 2 }),
    hops: fc.integer({ min: 0, max: 12 }),
  }),
  { maxLength: 12 },
);

const END = 60_000;

function play(sim: Simulation, inputs: readonly Step[]): void {
  for (const { wait, ...input } of inputs) {
    sim.run({ until: Math.min(END, sim.now + wait) });
    sim.input(input);
  }
  sim.run({ until: END });
}

const traceOf = (sim: Simulation): string =>
  sim.trace
    .all()
    .map((r) => JSON.stringify(r))
    .join("\n");
const stateOf = (sim: Simulation): string =>
  JSON.stringify([...sim.tables()].map((t) => [t.name, [...t.entries()]]));

describe("the kernel", () => {
  test.prop([fc.integer(), steps])(
    "gives the same trace for the same inputs, byte for byte",
    (seed, inputs) => {
      const a = world(seed);
      const b = world(seed);
      play(a, inputs);
      play(b, inputs);
      expect(traceOf(b)).toBe(traceOf(a));
      expect(a.failure).toBeNull();
    },
  );

  test.prop([fc.integer(), steps])("replays an input log to the same trace and state", (seed, inputs) => {
    const first = world(seed);
    play(first, inputs);
    const again = world(seed);
    again.loadInputs(first.inputLog());
    again.run({ until: END });
    expect(traceOf(again)).toBe(traceOf(first));
    expect(stateOf(again)).toBe(stateOf(first));
  });

  test.prop([fc.integer(), steps, fc.integer({ min: 0, max: END })])(
    "is, restored at any keyframe and run on, the first run",
    (seed, inputs, back) => {
      const sim = world(seed);
      play(sim, inputs);
      const trace = traceOf(sim);
      const state = stateOf(sim);
      sim.seek(back);
      expect(sim.now).toBe(back);
      sim.run({ until: END });
      expect(traceOf(sim)).toBe(trace);
      expect(stateOf(sim)).toBe(state);
    },
  );

  test.prop([fc.integer(), steps, fc.integer({ min: 0, max: END })])(
    "shows, rewound to a time, what a fresh run shows at that time",
    (seed, inputs, back) => {
      const sim = world(seed);
      play(sim, inputs);
      sim.seek(back);
      const fresh = world(seed);
      fresh.loadInputs([...sim.inputLog(), ...sim.inputsAhead]);
      fresh.run({ until: back });
      expect(stateOf(sim)).toBe(stateOf(fresh));
      expect(traceOf(sim)).toBe(traceOf(fresh));
    },
  );

  test.prop([fc.integer(), steps])(
    "lets every cause point back, down to an input or the start",
    (seed, inputs) => {
      const sim = world(seed);
      play(sim, inputs);
      for (const record of sim.trace.all()) {
        if (record.cause !== null) expect(record.cause).toBeLessThan(record.seq);
        const root = sim.trace.chain(record.seq).at(-1);
        expect(root?.cause).toBeNull();
        expect(root?.type === "ring" || root?.type.startsWith("input.")).toBe(true);
      }
    },
  );

  it("drops the inputs that lay ahead once another one is given in the past", () => {
    const sim = world(7);
    play(sim, [
      { wait: 5000, type: "hop", place: 1, hops: 2 },
      { wait: 20_000, type: "hop", place: 2, hops: 2 },
    ]);
    sim.seek(10_000);
    expect(sim.inputsAhead).toHaveLength(1);
    sim.input({ type: "ring", place: 0 });
    expect(sim.inputsAhead).toHaveLength(0);
    expect(sim.inputLog().map((i) => i.input.type)).toEqual(["hop", "ring"]);
  });

  it("goes on with each object's own draws however many others there are", () => {
    const drawn = (others: number): number[] => {
      const sim = new Simulation({ seed: 5 });
      const out = [];
      for (let i = 0; i < 4; i++) {
        out.push(sim.draw("dice", "mine"));
        for (let k = 0; k < others; k++) sim.draw("dice", `other ${i} ${k}`);
        sim.run({ until: sim.now + 15_000 });
      }
      return out;
    };
    expect(drawn(1500)).toEqual(drawn(0));
    expect(new Set(drawn(0)).size).toBe(4);
  });

  it("puts the counts of draws back at a rewind", () => {
    const sim = new Simulation({ seed: 5 });
    const draw = (): number => sim.draw("dice", "mine");
    draw();
    for (let k = 0; k < 2000; k++) sim.draw("dice", `other ${k}`);
    sim.run({ until: 15_000 });
    const frame = sim.keyframe();
    const after = [draw(), draw()];
    for (let k = 0; k < 2000; k++) sim.draw("dice", `other ${k}`);
    sim.restore(frame);
    expect([draw(), draw()]).toEqual(after);
  });

  it("keeps the ancestors of what it still shows when the trace is bounded", () => {
    const sim = world(3, 50);
    for (let i = 0; i < 40; i++) {
      sim.input({ type: "hop", place: i % 3, hops: 12 });
      sim.run({ until: sim.now + 30_000 });
    }
    expect(sim.trace.all().length).toBeLessThan(400);
    for (const record of sim.trace.since(sim.trace.oldestWhole))
      expect(sim.trace.chain(record.seq).at(-1)?.cause).toBeNull();
  });

  it("stands still with a record when a handler throws", () => {
    const sim = new Simulation({ seed: 1 });
    sim.component("bad", () => {
      throw new Error("broken");
    });
    sim.send({ to: "bad" }, { type: "x" }, { delayMs: 10 });
    sim.run({ until: 100 });
    expect(sim.trace.all().at(-1)).toMatchObject({
      type: "engine.error",
      time: 10,
      data: { error: "broken" },
    });
    expect(sim.run({ until: 200 })).toBe(false);
  });

  it("ends a run of events that never leaves its instant", () => {
    const sim = new Simulation({ seed: 1 });
    sim.component("echo", (event) => sim.send({ to: "echo" }, event));
    sim.send({ to: "echo" }, { type: "x" });
    sim.run({ until: 1 });
    expect(sim.failure).not.toBeNull();
  });
});

/** What is measured, and what for. */
import { parseScenario } from "../../scenario/parse.ts";
import { createWorld, type World } from "../../scenario/world.ts";
import { type Measured, measure } from "./measure.ts";
import { busy, MINUTE, opened, WRITTEN } from "./worlds.ts";

/** By then 110 pods run. */
const CREATION = 30_000;

export interface Case {
  readonly name: string;
  readonly run: () => Measured;
  /** How often it is run for the lowest number. */
  readonly times: number;
  /** Measured as the first thing of a process too. */
  readonly cold?: true;
}

function running(pods: number, until: number): Measured {
  const world = opened(pods);
  return measure(world, () => void world.sim.run({ until }));
}

/** Pods that all run already. */
function steady(pods: number, span: number): Measured {
  const world = opened(pods);
  world.sim.run({ until: CREATION });
  return measure(world, () => void world.sim.run({ until: CREATION + span }));
}

function startUp(): Measured {
  const times = 20;
  const open = (): World => {
    const parsed = parseScenario(WRITTEN);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const world = createWorld(parsed.scenario);
    world.sim.run({ until: 0 });
    return world;
  };
  const repeat = (): void => {
    for (let i = 0; i < times; i++) open();
  };
  return measure(open(), repeat, times);
}

function rewinds(): Measured {
  const world = busy();
  const times = 8;
  const back = (): void => {
    // Nine seconds after a keyframe: about the most that is run again.
    for (let i = times; i >= 1; i--) world.sim.seek(i * MINUTE + 9_000);
  };
  return measure(world, back, times);
}

function keyframes(): Measured {
  const world = busy();
  const times = 200;
  const take = (): void => {
    for (let i = 0; i < times; i++) world.sim.keyframe();
  };
  return measure(world, take, times);
}

/** Which rows changed in each second, and their copies, as they are told to a screen. */
function changes(): Measured {
  const world = busy();
  const { sim } = world;
  sim.watchTables();
  const seconds = 60;
  const told: unknown[][] = [];
  for (let i = 0; i < seconds; i++) {
    sim.run({ until: sim.now + 1000 });
    const rows = [];
    for (const table of sim.tables())
      if (table.name.startsWith("api/") || table.name.startsWith("node-1/p"))
        for (const key of table.drain()) rows.push(table.get(key));
    told.push(rows);
  }
  const copy = (): void => {
    for (const rows of told) structuredClone(rows);
  };
  return measure(world, copy, seconds);
}

/** The measure of all others. */
export const BASE: Case = {
  name: "1 probed pod, 10 simulated minutes",
  run: () => running(1, 10 * MINUTE),
  times: 3,
  cold: true,
};

export const CASES: readonly Case[] = [
  BASE,
  { name: "10 probed pods, 10 simulated minutes", run: () => running(10, 10 * MINUTE), times: 3, cold: true },
  {
    name: "110 probed pods, 10 minutes with creation",
    run: () => running(110, 10 * MINUTE),
    times: 3,
    cold: true,
  },
  {
    name: "110 pods created at once, until all run",
    run: () => running(110, CREATION),
    times: 3,
    cold: true,
  },
  {
    name: "110 probed pods that run, 10 simulated minutes",
    run: () => steady(110, 10 * MINUTE),
    times: 3,
    cold: true,
  },
  { name: "no pods, 10 simulated minutes", run: () => running(0, 10 * MINUTE), times: 3 },
  { name: "a scenario opened: read, put together, 0 s", run: startUp, times: 3 },
  { name: "a rewind anywhere into ten minutes of 110 pods", run: rewinds, times: 1 },
  { name: "a keyframe of 110 pods", run: keyframes, times: 1 },
  { name: "rows changed in a second of 110 pods, copied", run: changes, times: 1 },
  { name: "10 probed pods, 24 simulated hours", run: () => running(10, 24 * 60 * MINUTE), times: 1 },
];

/**
 * One run: a cluster, its console, and what a scenario does to it. Inputs of a user, entries of a timeline and replayed
 * inputs all go the same way.
 */
import { kindInfo } from "../api/server/kinds.ts";
import type { ApiObject } from "../api/types.ts";
import { type Cluster, createCluster } from "../cluster/cluster.ts";
import { type Console, createConsole } from "../console/console.ts";
import { type Draws, type Input, Simulation } from "../sim/index.ts";
import type { Ms } from "../sim/types.ts";
import { type Finding, type ObjectName, outputFindings } from "./checks.ts";
import { createFaults, type Faults } from "./faults.ts";
import { ACTIONS, type Check, type Scenario, type TimelineEntry } from "./format.ts";
import { carryOut } from "./inputs.ts";
import { kindByName } from "./kinds.ts";

export interface WorldOptions {
  readonly traceLimit?: number;
  /** Replaces the scenario's own seed. */
  readonly seed?: number;
  /** Draws that are given instead of drawn. */
  readonly drawn?: Draws;
}

export interface HttpSeen {
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
}

export interface World {
  readonly scenario: Scenario;
  readonly sim: Simulation;
  readonly cluster: Cluster;
  readonly console: Console;
  readonly faults: Faults;
  /** An object as the store has it now; kinds by any of their names. */
  lookup(name: ObjectName): ApiObject | undefined;
  /** Does something on a branch of the run and comes back to this instant as if nothing had been done. */
  frozen<T>(action: () => T): T;
  /** Runs a check's command and compares its output. */
  commandFindings(check: Check, patienceMs: Ms): Finding[];
  /** A GET from another pod's place in the network. */
  httpAsPod(target: NonNullable<Check["http"]>, patienceMs: Ms): HttpSeen;
}

/** The input of a timeline entry: its action as type, without its time. */
export function inputOf(entry: TimelineEntry): Input {
  const action = ACTIONS.find((a) => entry[a] !== undefined) ?? "run";
  switch (action) {
    case "apply":
      return { type: "apply", manifest: entry.apply };
    case "run":
      return { type: "run", command: entry.run, ...(entry.on !== undefined ? { on: entry.on } : {}) };
    case "fault":
      return { type: "fault", fault: entry.fault };
    case "clear":
      return { type: "clear", clear: entry.clear };
    default:
      return { type: action, ...(entry[action] as Record<string, unknown>) };
  }
}

export function createWorld(scenario: Scenario, options: WorldOptions = {}): World {
  const { spec } = scenario;
  const sim = new Simulation({
    seed: options.seed ?? spec.seed,
    ...(options.traceLimit !== undefined ? { traceLimit: options.traceLimit } : {}),
    ...(options.drawn ? { drawn: options.drawn } : {}),
  });
  const cluster = createCluster(sim, spec);
  const console = createConsole(cluster);
  const faults = createFaults(cluster);
  const act = (input: Input): void => carryOut({ sim, cluster, console, faults }, input);

  sim.onInput(act);
  sim.component("scenario", (event) => {
    const entry = spec.timeline[event["index"] as number];
    if (!entry) return;
    const { type, ...data } = inputOf(entry);
    sim.lead({
      from: "user",
      to: "cluster",
      type: `input.${type}`,
      object: "",
      cause: null,
      data: { ...data, scripted: true },
    });
    act({ type, ...data });
  });
  spec.timeline.forEach((entry, index) => {
    sim.send({ to: "scenario" }, { type: "entry", index }, { delayMs: entry.at, cause: null });
  });

  const world: World = {
    scenario,
    sim,
    cluster,
    console,
    faults,
    lookup({ kind, namespace, name }) {
      const found = kindByName(kind);
      return found
        ? cluster.store.get(found, kindInfo(found)?.namespaced ? namespace : undefined, name)
        : undefined;
    },
    frozen(action) {
      const frame = sim.keyframe();
      try {
        return action();
      } finally {
        sim.restore(frame);
      }
    },
    commandFindings(check, patienceMs) {
      const id = console.start(check.run ?? "", check.on !== undefined ? { node: check.on } : {});
      sim.run({ until: sim.now + patienceMs, stopWhen: () => console.output(id).exit !== null });
      return outputFindings(check, console.output(id));
    },
    httpAsPod(target, patienceMs) {
      const seen = sim.cell<HttpSeen | null>("scenario/http", null);
      seen.set(null);
      cluster.httpAsPod(target, { to: "scenario-http", event: { type: "answer" } });
      sim.run({ until: sim.now + patienceMs, stopWhen: () => seen.get() !== null });
      return seen.get() ?? { error: "timeout" };
    },
  };
  sim.component("scenario-http", (event) => {
    const result = event["result"] as {
      ok: boolean;
      response?: { status: number; body: string };
      failure?: string;
    };
    sim
      .cell<HttpSeen | null>("scenario/http", null)
      .set(
        result.ok
          ? { status: result.response?.status ?? 0, body: result.response?.body ?? "" }
          : { error: result.failure ?? "failed" },
      );
  });
  return world;
}

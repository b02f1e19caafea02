/**
 * What the worker does with each request: opens worlds, advances them, and tells the screen what changed. It knows no
 * worker and no screen, so that it runs in tests as it is.
 */

import { parseScenario, type ScenarioProblem } from "../scenario/parse.ts";
import { createWorld, type World } from "../scenario/world.ts";
import type { TraceRecord } from "../sim/types.ts";
import { checkManifest } from "./check-manifest.ts";
import type {
  Answer,
  FromWorker,
  Numbered,
  Request,
  RowChange,
  RunSource,
  StepKind,
  TextProblem,
  Update,
} from "./protocol.ts";

/** A step looks at most so many records ahead at a time. */
const STEP_RECORDS = 1;

export interface Session {
  handle(request: Numbered<Request>): void;
}

interface Open {
  readonly world: World;
  readonly source: RunSource;
  /** Number of the next record to send. */
  sent: number;
}

const asTextProblem = (p: ScenarioProblem): TextProblem => ({
  line: p.line,
  column: p.column,
  code: p.code,
  args: p.args,
  severity: "error",
});

/** `post` gets updates and answers in order. */
export function createSession(post: (message: FromWorker) => void): Session {
  let open: Open | null = null;

  const current = (): Open => {
    if (!open) throw new Error("no run is open");
    return open;
  };

  const update = (reset: boolean): void => {
    const run = current();
    const { sim } = run.world;
    if (reset) run.sent = 1;
    const tables: [string, RowChange[]][] = [];
    for (const table of sim.tables()) {
      const keys = reset ? [...table.keys()] : table.drain();
      if (reset) table.drain();
      if (keys.length > 0)
        tables.push([
          table.name,
          keys.map((key): RowChange => (table.has(key) ? [key, table.get(key)] : [key])),
        ]);
    }
    const message: Update = {
      type: "update",
      reset,
      now: sim.now,
      from: run.sent,
      records: sim.trace.since(run.sent),
      tables,
      inputs: sim.inputLog(),
      ahead: sim.inputsAhead,
      nextDue: sim.nextDue() ?? null,
      failure:
        sim.failure === null
          ? null
          : sim.failure instanceof Error
            ? sim.failure.message
            : String(sim.failure),
    };
    run.sent = sim.trace.next;
    post(message);
  };

  const start = (source: RunSource): readonly TextProblem[] => {
    const parsed = parseScenario(source.scenario);
    if (!parsed.ok) return parsed.problems.map(asTextProblem);
    const world = createWorld(parsed.scenario, source.seed === undefined ? {} : { seed: source.seed });
    world.sim.watchTables();
    if (source.inputs) world.sim.loadInputs(source.inputs);
    world.sim.run({ until: source.at ?? 0 });
    open = { world, source, sent: 1 };
    update(true);
    return [];
  };

  /** Advances until a record fits, at most to `limit`. */
  const step = (kind: StepKind, limit: number): boolean => {
    const { sim } = current().world;
    const fits = (r: TraceRecord): boolean => {
      if (kind === "record") return true;
      if (kind === "iteration") return r.type.startsWith("syncloop.");
      if (kind === "event") return r.type.startsWith("event.");
      return r.type === kind.type || r.type.startsWith(`${kind.type}.`);
    };
    for (;;) {
      const next = sim.trace.next;
      const done = sim.run({ until: limit, maxRecords: STEP_RECORDS });
      if (sim.trace.since(next).some(fits)) return true;
      if (done || sim.failure !== null) return false;
    }
  };

  const carryOut = (request: Request, id: number): Answer => {
    const done = (reached: boolean): Answer => ({ type: "done", id, reached });
    switch (request.type) {
      case "open":
        return { type: "problems", id, problems: start(request.source) };
      case "advance": {
        const { sim } = current().world;
        const reached = sim.run({
          until: request.to,
          ...(request.maxRecords !== undefined ? { maxRecords: request.maxRecords } : {}),
        });
        update(false);
        return done(reached);
      }
      case "step": {
        const reached = step(request.kind, request.limit);
        update(false);
        return done(reached);
      }
      case "seek": {
        const { sim } = current().world;
        const back = request.time < sim.now;
        sim.seek(request.time);
        update(back);
        return done(true);
      }
      case "input":
        current().world.sim.input(request.input);
        update(false);
        return done(true);
      case "check":
        return { type: "problems", id, problems: checkManifest(request.manifest) };
      case "chain":
        return { type: "chain", id, records: current().world.sim.trace.chain(request.seq) };
      case "share": {
        const { world, source } = current();
        return {
          type: "share",
          id,
          share: {
            scenario: source.scenario,
            name: source.name,
            seed: world.sim.seed,
            inputs: world.sim.inputLog(),
            at: world.sim.now,
          },
        };
      }
    }
  };

  return {
    handle({ id, ...request }) {
      try {
        post(carryOut(request as Request, id));
      } catch (error) {
        post({ type: "failed", id, message: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}

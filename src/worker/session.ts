/**
 * What the worker does with each request: opens worlds, advances them, and tells the screen what changed. It knows no
 * worker and no screen, so that it runs in tests as it is.
 */

import { withValues } from "../lessons/vary.ts";
import { parseScenario, type ScenarioProblem } from "../scenario/parse.ts";
import { createWorld, inputOf, type World } from "../scenario/world.ts";
import type { Input } from "../sim/index.ts";
import type { Ms, TraceRecord } from "../sim/types.ts";
import { checkManifest } from "./check-manifest.ts";
import { type GoalWatch, gradeAnswer, watchSteps } from "./lessons.ts";
import { createMirror, type Mirror } from "./mirror.ts";
import type {
  Answer,
  FromWorker,
  Numbered,
  Request,
  RunSource,
  StepKind,
  StepState,
  TextProblem,
  Update,
} from "./protocol.ts";

/** A step looks at most so many records ahead at a time. */
const STEP_RECORDS = 1;
/** A screen keeps at least so many records; of a longer run it may have let go of the oldest. */
const KEPT_RECORDS = 60_000;

export interface Session {
  handle(request: Numbered<Request>): void;
}

interface Open {
  readonly world: World;
  readonly source: RunSource;
  readonly mirror: Mirror;
  /** Number of the next record to send. */
  sent: number;
  readonly goals: GoalWatch | null;
  /** Steps as they were sent last. */
  steps: readonly StepState[] | null;
  /** Inputs that are still to be given, in order. */
  planned: readonly { readonly at: Ms; readonly input: Input }[];
}

const asTextProblem = (p: ScenarioProblem): TextProblem => ({
  line: p.line,
  column: p.column,
  code: p.code,
  args: p.args,
  severity: "error",
});

/** Lets a run look at its goals after each event, without stopping for them. */
const glancing = (goals: GoalWatch | null): { readonly stopWhen?: () => boolean } =>
  goals
    ? {
        stopWhen: () => {
          goals.glance();
          return false;
        },
      }
    : {};

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
    run.goals?.look();
    const steps = run.goals?.states ?? null;
    if (reset) run.sent = 1;
    const tables = run.mirror.changes(reset);
    // Up to here a run that was rewound wrote the same records again: those behind are forgotten, none are told anew.
    if (sim.trace.next < run.sent) run.sent = run.sent > KEPT_RECORDS ? 1 : sim.trace.next;
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
      ...(steps && (reset || steps !== run.steps) ? { steps } : {}),
      failure:
        sim.failure === null
          ? null
          : sim.failure instanceof Error
            ? sim.failure.message
            : String(sim.failure),
    };
    run.sent = sim.trace.next;
    run.steps = steps;
    post(message);
  };

  const start = (source: RunSource): readonly TextProblem[] => {
    const parsed = parseScenario(source.scenario);
    if (!parsed.ok) return parsed.problems.map(asTextProblem);
    const scenario = source.values ? withValues(parsed.scenario, source.values) : parsed.scenario;
    const world = createWorld(scenario, source.seed === undefined ? {} : { seed: source.seed });
    const goals = source.lesson ? watchSteps(source.lesson, world) : null;
    const mirror = createMirror(world.sim, source.mirror);
    if (source.inputs) world.sim.loadInputs(source.inputs);
    world.sim.run({ until: source.at ?? 0, ...glancing(goals) });
    open = { world, source, mirror, sent: 1, goals, steps: null, planned: [] };
    update(true);
    return [];
  };

  /** Advances, and gives the planned inputs on the way. */
  const advance = (to: Ms, maxRecords?: number): boolean => {
    const run = current();
    const { sim } = run.world;
    for (;;) {
      const [next, ...rest] = run.planned;
      const due = next !== undefined && next.at <= to;
      const reached = sim.run({
        until: due ? Math.max(sim.now, next.at) : to,
        ...(maxRecords !== undefined ? { maxRecords } : {}),
        ...glancing(run.goals),
      });
      if (!reached || !due) return reached;
      run.planned = rest;
      sim.input(next.input);
    }
  };

  /** Advances until a record fits, at most to `limit`. */
  const step = (kind: StepKind, limit: number): boolean => {
    const { sim } = current().world;
    const { goals } = current();
    const fits = (r: TraceRecord): boolean => {
      if (kind === "record") return true;
      if (kind === "iteration") return r.type.startsWith("syncloop.");
      if (kind === "event") return r.type.startsWith("event.");
      return r.type === kind.type || r.type.startsWith(`${kind.type}.`);
    };
    for (;;) {
      const next = sim.trace.next;
      const done = sim.run({ until: limit, maxRecords: STEP_RECORDS, ...glancing(goals) });
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
        const reached = advance(request.to, request.maxRecords);
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
        if (back) current().planned = [];
        sim.seek(request.time);
        update(false);
        return done(true);
      }
      case "input":
        current().world.sim.input(request.input);
        update(false);
        return done(true);
      case "later": {
        const run = current();
        const { now } = run.world.sim;
        run.planned = request.entries.map((entry) => ({ at: now + entry.at, input: inputOf(entry) }));
        advance(now);
        update(false);
        return done(true);
      }
      case "grade": {
        const { lesson, files, question, answer } = request.request;
        return { type: "grade", id, grade: gradeAnswer({ lesson, files }, question, answer) };
      }
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

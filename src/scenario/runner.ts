/** Runs a scenario from 0 s to its end and asserts its checks, each at its own moment. */
import type { ApiObject } from "../api/types.ts";
import type { Ms } from "../sim/types.ts";
import {
  type CheckResult,
  checkEvent,
  checkObject,
  checkOrder,
  checkRecord,
  type Finding,
  fieldFindings,
  type ObjectName,
  parseObjectName,
} from "./checks.ts";
import type { Check, Scenario } from "./format.ts";
import { matches } from "./match.ts";
import { createWorld, type World } from "./world.ts";

/** Answers to commands and requests in a frozen instant are waited for at most this long. */
const PATIENCE_MS: Ms = 30_000;

export interface RunOptions {
  /** Virtual ms to run to; absent: the last time that the scenario names. */
  readonly until?: Ms;
  /** Records kept; a scenario's checks look back over all of them. */
  readonly traceLimit?: number;
  readonly seed?: number;
  /** What is done to the world before it begins. */
  readonly prepare?: (world: World) => void;
}

export interface ScenarioRun {
  readonly world: World;
  readonly results: readonly CheckResult[];
}

/** When a scenario ends by itself: its last `at` or `between`. */
export function scenarioEnd(scenario: Scenario): Ms {
  const times = [
    0,
    ...scenario.spec.timeline.map((e) => e.at),
    ...scenario.spec.expect.map((c) => Math.max(c.at ?? 0, c.between?.[1] ?? 0)),
  ];
  return Math.max(...times);
}

/** Runs a scenario and its checks. The engine's own errors fail every check that was still open. */
export function runScenario(scenario: Scenario, options: RunOptions = {}): ScenarioRun {
  const world = createWorld(scenario, {
    traceLimit: options.traceLimit ?? 5_000_000,
    ...(options.seed !== undefined ? { seed: options.seed } : {}),
  });
  options.prepare?.(world);
  const end = options.until ?? scenarioEnd(scenario);
  const results: (CheckResult | undefined)[] = scenario.spec.expect.map(() => undefined);
  const watched = watchWindows(world, scenario.spec.expect, results);

  const moments = [
    ...new Set(scenario.spec.expect.map(momentOf).filter((at): at is Ms => at !== undefined && at <= end)),
  ].sort((a, b) => a - b);
  const run = (until: Ms): boolean => {
    if (world.sim.failure === null) world.sim.run({ until, ...(watched ? { stopWhen: watched } : {}) });
    return world.sim.failure === null;
  };
  for (const at of moments) {
    // A check's branch of the run would take the failure back with it.
    if (!run(at)) break;
    scenario.spec.expect.forEach((check, i) => {
      if (momentOf(check) === at && !results[i]) results[i] = settle(at, evaluateAt(world, check));
    });
  }
  if (!run(end)) {
    const found = [
      {
        code: "engine" as const,
        subject: scenario.metadata.name,
        found: failureText(world),
        at: world.sim.now,
      },
    ];
    return { world, results: results.map((known) => known ?? settle(world.sim.now, found)) };
  }
  const records = world.sim.trace.all();
  scenario.spec.expect.forEach((check, i) => {
    if (results[i]) return;
    if (check.never || check.always) results[i] = settle(end, []);
    else if (check.event) results[i] = settle(end, checkEvent(check, records, end));
    else if (check.order) results[i] = settle(end, checkOrder(check, records, end));
    else if (check.record) results[i] = settle(end, checkRecord(check, records, end));
    else results[i] = settle(end, evaluateAt(world, check));
  });
  return { world, results: results as CheckResult[] };
}

/** What stopped the engine, in a line. */
function failureText({ sim }: World): string {
  return sim.failure instanceof Error ? sim.failure.message : String(sim.failure);
}

const settle = (at: Ms, found: readonly Finding[]): CheckResult => ({ ok: found.length === 0, at, found });

/** The instant at which a check is decided; undefined for those that look at the whole trace. */
function momentOf(check: Check): Ms | undefined {
  if (check.event || check.order || check.record || check.never || check.always) return undefined;
  return check.at;
}

function evaluateAt(world: World, check: Check): Finding[] {
  const asked = (subject: string, ask: () => Finding[]): Finding[] =>
    world.frozen(() => {
      const found = ask();
      return world.sim.failure === null
        ? found
        : [{ code: "engine", subject, found: failureText(world), at: world.sim.now }];
    });
  if (check.run !== undefined) return asked(check.run, () => world.commandFindings(check, PATIENCE_MS));
  if (check.http) return asked("http", () => httpFindings(world, check));
  return checkObject(check, world.lookup);
}

function httpFindings(world: World, check: Check): Finding[] {
  const result = world.httpAsPod(check.http as NonNullable<Check["http"]>, PATIENCE_MS);
  const subject = `http ${check.http?.pod ?? check.http?.service}:${check.http?.port}${check.http?.path ?? "/"}`;
  const out: Finding[] = [];
  if (check.status !== undefined && !matches(result.status ?? result.error, check.status)) {
    out.push({ code: "http", subject, wanted: check.status, found: result.status ?? result.error });
  }
  if (check.body !== undefined && !matches(result.body, check.body))
    out.push({ code: "http", subject: `${subject} body`, wanted: check.body, found: result.body });
  return out;
}

/** `never` and `always` are asserted at every change of their object inside the window. */
function watchWindows(
  world: World,
  checks: readonly Check[],
  results: (CheckResult | undefined)[],
): (() => boolean) | undefined {
  const open = checks.flatMap((check, i) => {
    const rule = check.never ?? check.always;
    if (!rule || !check.between) return [];
    return [
      {
        i,
        name: parseObjectName(rule.object),
        fields: rule.fields as Record<string, unknown>,
        never: Boolean(check.never),
        window: check.between,
        last: undefined as ApiObject | undefined,
        entered: false,
      },
    ];
  });
  if (open.length === 0) return undefined;
  return () => {
    const now = world.sim.now;
    for (const w of open) {
      if (results[w.i] || now < w.window[0] || now > w.window[1]) continue;
      const object = world.lookup(w.name as ObjectName);
      if (w.entered && object === w.last) continue;
      w.entered = true;
      w.last = object;
      if (!object) {
        if (!w.never)
          results[w.i] = settle(now, [
            { code: "missing-object", subject: checks[w.i]?.always?.object ?? "", at: now },
          ]);
        continue;
      }
      const differing = fieldFindings(object, w.fields);
      if (w.never ? differing.length === 0 : differing.length > 0) {
        results[w.i] = settle(
          now,
          w.never
            ? [{ code: "violated", subject: checks[w.i]?.never?.object ?? "", wanted: w.fields, at: now }]
            : differing.map((f) => ({ ...f, at: now })),
        );
      }
    }
    return false;
  };
}

/**
 * `npm run --silent scenario -- FILE... [--until 120s] [--json] [--trace FILE] [--show events,pods,log]`
 * runs scenario files without a screen: a line a check; exit 1 when one failed, 2 when a file cannot be read.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { durationMs } from "../api/duration.ts";
import { parseScenario } from "../scenario/parse.ts";
import { runScenario } from "../scenario/runner.ts";
import { showEvents, showLog, showPods } from "./show.ts";
import { describeCheck, describeFinding, describeProblem } from "./words.ts";

interface FileReport {
  readonly file: string;
  readonly checks: readonly {
    readonly check: string;
    readonly ok: boolean;
    readonly found: readonly string[];
  }[];
  readonly error?: string;
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      until: { type: "string" },
      json: { type: "boolean" },
      trace: { type: "string" },
      show: { type: "string" },
      seed: { type: "string" },
    },
  });
  const until = values.until === undefined ? undefined : durationMs(values.until);
  if (positionals.length === 0 || (values.until !== undefined && until === undefined)) {
    process.stderr.write(
      "usage: npm run --silent scenario -- FILE... [--until 120s] [--seed N] [--json] [--trace FILE] [--show events,pods,log]\n",
    );
    return 2;
  }
  const reports: FileReport[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of positionals) {
    let source: string;
    try {
      source = readFileSync(file, "utf8");
    } catch (error) {
      process.stderr.write(`${file}:1:1: ${error instanceof Error ? error.message : String(error)}\n`);
      return 2;
    }
    const parsed = parseScenario(source);
    if (!parsed.ok) {
      for (const p of parsed.problems)
        process.stderr.write(`${file}:${p.line}:${p.column}: ${describeProblem(p)}\n`);
      return 2;
    }
    const { world, results } = runScenario(parsed.scenario, {
      ...(until !== undefined ? { until } : {}),
      ...(values.seed !== undefined ? { seed: Number(values.seed) } : {}),
    });
    // A manifest that the server did not take is easily overlooked: nothing then happens.
    for (const r of world.sim.trace.all())
      if (r.type === "apply.refused")
        process.stderr.write(`${file}: at ${r.time / 1000}s: not applied: ${r.data["message"]}\n`);
    const checks = results.map((result, i) => ({
      check: describeCheck(parsed.scenario.spec.expect[i]!),
      ok: result.ok,
      found: result.found.map(describeFinding),
    }));
    const failure = world.sim.failure;
    const error =
      failure === null
        ? undefined
        : failure instanceof Error
          ? (failure.stack ?? failure.message)
          : String(failure);
    reports.push({ file, checks, ...(error !== undefined ? { error } : {}) });
    passed += checks.filter((c) => c.ok).length;
    failed += checks.filter((c) => !c.ok).length + (error === undefined ? 0 : 1);
    if (!values.json) {
      for (const c of checks) {
        process.stdout.write(
          `${c.ok ? "ok  " : "FAIL"} ${positionals.length > 1 ? `${file}: ` : ""}${c.check}\n`,
        );
        if (!c.ok) for (const line of c.found) process.stdout.write(`       ${line}\n`);
      }
      if (error !== undefined) process.stdout.write(`FAIL ${file}: the engine stopped: ${error}\n`);
      const shown = (values.show ?? "").split(",").filter(Boolean);
      if (shown.includes("pods")) process.stdout.write(showPods(world));
      if (shown.includes("events")) process.stdout.write(showEvents(world));
      if (shown.includes("log")) process.stdout.write(showLog(world));
    }
    if (values.trace)
      writeFileSync(
        values.trace,
        world.sim.trace
          .all()
          .map((r) => `${JSON.stringify(r)}\n`)
          .join(""),
      );
  }
  if (values.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = main();

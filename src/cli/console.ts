/**
 * `npm run --silent console -- [--scenario FILE] [--until T] [--node NAME] -c 'COMMAND'…` runs console commands in
 * virtual time, without a screen, one after the other, and prints what the console would print. Exits like the last.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { durationMs } from "../api/duration.ts";
import { parseScenario } from "../scenario/parse.ts";
import { scenarioEnd } from "../scenario/runner.ts";
import { createWorld } from "../scenario/world.ts";
import type { Ms } from "../sim/types.ts";
import { describeProblem } from "./words.ts";

const SANDBOX = join(import.meta.dirname, "../../lessons/scenarios/sandbox.yaml");
const USAGE =
  "usage: npm run --silent console -- [--scenario FILE] [--until 120s] [--node NAME] [--patience 600s] -c 'COMMAND' [-c 'COMMAND']...\n";

/** A command that has not ended by itself by then is interrupted, as with Ctrl-C. */
const PATIENCE_MS: Ms = 600_000;
const INTERRUPTED = 130;

interface Asked {
  readonly file: string;
  readonly until?: Ms;
  readonly patience: Ms;
  readonly node?: string;
  readonly commands: readonly string[];
}

function asked(): Asked | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        scenario: { type: "string" },
        until: { type: "string" },
        patience: { type: "string" },
        node: { type: "string" },
        command: { type: "string", short: "c", multiple: true },
      },
    });
    const until = values.until === undefined ? undefined : durationMs(values.until);
    const patience = values.patience === undefined ? PATIENCE_MS : durationMs(values.patience);
    const commands = values.command ?? [];
    if (
      commands.length === 0 ||
      positionals.length > 0 ||
      patience === undefined ||
      (values.until !== undefined && until === undefined)
    )
      return undefined;
    return {
      file: values.scenario ?? SANDBOX,
      patience,
      commands,
      ...(until !== undefined ? { until } : {}),
      ...(values.node !== undefined ? { node: values.node } : {}),
    };
  } catch {
    return undefined;
  }
}

function main(): number {
  const wanted = asked();
  if (!wanted) {
    process.stderr.write(USAGE);
    return 2;
  }
  let source: string;
  try {
    source = readFileSync(wanted.file, "utf8");
  } catch (error) {
    process.stderr.write(`${wanted.file}:1:1: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const parsed = parseScenario(source);
  if (!parsed.ok) {
    for (const p of parsed.problems)
      process.stderr.write(`${wanted.file}:${p.line}:${p.column}: ${describeProblem(p)}\n`);
    return 2;
  }
  const { sim, console } = createWorld(parsed.scenario);
  sim.run({ until: wanted.until ?? scenarioEnd(parsed.scenario) });

  let code = 0;
  for (const command of wanted.commands) {
    const session = "main";
    const id = console.start(command, {
      session,
      ...(wanted.node !== undefined ? { node: wanted.node } : {}),
    });
    const ended = (): boolean => console.output(id).exit !== null;
    sim.run({ until: sim.now + wanted.patience, stopWhen: ended });
    if (!ended()) {
      console.interrupt(session);
      sim.run({ until: sim.now + 5_000, stopWhen: ended });
    }
    const { chunks, exit } = console.output(id);
    for (const chunk of chunks) (chunk.fd === 1 ? process.stdout : process.stderr).write(chunk.text);
    code = exit ?? INTERRUPTED;
    if (sim.failure !== null) {
      process.stderr.write(
        `the engine stopped: ${sim.failure instanceof Error ? (sim.failure.stack ?? sim.failure.message) : String(sim.failure)}\n`,
      );
      return 1;
    }
  }
  return code;
}

process.exitCode = main();

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Everything that must hold, as one command. Parts run side by side where they do not disturb each other; their
 * output comes in order, each line under its part's name. The last line adds up all of them.
 *
 * `node scripts/test.mjs unit lint` runs only the parts named.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const reports = mkdtempSync(join(tmpdir(), "syncloop-test-"));
const minutes = 60_000;

const files = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && ending.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];

const scenarios = files("lessons/scenarios", /\.ya?ml$/);
const specs = files("e2e", /\.spec\.ts$/);
const recordings = files("src/cli/golden/recordings", /\.json$/);
const isPage = existsSync("index.html") && existsSync("src/ui/main.tsx");

/**
 * `needs` are files without which a part does not exist yet. `count` reads a report; without it the part is one
 * check that holds or not. `alone` parts start when all others have ended: browsers do not share two cores well.
 * A part `after` another is not run, and fails, if that one failed.
 */
const parts = [
  { name: "typecheck", run: ["tsc", "-p", "tsconfig.json"] },
  { name: "typecheck engine", run: ["tsc", "-p", "tsconfig.engine.json"] },
  { name: "lint", run: ["biome", "check", "."] },
  { name: "lint imports", run: ["node", "scripts/lint-imports.mjs"] },
  { name: "lint determinism", run: ["tsx", "scripts/lint-determinism.ts"] },
  { name: "i18n", run: ["tsx", "src/cli/i18n-check.ts"], needs: ["src/cli/i18n-check.ts"], count: lastLine },
  {
    name: "unit",
    run: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report("unit")}`],
    count: vitestReport,
  },
  {
    name: "conformance",
    run: [
      "tsx",
      "src/cli/conformance.ts",
      "src/cli/conformance/vectors",
      "--report",
      "public/fidelity/vectors.json",
    ],
    needs: ["src/cli/conformance.ts"],
    count: lastLine,
  },
  {
    name: "scenarios",
    run: ["tsx", "src/cli/scenario.ts", ...scenarios],
    needs: ["src/cli/scenario.ts", ...scenarios.slice(0, 1)],
    when: scenarios.length > 0,
    count: lastLine,
  },
  {
    name: "golden",
    run: [
      "tsx",
      "src/cli/golden.ts",
      "src/cli/golden/recordings",
      "--report",
      "public/fidelity/recordings.json",
    ],
    needs: ["src/cli/golden.ts"],
    when: recordings.length > 0,
    count: lastLine,
  },
  {
    // All fifty seeds of each: npm run --silent golden -- --seeds 50 src/cli/golden/recordings
    name: "golden seeds",
    run: ["tsx", "src/cli/golden.ts", "src/cli/golden/recordings", "--seeds", "50", "--budget", "300"],
    needs: ["src/cli/golden/seeds.ts"],
    when: recordings.length > 0,
    count: lastLine,
  },
  {
    name: "lessons",
    run: ["tsx", "src/cli/lessons-check.ts"],
    needs: ["src/cli/lessons-check.ts"],
    count: lastLine,
  },
  { name: "build", run: ["vite", "build", "--logLevel", "warn"], when: isPage },
  {
    name: "e2e",
    run: ["playwright", "test", "--reporter=list,json"],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report("e2e") },
    when: isPage && specs.length > 0,
    alone: true,
    limit: 25 * minutes,
    after: "build",
    count: playwrightReport,
  },
];

function report(name) {
  return join(reports, `${name}.json`);
}

/** The closing line of our own commands. */
function lastLine({ output }) {
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  const found = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last);
  return found && { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
}

function vitestReport() {
  const counts = readReport("unit");
  if (!counts) return undefined;
  // A file that cannot be loaded has no tests to fail.
  const unread = counts.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: counts.numPassedTests,
    failed: counts.numFailedTests + unread.length,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
}

function playwrightReport() {
  const stats = readReport("e2e")?.stats;
  return stats && { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

function readReport(name) {
  try {
    return JSON.parse(readFileSync(report(name), "utf8"));
  } catch {
    return undefined;
  }
}

const running = new Set();

/** Runs a part to its end; `say` gets its lines as they come. */
function runPart(part, say) {
  const [program, ...args] = part.run;
  const windows = process.platform === "win32";
  const began = Date.now();
  const child = spawn(program, args, {
    // A group of its own, so that a part that hangs ends with all it has started.
    detached: !windows,
    shell: windows,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...part.env,
      PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
    },
  });
  running.add(child);
  let output = "";
  let late = false;
  const limit = setTimeout(
    () => {
      late = true;
      stop(child);
    },
    part.limit ?? 10 * minutes,
  );
  const listen = (stream, keep) => {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk) => {
      if (keep) output += chunk;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) say(line);
    });
    stream.on("end", () => rest && say(rest));
  };
  listen(child.stdout, true);
  listen(child.stderr, false);
  return new Promise((resolve) => {
    const end = (code, problem) => {
      clearTimeout(limit);
      running.delete(child);
      if (late) problem = "ran too long and was stopped";
      const counted = part.count ? part.count({ output }) : { passed: 1, failed: 0, skipped: 0 };
      const counts = { passed: 0, failed: 0, skipped: 0, ...counted };
      // A part that ends badly without naming a failure has failed as a whole.
      if ((code !== 0 || !counted || late) && counts.failed === 0) {
        if (!part.count) counts.passed = 0;
        counts.failed = 1;
        problem ??= counted ? `ended with ${code}` : `ended with ${code} and no count`;
      }
      resolve({
        ...counts,
        problem: part.count || late ? problem : undefined,
        seconds: (Date.now() - began) / 1000,
      });
    };
    child.on("error", (error) => end(1, error.message));
    child.on("close", (code, signal) => end(code ?? signal));
  });
}

function stop(child) {
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function summary({ passed, failed, skipped, problem, seconds }) {
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`];
  return `${counts.filter(Boolean).join(", ")} in ${seconds.toFixed(1)} s${problem ? ` (${problem})` : ""}`;
}

/** Lets the first part that has not ended speak; the lines of later ones wait for their turn. */
function inOrder(names) {
  const waiting = names.map(() => []);
  const ended = names.map(() => false);
  let turn = 0;
  return {
    say(index, line) {
      const text = `${names[index]} | ${line}`;
      if (index === turn) console.log(text);
      else waiting[index].push(text);
    },
    end(index) {
      ended[index] = true;
      while (turn < names.length && ended[turn]) {
        turn++;
        for (const text of waiting[turn]?.splice(0) ?? []) console.log(text);
      }
    },
  };
}

async function main() {
  const wanted = process.argv.slice(2);
  const exists = ({ needs = [], when = true }) => when && needs.every((file) => existsSync(file));
  const isWanted = ({ name }) => wanted.length === 0 || wanted.some((each) => name.split(" ")[0] === each);
  const chosen = parts.filter((part) => exists(part) && isWanted(part));
  const voice = inOrder(chosen.map(({ name }) => name));
  const results = [];
  const queue = chosen.map((part, index) => ({ part, index }));
  const work = async (jobs) => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { part, index } = job;
      const before = chosen.findIndex(({ name }) => name === part.after);
      results[index] =
        before >= 0 && results[before].failed > 0
          ? { passed: 0, failed: 1, skipped: 0, seconds: 0, problem: `not run: ${part.after} failed` }
          : await runPart(part, (line) => voice.say(index, line));
      voice.say(index, summary(results[index]));
      voice.end(index);
    }
  };
  const together = queue.filter(({ part }) => !part.alone);
  const sideBySide = Math.max(1, Math.min(2, availableParallelism()));
  await Promise.all(Array.from({ length: sideBySide }, () => work(together)));
  await work(queue.filter(({ part }) => part.alone));

  const total = { passed: 0, failed: 0, skipped: 0 };
  console.log("");
  chosen.forEach(({ name }, index) => {
    console.log(`  ${name.padEnd(18)} ${summary(results[index])}`);
    for (const key of Object.keys(total)) total[key] += results[index][key];
  });
  console.log("");
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    for (const child of running) stop(child);
    process.exit(1);
  });
}
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));

await main();

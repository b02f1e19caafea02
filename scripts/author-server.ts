import { spawn } from "node:child_process";
import { resolve } from "node:path";
import type { ViteDevServer } from "vite";
import type { Library } from "../src/cli/lessons/library.ts";
import { told } from "../src/cli/lessons/told.ts";
import type { AuthorState, ToldOutcome } from "../src/lessons/authoring.ts";

/** An author types on: the engine looks when nothing was saved for this long. */
const QUIET_MS = 400;

interface Runs {
  readonly outcomes: readonly ToldOutcome[];
  readonly running: boolean;
}

const NONE: Runs = { outcomes: [], running: false };

/**
 * Tells pages that ask (`lessons:open` with an id) what is wrong with a lesson, and again whenever its files change:
 * what the files show at once, what the engine says when a process of its own has looked. The same checks and words
 * as those of `npm run lessons:check`.
 */
export function serveAuthor(
  server: ViteDevServer,
  root: string,
  library: () => Library,
): { changed(id: string): void } {
  const opened = new Set<string>();
  const runs = new Map<string, Runs>();
  const stops = new Map<string, () => void>();

  const state = (id: string): AuthorState => {
    const { outcomes, stale, shown } = library().get(id);
    const { outcomes: found, running } = runs.get(id) ?? NONE;
    return {
      id,
      folder: resolve(root, id),
      files: outcomes.map(told),
      runs: found,
      running,
      stale,
      lines: shown?.lines ?? {},
    };
  };
  const tell = (id: string): void => server.ws.send("lessons:state", state(id));

  function check(id: string): void {
    stops.get(id)?.();
    // Outcomes of before stay in view until the new ones are there.
    runs.set(id, { outcomes: runs.get(id)?.outcomes ?? [], running: true });
    const timer = setTimeout(() => {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", "src/cli/lessons-check.ts", id, "--json", "--runs", "--root", root],
        { cwd: resolve(import.meta.dirname, ".."), stdio: ["ignore", "pipe", "pipe"] },
      );
      let printed = "";
      let failed = "";
      child.stdout.on("data", (data) => {
        printed += data;
      });
      child.stderr.on("data", (data) => {
        failed += data;
      });
      stops.set(id, () => child.kill());
      child.on("close", (code, signal) => {
        if (signal) return;
        if (code === null || code > 1) server.config.logger.error(failed);
        const lines = printed.split("\n").filter((line) => line.startsWith("{"));
        runs.set(id, { outcomes: lines.map((line) => JSON.parse(line) as ToldOutcome), running: false });
        tell(id);
      });
    }, QUIET_MS);
    stops.set(id, () => clearTimeout(timer));
  }

  server.ws.on("lessons:open", ({ id }: { id: string }, client) => {
    if (!library().ids().includes(id)) return;
    if (!opened.has(id)) {
      opened.add(id);
      check(id);
    }
    client.send("lessons:state", state(id));
  });
  server.httpServer?.on("close", () => {
    for (const stop of stops.values()) stop();
  });
  return {
    changed(id) {
      if (opened.has(id)) check(id);
      tell(id);
    },
  };
}

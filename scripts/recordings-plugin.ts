import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { ghostEntry, ghostOf } from "../src/scenario/recordings/ghost.ts";
import type { Recording } from "../src/scenario/recordings/recording.ts";

/**
 * Gives the page the recordings of a real node in the form in which it shows them: `recordings/index.json`, and
 * `recordings/ID.json` each when it is wanted. They are made when asked for, so that none can be out of date.
 */
export function recordings(folder: string): Plugin {
  const files = (): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith(".json"))
          .sort()
      : [];
  const read = (file: string): Recording => JSON.parse(readFileSync(join(folder, file), "utf8")) as Recording;
  const isRecording = (value: Recording): boolean => Array.isArray(value.statuses);
  const list = (): string =>
    JSON.stringify({ recordings: files().map(read).filter(isRecording).map(ghostEntry) });
  return {
    name: "recordings",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "recordings/index.json", source: list() });
      for (const file of files()) {
        const recording = read(file);
        if (!isRecording(recording)) continue;
        this.emitFile({
          type: "asset",
          fileName: `recordings/${file}`,
          source: JSON.stringify(ghostOf(recording)),
        });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = /^\/recordings\/([\w.-]+\.json)(\?.*)?$/.exec(request.url ?? "")?.[1];
        if (!name || (name !== "index.json" && !files().includes(name))) return next();
        response.setHeader("Content-Type", "application/json");
        response.end(name === "index.json" ? list() : JSON.stringify(ghostOf(read(name))));
      });
    },
  };
}

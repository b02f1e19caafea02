import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findHostUse } from "./determinism.ts";

/** Reports host time, chance, timers and promises in the engine's rooms; exit 1 if there are any. */
const rooms = [
  "sim",
  "api",
  "node",
  "cri",
  "kubelet",
  "control-plane",
  "cluster",
  "console",
  "scenario",
  "lessons",
];

let files = 0;
let found = 0;
for (const room of rooms) {
  for (const file of sources(join("src", room))) {
    files++;
    for (const { line, column, message } of findHostUse(readFileSync(file, "utf8"), file)) {
      found++;
      console.log(`${file}:${line}:${column}: ${message}`);
    }
  }
}
console.log(`determinism: ${files} files, ${found} findings`);
if (found > 0) process.exitCode = 1;

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

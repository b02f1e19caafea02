/**
 * `npm run --silent bench -- [--json] [--only TEXT]`: what the engine costs, in seconds of one core and as ratios to one
 * pod's ten minutes. It is bundled first, as it is for a page: run from its sources each function that it makes would be
 * named as it is made, which the page does not do.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const directory = mkdtempSync(join(tmpdir(), "syncloop-bench-"));
try {
  await build({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL("bench/main.ts", import.meta.url)),
      target: "es2022",
      minify: true,
      outDir: directory,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: "main.mjs" } },
    },
  });
  const options = ["--expose-gc", join(directory, "main.mjs"), ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, options, { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

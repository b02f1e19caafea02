import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** A small tree of rooms with every wrong turn in it once, cruised with the rules the product is held to. */
const tree: Record<string, string> = {
  "src/sim/types.ts": "export type Ms = number;",
  "src/sim/heap.ts": 'import type { Pod } from "../api/pod.ts"; export const heap = (p: Pod) => p;',
  "src/sim/packages.ts": 'import { parse } from "yaml"; export { parse };',
  "src/api/pod.ts": 'import type { Ms } from "../sim/types.ts"; export interface Pod { at: Ms }',
  "src/cri/contract.ts": "export interface Runtime { start(): void }",
  "src/cri/runtime.ts":
    'import type { Runtime } from "./contract.ts"; export const runtime: Runtime | undefined = undefined;',
  "src/kubelet/machines.ts": "export const machines = [];",
  "src/kubelet/good.ts":
    'import type { Runtime } from "../cri/contract.ts"; import type { Pod } from "../api/pod.ts"; export const sync = (r: Runtime, p: Pod) => [r, p];',
  "src/kubelet/bad.ts": 'import { runtime } from "../cri/runtime.ts"; export const sync = () => runtime;',
  "src/kubelet/host.ts": 'import { readFileSync } from "node:fs"; export const read = readFileSync;',
  "src/kubelet/view.ts": 'import { useState } from "react"; export const use = useState;',
  "src/kubelet/real.test.ts": 'import { runtime } from "../cri/runtime.ts"; export const it = () => runtime;',
  "src/kubelet/upward.test.ts":
    'import { cluster } from "../cluster/cluster.ts"; export const it = () => cluster;',
  "src/cluster/cluster.ts": 'import { sync } from "../kubelet/good.ts"; export const cluster = sync;',
  "src/console/console.ts":
    'import type { Ms } from "../sim/types.ts"; import { cluster } from "../cluster/cluster.ts"; export const run = (t: Ms) => [t, cluster];',
  "src/worker/client.ts": "export const client = 1;",
  "src/worker/worker.ts": "export const worker = 1;",
  "src/i18n/index.ts": 'import type { Ms } from "../sim/types.ts"; export const t = (ms: Ms) => ms;',
  "src/ui/good.ts":
    'import { client } from "../worker/client.ts"; import { machines } from "../kubelet/machines.ts"; import type { Ms } from "../sim/types.ts"; export const app = (t: Ms) => [client, machines, t];',
  "src/ui/engine.ts": 'import { cluster } from "../cluster/cluster.ts"; export const app = cluster;',
  "src/ui/worker.ts": 'import { worker } from "../worker/worker.ts"; export const app = worker;',
  "src/ui/View.tsx":
    'import { cluster } from "../cluster/cluster.ts"; export const View = () => <p title="x">{String(cluster)}</p>;',
  "src/ui/nowhere.ts": 'import { gone } from "./gone.ts"; export const app = gone;',
  "src/cli/run.ts": 'import { app } from "../ui/good.ts"; export const run = app;',
};

const repository = resolve(import.meta.dirname, "..");
let folder = "";
let violations: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "syncloop-imports-"));
  for (const [file, text] of Object.entries(tree)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  }
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ dependencies: { react: "*", xstate: "*", yaml: "*" } }),
  );
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  const lint = join(repository, "scripts/lint-imports.mjs");
  const run = spawnSync(process.execPath, [lint, "--output-type", "json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  const { summary } = JSON.parse(run.stdout) as {
    summary: { violations: { from: string; rule: { name: string; severity: string } }[] };
  };
  violations = summary.violations
    .filter(({ rule }) => rule.severity === "error")
    .map(({ from, rule }) => `${from} ${rule.name}`)
    .sort();
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the rule who may import whom", () => {
  it("refuses each wrong turn, and nothing else", () => {
    expect(violations).toEqual([
      "src/cli/run.ts room-cli",
      "src/i18n/index.ts room-i18n",
      "src/kubelet/bad.ts room-kubelet",
      "src/kubelet/host.ts engine-host",
      "src/kubelet/upward.test.ts test-kubelet",
      "src/kubelet/view.ts engine-packages",
      "src/sim/heap.ts room-sim",
      "src/sim/packages.ts kernel-packages",
      "src/ui/View.tsx room-ui",
      "src/ui/engine.ts room-ui",
      "src/ui/nowhere.ts no-unknown",
      "src/ui/worker.ts room-ui",
    ]);
  });
});

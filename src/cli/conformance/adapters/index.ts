import type { Adapter } from "../adapter.ts";
import { adapters as api } from "./api.ts";
import { adapters as console } from "./console.ts";
import { adapters as eviction } from "./eviction.ts";
import { adapters as node } from "./node.ts";
import { adapters as printing } from "./printing.ts";
import { adapters as runtime } from "./runtime.ts";
import { adapters as status } from "./status.ts";
import { adapters as sync } from "./sync.ts";

const areas = { api, printing, status, runtime, sync, node, eviction, console };

/** Every suite this build implements. Two areas claiming one suite is a mistake, not an override. */
export const adapters: ReadonlyMap<string, Adapter> = merge();

function merge(): Map<string, Adapter> {
  const all = new Map<string, Adapter>();
  for (const [area, suites] of Object.entries(areas)) {
    for (const [suite, adapter] of Object.entries(suites)) {
      if (all.has(suite)) throw new Error(`suite ${suite} has two adapters, the second in ${area}.ts`);
      all.set(suite, adapter);
    }
  }
  return all;
}

/**
 * What the UI reads of the state, sent to the worker with each run. A selector over a table that is not here sees
 * nothing: add it with the fields that are read.
 */
import type { MirrorSpec } from "../../worker/protocol.ts";

const anyOf = (names: readonly string[]): string => `^[^/]+/(${names.join("|")})$`;

/** Machines are drawn by their state; beside it these fields of their context are read. */
const MACHINE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "sync-loop": ["context.iterations"],
  pleg: ["context.nextRelistAt"],
};
/** Tables of the machines in `src/kubelet/machines.ts`, by name so that drawing them can load later. */
const machineTables = [
  "config|container-logs|events|eviction|node-shutdown|images/(gc|puller)",
  "kuberuntime/(gc|kill|kill-pod|start|sync)",
  "lease|lifecycle/hook|node-status|pleg|pod-config|pod-workers/worker|prober",
  "runtime-up|status|sync-loop|volumes",
];

export const MIRROR: MirrorSpec = {
  tables: [
    { name: "^api/[A-Z]" },
    { name: "^scenario/faults$" },
    {
      name: "^console/process$",
      fields: ["id", "session", "command", "done", "live", "exit", "before.node", "before.cwd"],
    },
    ...Object.entries(MACHINE_FIELDS).map(([table, fields]) => ({
      name: anyOf([table]),
      fields: ["value", ...fields],
    })),
    { name: anyOf(machineTables), fields: ["value"] },
    { name: anyOf(["pod-workers/status"]), fields: ["working"] },
    { name: anyOf(["status/pods"]), fields: ["version"] },
    { name: anyOf(["sync-loop/channels"]), fields: ["pleg"] },
    {
      name: anyOf([
        "containerd/images",
        "kubelet",
        "kuberuntime/reasons",
        "runtime-up/state",
        "status/sent",
        "work-queue",
      ]),
    },
  ],
  timers: anyOf(machineTables),
  transitions: anyOf(machineTables),
};

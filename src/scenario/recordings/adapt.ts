/**
 * A recording as a scenario: its manifest, actions, images and world, in the terms of a scenario file. What this build
 * cannot do is named. The engine knows nothing of recordings.
 */
import type { Scenario } from "../format.ts";
import { hostSteps, type Machine, PAUSE_IMAGE, type Step, type WrittenFile } from "./host-commands.ts";
import { listOf, type RecordedAction, type Recording } from "./recording.ts";

export type Adapted =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly missing: string };

/** Pulls came from a registry on the same machine. */
const PULL = { latency: 30, bandwidth: "4Gi" };

/** Median time from "Creating PodSandbox" to "Created PodSandbox" in the kubelet's log of the recordings: 109 ms. */
const SANDBOX_MS = 105;

/**
 * The recording node (see the recordings' own description): 2 CPUs, 23 GiB, eviction thresholds set low; cgroup v1, where
 * the OOM killer takes one process.
 */
const NODE = {
  capacity: { cpu: "2", memory: "24684084Ki", "ephemeral-storage": "253G", pods: "110" },
  kubelet: {
    singleProcessOOMKill: true,
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "nodefs.inodesFree": "1%",
      "imagefs.available": "1%",
      "imagefs.inodesFree": "1%",
    },
  },
};

const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

function nameOf(object: unknown): { kind: string; namespace: string; name: string } {
  const o = object as { kind?: string; metadata?: { name?: string; namespace?: string } };
  return {
    kind: o.kind ?? "Pod",
    namespace: o.metadata?.namespace ?? "default",
    name: o.metadata?.name ?? "",
  };
}

/** Steps of one action; a string names what is missing. */
function stepsOf(
  action: RecordedAction,
  target: { kind: string; namespace: string; name: string },
  machine: Machine,
  files: WrittenFile[],
): readonly Step[] | string {
  const args: Readonly<Record<string, unknown>> = action.args;
  const name = String(args["name"] ?? args["pod"] ?? target.name);
  const kind = String(args["kind"] ?? target.kind);
  const namespace = String(args["namespace"] ?? target.namespace);
  switch (action.do) {
    case "delete": {
      const grace = args["gracePeriodSeconds"] ?? args["grace"];
      return [
        {
          delete: {
            object: `${kind.toLowerCase()}/${namespace}/${name}`,
            ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}),
          },
        },
      ];
    }
    case "patch":
      return [
        {
          patch: {
            object: `${kind.toLowerCase()}/${namespace}/${name}`,
            ...(args["subresource"] ? { subresource: String(args["subresource"]) } : {}),
            strategic: args["patch"],
          },
        },
      ];
    case "create":
    case "replace":
      return [{ apply: JSON.stringify(args["object"]) }];
    case "file": {
      const path = String(args["path"]);
      if (args["content"] === null || args["content"] === undefined)
        return [{ remove: { node: "node-1", path } }];
      const content = String(args["content"]);
      files.push({ path, content });
      return [{ write: { node: "node-1", path, content } }];
    }
    case "kubectl": {
      const words = (args["command"] as readonly unknown[]).map(String);
      return [{ run: `kubectl ${words.map(quoted).join(" ")}` }];
    }
    case "exec": {
      const container = args["container"] ? { container: String(args["container"]) } : {};
      return [
        {
          exec: {
            pod: name,
            namespace,
            ...container,
            command: (args["command"] as readonly unknown[]).map(String),
          },
        },
      ];
    }
    case "logs":
    case "cgroups":
      return [];
    case "host":
      return hostSteps(String(args["command"]), machine, files) ?? `host command: ${args["command"]}`;
    default:
      return `action: ${action.do}`;
  }
}

/** Time that the API server takes for an object before others can lean on it. */
const CREATED_MS = 20;

/** Objects one after the other: pods at once, what comes after a namespace, a ConfigMap or the like when that is there. */
function inTurn(objects: readonly unknown[], from: number): Record<string, unknown>[] {
  let at = from - CREATED_MS * objects.filter((o) => nameOf(o).kind !== "Pod").length;
  return objects.map((object) => {
    const entry = { at, apply: JSON.stringify(object) };
    if (nameOf(object).kind !== "Pod") at += CREATED_MS;
    return entry;
  });
}

interface World {
  readonly nodes?: readonly unknown[];
  readonly used?: Record<string, string>;
  readonly objects?: readonly unknown[];
  readonly faults?: readonly { type: string; from?: number; until?: number }[];
  readonly programs?: Record<string, unknown>;
  readonly kubelet?: Record<string, unknown>;
  readonly note?: string;
}

const WORLD_FIELDS = ["nodes", "used", "objects", "faults", "programs", "kubelet", "note"];

/** What an image that was made up for a case does, from its description. */
function programOf(description: unknown): Record<string, unknown> | null {
  if (typeof description !== "string") return description as Record<string, unknown>;
  if (/runs until SIGTERM/i.test(description)) return {};
  const exit = /exits? (?:with )?(\d+)(?: after (\d+) ?s)?/i.exec(description);
  if (exit) return { exit: { at: `${exit[2] ?? 0}s`, code: Number(exit[1]) } };
  return null;
}

/** Images that the recording's registry did not have: that is told by its events alone. */
function absentImages(recording: Recording): string[] {
  const there = new Set(recording.preloadedImages ?? []);
  const absent = new Set<string>();
  for (const { message } of recording.events) {
    const pulled = /^Successfully pulled image "([^"]+)"/.exec(message)?.[1];
    if (pulled) there.add(pulled);
    const failed = /^Failed to pull image "([^"]+)": .*\bNotFound\b/s.exec(message)?.[1];
    if (failed) absent.add(failed);
  }
  return [...absent].filter((name) => !there.has(name));
}

function usedPod(used: Record<string, string>): unknown {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: IN_USE, namespace: "kube-system" },
    spec: {
      nodeName: "node-1",
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "pause", image: "registry.k8s.io/pause:3.10", resources: { requests: used } }],
    },
  };
}

/** Settings whose keys have dots of their own. */
const MAPS: ReadonlySet<string> = new Set([
  "evictionHard",
  "evictionSoft",
  "evictionSoftGracePeriod",
  "evictionMinimumReclaim",
]);

/**
 * Settings of the kubelet that a recording was made with: those of its world, and those that only its description
 * names (`kubelet setting a.b: value`).
 */
export function kubeletSettings(recording: Recording): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const named = /kubelet settings? (.*?)(?:;|$)/i.exec(recording.describes)?.[1] ?? "";
  for (const [, path = "", value = ""] of named.matchAll(/([A-Za-z][\w.]*): ?([^\s,;]+)/g)) {
    const [field = "", ...rest] = path.split(".");
    const keys = MAPS.has(field) ? [field, rest.join(".")] : [field, ...rest];
    let at = out;
    for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
    at[keys.at(-1) as string] = /^(true|false|\d+)$/.test(value) ? JSON.parse(value) : value;
  }
  return { ...out, ...((recording.world?.["kubelet"] as Record<string, unknown> | undefined) ?? {}) };
}

/** Turns a recording into a scenario that plays it; its run is 1.5 times as long. */
export function adaptRecording(recording: Recording, seed = 1): Adapted {
  const manifests = listOf(recording.manifest);
  const before = recording.objectsBefore ?? [];
  const world = (recording.world ?? {}) as World;
  for (const field of Object.keys(world))
    if (!WORLD_FIELDS.includes(field)) return { ok: false, missing: `world: ${field}` };

  const target = nameOf(
    manifests.find((m) => nameOf(m).kind === "Pod") ??
      manifests[0] ?? { kind: "Pod", metadata: { name: recording.id.replace(/^golden\//, "") } },
  );
  const timeline: Record<string, unknown>[] = [];
  /** The world settles for a moment before the case begins: t=0 of the recording is START in the run. */
  const there = [...(world.objects ?? []), ...before];
  timeline.push(...inTurn(there, START_MS - 1000));
  if (world.used) timeline.push({ at: 0, apply: JSON.stringify(usedPod(world.used)) });
  timeline.push(...inTurn(manifests, START_MS));
  for (const fault of world.faults ?? []) {
    const { type, from = 0, until, ...rest } = fault;
    timeline.push({ at: START_MS + from * 1000 - (from === 0 ? 500 : 0), fault: { type, ...rest } });
    if (until !== undefined) timeline.push({ at: START_MS + until * 1000, clear: { type } });
  }
  const files: WrittenFile[] = [];
  const pod = manifests.find((m) => nameOf(m).name === target.name) as
    | { spec?: { containers?: readonly { name?: string }[] } }
    | undefined;
  const machine: Machine = {
    pod: `${target.namespace}/${target.name}`,
    container: pod?.spec?.containers?.[0]?.name,
    pauseImage: recording.preloadedImages?.find((image) => /\/pause:/.test(image)) ?? PAUSE_IMAGE,
  };
  for (const action of recording.actions ?? []) {
    const steps = stepsOf(action, target, machine, files);
    if (typeof steps === "string") return { ok: false, missing: steps };
    for (const { after = 0, ...step } of steps)
      timeline.push({ at: START_MS + Math.round(action.at * 1000 + after), ...step });
  }

  const programs: Record<string, unknown>[] = [];
  for (const [name, description] of Object.entries(world.programs ?? {})) {
    const run = programOf(description);
    if (!run) return { ok: false, missing: `program: ${String(description)}` };
    programs.push({ name, pull: PULL, run });
  }
  for (const name of absentImages(recording))
    if (!programs.some((p) => p["name"] === name)) programs.push({ name, pull: { error: "not found" } });
  const named = (world.nodes ?? ["node-1"]).map((n) =>
    typeof n === "string" ? { name: n } : (n as { name: string }),
  );
  const nodes = named.map((n) => ({
    ...NODE,
    ...n,
    kubelet: {
      ...NODE.kubelet,
      ...kubeletSettings(recording),
      ...((n as { kubelet?: object }).kubelet ?? {}),
    },
    images: ["registry.k8s.io/pause:3.10", ...(recording.preloadedImages ?? [])],
  }));
  const scenario = {
    apiVersion: "syncloop/v1",
    kind: "Scenario",
    metadata: { name: recording.id.replace(/^golden\//, "") },
    spec: {
      seed,
      start: "2026-01-05T09:00:00Z",
      kubernetes: "1.36",
      boot: "warm",
      nodes,
      images: programs,
      latencies: { sandbox: SANDBOX_MS, pull: PULL.latency, pullMebibyte: 0 },
      objects: [],
      timeline: timeline
        .map((entry, i) => [entry, i] as const)
        .sort(([a, i], [b, k]) => (a["at"] as number) - (b["at"] as number) || i - k)
        .map(([entry]) => entry),
      expect: [],
    },
  } as unknown as Scenario;
  return { ok: true, scenario };
}

/** A pod that holds what a recording says is in use. */
export const IN_USE = "in-use";

/** Virtual ms at which a recording's t=0 lies in its run. */
export const START_MS = 5000;

/**
 * A recording as a scenario: its manifest, actions, images and world, in the terms of a scenario file. What this build
 * cannot do is named. The engine knows nothing of recordings.
 */
import type { Scenario, TimelineEntry } from "../format.ts";
import { listOf, type RecordedAction, type Recording } from "./recording.ts";

export type Adapted =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly missing: string };

/** Pulls came from a registry on the same machine. */
const PULL = { latency: 30, bandwidth: "4Gi" };

/** The recording node (see the recordings' own description): 2 CPUs, 23 GiB, eviction thresholds set low. */
const NODE = {
  capacity: { cpu: "2", memory: "24684084Ki", "ephemeral-storage": "253G", pods: "110" },
  kubelet: {
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "nodefs.inodesFree": "1%",
      "imagefs.available": "1%",
      "imagefs.inodesFree": "1%",
    },
  },
};

/** Known commands on the host, as faults and inputs; null: they only look. */
const HOST_COMMANDS: readonly (readonly [RegExp, Partial<TimelineEntry> | null])[] = [
  [/^(stop|kill) the kubelet/i, { fault: { type: "kubelet-stop" } }],
  [/^start the kubelet/i, { clear: { type: "kubelet-stop" } }],
  [/^restart the kubelet/i, { fault: { type: "kubelet-restart" } }],
  [/^(stop|kill) (containerd|the runtime)/i, { fault: { type: "runtime-down" } }],
  [/^start (containerd|the runtime)/i, { clear: { type: "runtime-down" } }],
  [/^(freeze|stop|suspend) the api server/i, { fault: { type: "api-unreachable" } }],
  [
    /^(let the api server go on|let it go on|start the api server|resume the api server|continue the api server|thaw the api server)/i,
    { clear: { type: "api-unreachable" } },
  ],
  [/^stop the registry/i, { fault: { type: "registry-down" } }],
  [/^start the registry/i, { clear: { type: "registry-down" } }],
  [/^(the running containers|number of containers|ls |cat |the (names|list|ids) )/i, null],
];

type Step = Partial<TimelineEntry>;

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

function hostStep(command: string, pod: string): Step | null | undefined {
  for (const [pattern, step] of HOST_COMMANDS) if (pattern.test(command)) return step;
  if (/pause process of the sandbox/i.test(command)) {
    const signal = /kill -(\w+)/.exec(command)?.[1] ?? "9";
    return { fault: { type: "kill", pod, container: "POD", signal } };
  }
  const rm = /^crictl rm of the containers? (.+)$/i.exec(command);
  if (rm) {
    const names = (rm[1] as string).split(/,\s*|\s+and\s+/);
    return { run: names.map((n) => `crictl rm $(crictl ps -a -q --name '^${n}$')`).join("; "), on: "node-1" };
  }
  return undefined;
}

/** Steps of one action; a string names what is missing. */
function stepsOf(
  action: RecordedAction,
  target: { kind: string; namespace: string; name: string },
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
      return args["content"] === null || args["content"] === undefined
        ? [{ remove: { node: "node-1", path } }]
        : [{ write: { node: "node-1", path, content: String(args["content"]) } }];
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
    case "host": {
      const step = hostStep(String(args["command"]), `${target.namespace}/${target.name}`);
      return step === undefined ? `host command: ${args["command"]}` : step === null ? [] : [step];
    }
    default:
      return `action: ${action.do}`;
  }
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
  for (const object of [...(world.objects ?? []), ...before])
    timeline.push({ at: START_MS - 1000, apply: JSON.stringify(object) });
  if (world.used) timeline.push({ at: 0, apply: JSON.stringify(usedPod(world.used)) });
  for (const object of manifests) timeline.push({ at: START_MS, apply: JSON.stringify(object) });
  for (const fault of world.faults ?? []) {
    const { type, from = 0, until, ...rest } = fault;
    timeline.push({ at: START_MS + from * 1000 - (from === 0 ? 500 : 0), fault: { type, ...rest } });
    if (until !== undefined) timeline.push({ at: START_MS + until * 1000, clear: { type } });
  }
  for (const action of recording.actions ?? []) {
    const steps = stepsOf(action, target);
    if (typeof steps === "string") return { ok: false, missing: steps };
    for (const step of steps) timeline.push({ at: START_MS + Math.round(action.at * 1000), ...step });
  }

  const programs: Record<string, unknown>[] = [];
  for (const [name, description] of Object.entries(world.programs ?? {})) {
    const run = programOf(description);
    if (!run) return { ok: false, missing: `program: ${String(description)}` };
    programs.push({ name, pull: PULL, run });
  }
  const named = (world.nodes ?? ["node-1"]).map((n) =>
    typeof n === "string" ? { name: n } : (n as { name: string }),
  );
  const nodes = named.map((n) => ({
    ...NODE,
    ...n,
    kubelet: { ...NODE.kubelet, ...(world.kubelet ?? {}), ...((n as { kubelet?: object }).kubelet ?? {}) },
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
      latencies: { pull: PULL.latency, pullMebibyte: 0 },
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

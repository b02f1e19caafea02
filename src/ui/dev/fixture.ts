/** A small hand-made run in place of the worker, until that is in: two pods on one node, ninety seconds, then beats. */
import type { TraceRecord } from "../../sim/index.ts";
import type { SimulationClient } from "../../worker/client.ts";
import type { RowChange, Update } from "../../worker/protocol.ts";

type Row = readonly [table: string, key: string, value?: unknown];
interface Step {
  readonly time: number;
  readonly rows?: readonly Row[];
  readonly record?: Omit<TraceRecord, "seq" | "time" | "cause"> & { readonly cause?: number | null };
}

const start = Date.parse("2026-01-05T09:00:00Z");
const stamp = (ms: number): string =>
  `${new Date(start + Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
const n = (part: string): string => `node-1/${part}`;

const pod = (
  name: string,
  image: string,
  container: string,
  created: number,
  state: unknown,
  over: Record<string, unknown> = {},
): Row => [
  "api/Pod",
  `default/${name}`,
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid: `uid-${name}`, creationTimestamp: stamp(created) },
    spec: {
      nodeName: "node-1",
      restartPolicy: "Always",
      containers: [
        {
          name: container,
          image,
          ...(name === "test-kubelet"
            ? {
                readinessProbe: {
                  httpGet: { path: "/", port: 80 },
                  initialDelaySeconds: 5,
                  periodSeconds: 10,
                  successThreshold: 1,
                  failureThreshold: 3,
                },
                livenessProbe: {
                  httpGet: { path: "/", port: 80 },
                  initialDelaySeconds: 30,
                  periodSeconds: 10,
                  successThreshold: 1,
                  failureThreshold: 3,
                },
              }
            : { command: ["sh", "-c", "sleep 10; exit 1"] }),
        },
      ],
    },
    status: {
      phase: "Running",
      podIP: name === "test-kubelet" ? "10.244.0.6" : "10.244.0.5",
      qosClass: "BestEffort",
      conditions: [
        { type: "PodReadyToStartContainers", status: "True", lastTransitionTime: stamp(created + 1000) },
        { type: "Initialized", status: "True", lastTransitionTime: stamp(created) },
        {
          type: "Ready",
          status: over["ready"] ? "True" : "False",
          reason: over["ready"] ? undefined : "ContainersNotReady",
          lastTransitionTime: stamp(created),
        },
        {
          type: "ContainersReady",
          status: over["ready"] ? "True" : "False",
          lastTransitionTime: stamp(created),
        },
        { type: "PodScheduled", status: "True", lastTransitionTime: stamp(created) },
      ],
      containerStatuses: [
        {
          name: container,
          image,
          imageID: "",
          ready: Boolean(over["ready"]),
          restartCount: Number(over["restarts"] ?? 0),
          state,
          lastState: over["last"],
        },
      ],
    },
  },
];

let eventCount = 0;
function event(
  time: number,
  object: string,
  container: string,
  type: string,
  reason: string,
  message: string,
): Step[] {
  const name = object.split("/")[2] ?? "";
  return [
    {
      time,
      record: {
        from: n("event-recorder"),
        to: "apiserver",
        type: `event.${reason}`,
        object: container ? `${object}/${container}` : object,
        data: { type, reason, message, container },
      },
      rows: [
        [
          "api/Event",
          `default/${name}.${eventCount++}`,
          {
            type,
            reason,
            message,
            count: 1,
            involvedObject: { kind: "Pod", namespace: "default", name },
            firstTimestamp: stamp(time),
            lastTimestamp: stamp(time),
            source: { component: "kubelet" },
          },
        ],
      ],
    },
  ];
}

const rec = (
  time: number,
  from: string,
  to: string,
  type: string,
  object: string,
  data: Record<string, unknown> = {},
): Step => ({ time, record: { from, to, type, object, data } });

function crashLife(runs: readonly [number, number][]): Step[] {
  const id = "pod/default/restart-test";
  const c = "failing-container";
  return runs.flatMap(([from, to], i): Step[] => [
    rec(from - 60, n("kuberuntime"), n("containerd"), "cri.CreateContainer", `${id}/${c}`, {
      pod: id,
      container: c,
      attempt: i,
    }),
    rec(from - 10, n("kuberuntime"), n("containerd"), "cri.StartContainer", `${id}/${c}`, {
      pod: id,
      container: c,
      attempt: i,
    }),
    ...event(from, id, c, "Normal", "Started", "Container started"),
    {
      time: from + 20,
      rows: [pod("restart-test", "busybox", c, 0, { running: { startedAt: stamp(from) } }, { restarts: i })],
    },
    rec(to + 700, n("pleg"), n("syncloop"), "pleg.ContainerDied", `${id}/${c}`, { exitCode: 1 }),
    rec(to + 701, n("syncloop"), n("pod-workers"), "syncloop.PLEG", id, {}),
    rec(to + 710, n("pod-workers"), n("status-manager"), "podworker.SyncPod", id, { start: true }),
    rec(to + 720, n("status-manager"), "apiserver", "status.patch", id, { latency: 4 }),
    {
      time: to + 730,
      rows: [
        pod(
          "restart-test",
          "busybox",
          c,
          0,
          { terminated: { exitCode: 1, reason: "Error", startedAt: stamp(from), finishedAt: stamp(to) } },
          { restarts: i },
        ),
      ],
    },
    ...event(
      to + 900,
      id,
      c,
      "Warning",
      "BackOff",
      "Back-off restarting failed container failing-container in pod restart-test_default(uid-restart-test)",
    ),
  ]);
}

function nginxLife(at: number): Step[] {
  const id = "pod/default/test-kubelet";
  const ready = { running: { startedAt: stamp(at + 4350) } };
  return [
    rec(at, "user", "cluster", "input.apply", "", { manifest: "" }),
    rec(at + 4, "kubectl", "apiserver", "api.create", id, { kind: "Pod", latency: 4 }),
    rec(at + 20, "scheduler", "apiserver", "scheduler.bind", id, { node: "node-1" }),
    {
      time: at + 21,
      rows: [pod("test-kubelet", "nginx", "nginx", at, { waiting: { reason: "ContainerCreating" } })],
    },
    rec(at + 30, "apiserver", n("pod-config"), "watch.ADDED", id, {}),
    rec(at + 31, n("pod-config"), n("syncloop"), "syncloop.ADD", id, {}),
    rec(at + 32, n("syncloop"), n("pod-workers"), "podworker.SyncPod", id, { start: true }),
    rec(at + 120, n("kuberuntime"), n("containerd"), "cri.RunPodSandbox", id, { pod: id }),
    ...event(at + 400, id, "nginx", "Normal", "Pulling", 'Pulling image "nginx"'),
    rec(at + 402, n("image-manager"), n("containerd"), "cri.PullImage", `${id}/nginx`, { image: "nginx" }),
    rec(at + 410, n("containerd"), "registry", "image.pull", `${id}/nginx`, { image: "nginx" }),
    ...event(at + 4000, id, "nginx", "Normal", "Pulled", 'Successfully pulled image "nginx" in 3.412s'),
    rec(at + 4100, n("kuberuntime"), n("containerd"), "cri.CreateContainer", `${id}/nginx`, {
      container: "nginx",
    }),
    ...event(at + 4340, id, "nginx", "Normal", "Started", "Container started"),
    { time: at + 4360, rows: [pod("test-kubelet", "nginx", "nginx", at, ready)] },
    rec(at + 15000, n("prober"), n("container"), "prober.readiness", `${id}/nginx`, {
      result: "success",
      output: "HTTP 200",
    }),
    rec(at + 15002, n("prober"), n("syncloop"), "syncloop.PROBE", `${id}/nginx`, {
      probe: "readiness",
      status: "ready",
    }),
    rec(at + 15003, n("syncloop"), n("status-manager"), "status.ready", `${id}/nginx`, {}),
    rec(at + 15010, n("syncloop"), n("pod-workers"), "podworker.SyncPod", id, { start: true }),
    rec(at + 15040, n("status-manager"), "apiserver", "status.patch", id, { latency: 4 }),
    { time: at + 15046, rows: [pod("test-kubelet", "nginx", "nginx", at, ready, { ready: true })] },
  ];
}

const node: Row = [
  "api/Node",
  "node-1",
  {
    metadata: { name: "node-1" },
    spec: {},
    status: {
      capacity: { cpu: "4", memory: "8Gi", pods: "110" },
      allocatable: { cpu: "4", memory: "7900Mi" },
      nodeInfo: {
        kubeletVersion: "v1.36.1",
        containerRuntimeVersion: "containerd://2.1.4",
        kernelVersion: "6.12.0",
      },
      conditions: ["MemoryPressure", "DiskPressure", "PIDPressure"]
        .map((type) => ({ type, status: "False" }))
        .concat({ type: "Ready", status: "True" }),
    },
  },
];

const steps: Step[] = [
  { time: 0, rows: [node] },
  rec(0, "user", "cluster", "input.apply", "", { manifest: "" }),
  rec(20, "scheduler", "apiserver", "scheduler.bind", "pod/default/restart-test", { node: "node-1" }),
  ...crashLife([
    [2300, 12300],
    [14000, 24000],
    [37100, 47100],
    [72100, 82100],
    [123000, 133000],
  ]),
  ...nginxLife(79050),
  ...Array.from({ length: 60 }, (_, i) =>
    rec(i * 10_000, n("lease"), "apiserver", "lease.renew", "node/node-1", { latency: 4 }),
  ),
  ...Array.from({ length: 40 }, (_, i) =>
    rec(
      104_050 + i * 10_000,
      n("prober"),
      n("container"),
      "prober.readiness",
      "pod/default/test-kubelet/nginx",
      { result: "success", output: "HTTP 200" },
    ),
  ),
  ...Array.from({ length: 40 }, (_, i) =>
    rec(
      119_100 + i * 10_000,
      n("prober"),
      n("container"),
      "prober.liveness",
      "pod/default/test-kubelet/nginx",
      { result: "success", output: "HTTP 200" },
    ),
  ),
].sort((a, b) => a.time - b.time);

/** A client that plays the steps. */
export function createFixture(onUpdate: (update: Update) => void): SimulationClient {
  let now = 0;
  let at = 0;
  let seq = 1;
  const cause = new Map<string, number>();
  const send = (to: number, reset: boolean): void => {
    if (reset) {
      at = 0;
      seq = 1;
      cause.clear();
    }
    const from = seq;
    const records: TraceRecord[] = [];
    const tables = new Map<string, RowChange[]>();
    for (; at < steps.length && steps[at]!.time <= to; at++) {
      const { time, rows = [], record } = steps[at]!;
      for (const [table, key, value] of rows) tables.set(table, [...(tables.get(table) ?? []), [key, value]]);
      if (!record) continue;
      const about = record.object.split("/").slice(0, 3).join("/");
      records.push({
        ...record,
        seq,
        time,
        cause: record.type.startsWith("input.") ? null : (cause.get(about) ?? cause.get("") ?? null),
      });
      cause.set(record.type.startsWith("input.") ? "" : about, seq++);
    }
    now = to;
    onUpdate({
      type: "update",
      reset,
      now,
      from,
      records,
      tables: [...tables],
      inputs: [],
      ahead: [],
      nextDue: steps[at]?.time ?? null,
      failure: null,
    });
  };
  return {
    open: async (source) => {
      send(source.at ?? 94_100, true);
      return [];
    },
    advance: async (to) => {
      send(to, false);
      return true;
    },
    step: async () => {
      send(steps.slice(at).find((s) => s.record)?.time ?? now, false);
      return true;
    },
    seek: async (time) => send(time, time < now),
    input: async () => {},
    check: async () => [],
    chain: async () => [],
    share: async () => ({ scenario: "", name: "sandbox", seed: 1, inputs: [], at: now }),
    dispose: () => {},
  };
}

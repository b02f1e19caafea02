/** A kubelet of which only some managers are real, with an API that keeps pods and a runtime that is scripted. */
import type { ApiClient, ApiRequest, ApiResult } from "../../../api/contract.ts";
import type { ApiObject, Pod, PodStatus } from "../../../api/types.ts";
import type { ContainerStatusCri, CriResult } from "../../../cri/contract.ts";
import type { GrpcResult, HttpRequest, HttpResult, TcpResult } from "../../../node/contract.ts";
import { Simulation } from "../../../sim/index.ts";
import type { Kubelet, ProbeUpdate } from "../../contract.ts";
import type { RuntimePodStatus } from "../../types.ts";

export const EPOCH = Date.parse("2026-01-05T09:00:00Z");
const API_MS = 4;

export interface Fake {
  readonly k: { -readonly [K in keyof Kubelet]: Kubelet[K] };
  readonly sim: Simulation;
  /** Requests in order, with when they were sent. */
  readonly requests: (ApiRequest & { at: number })[];
  readonly pods: Map<string, Pod>;
  readonly probeUpdates: (ProbeUpdate & { at: number })[];
  /** What the next answers of the API are, instead of its own. */
  readonly answers: ((request: ApiRequest) => ApiResult | undefined)[];
  exec: (command: readonly string[], at: number) => { took: number; result: CriResult<"ExecSync"> };
  http: (request: HttpRequest, at: number) => { took: number; result: HttpResult };
  tcp: () => TcpResult;
  grpc: () => GrpcResult;
  runtime: RuntimePodStatus;
  couldRun: boolean;
  onProbeResult: (update: ProbeUpdate) => void;
}

export function podOf(spec: object, more: { metadata?: object; status?: PodStatus } = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", uid: "u1", generation: 1, ...more.metadata },
    spec: { containers: [{ name: "app", image: "busybox" }], restartPolicy: "Always", ...spec },
    status: more.status ?? { phase: "Pending" },
  } as Pod;
}

export function instance(fields: Partial<ContainerStatusCri>): ContainerStatusCri {
  return {
    id: "c1",
    sandboxId: "s1",
    pod: { name: "web", namespace: "default", uid: "u1" },
    name: "app",
    attempt: 0,
    image: "docker.io/library/busybox:latest",
    imageRef: "busybox@sha256:1",
    imageId: "sha256:1",
    state: "running",
    createdAt: 0,
    startedAt: 0,
    labels: {},
    annotations: {},
    mounts: [],
    logPath: "",
    ...fields,
  };
}

export function runtimeWith(...containers: ContainerStatusCri[]): RuntimePodStatus {
  const pod = { name: "web", namespace: "default", uid: "u1" };
  return {
    ...pod,
    ips: ["10.0.0.5"],
    sandboxes: [
      { id: "s1", pod, attempt: 0, state: "READY", createdAt: 0, ips: ["10.0.0.5"], hostNetwork: false },
    ],
    containers,
  };
}

export function fakeKubelet(): Fake {
  const sim = new Simulation({ seed: 1 });
  const stamp = (at: number = sim.now): string => `${new Date(EPOCH + at).toISOString().slice(0, 19)}Z`;
  const fake = {
    sim,
    requests: [],
    pods: new Map(),
    probeUpdates: [],
    answers: [],
    exec: () => ({ took: 20, result: { ok: true, value: { exitCode: 0, stdout: "", stderr: "" } } }),
    http: () => ({ took: 3, result: { ok: true, response: { status: 200, headers: {}, body: "" } } }),
    tcp: () => ({ ok: true }),
    grpc: () => ({ ok: true, status: "SERVING" }),
    runtime: runtimeWith(),
    couldRun: true,
    onProbeResult: () => {},
  } as unknown as Fake;

  const api: ApiClient = {
    request(request, reply) {
      fake.requests.push({ ...request, at: sim.now });
      const scripted = fake.answers[0]?.(request);
      if (scripted) fake.answers.shift();
      const result = scripted ?? answer(fake, request);
      if (reply) sim.reply(reply, { result }, { delayMs: API_MS });
    },
    watch: () => "w",
    unwatch: () => {},
    reachable: () => true,
  };
  const k = {
    sim,
    nodeName: "node-1",
    config: { eventRecordQps: 50, eventBurst: 100, featureGates: {} },
    api,
    cri: {
      call(_rpc: string, request: { command: readonly string[] }, reply: never) {
        const { took, result } = fake.exec(request.command, sim.now);
        sim.reply(reply, { result }, { delayMs: took });
      },
    },
    host: {
      network: {
        nodeIp: "192.168.0.2",
        http(request: HttpRequest, reply: never) {
          const { took, result } = fake.http(request, sim.now);
          sim.reply(reply, { result }, { delayMs: took });
        },
        tcp: (_request: unknown, reply: never) => sim.reply(reply, { result: fake.tcp() }, { delayMs: 1 }),
        grpc: (_request: unknown, reply: never) => sim.reply(reply, { result: fake.grpc() }, { delayMs: 1 }),
      },
    },
    startedAt: () => -600_000,
    running: () => true,
    id: (part: string) => `node-1/${part}`,
    stamp,
    timeOf: (text: string) => Date.parse(text) - EPOCH,
    podManager: {
      pods: () => [...fake.pods.values()],
      byUid: (uid: string) => [...fake.pods.values()].find((p) => p.metadata?.uid === uid),
      mirrorOf: () => undefined,
      staticOf: () => undefined,
      apiUid: (uid: string) => uid,
      translateUid: (uid: string) => uid,
    },
    podCache: { get: () => ({ status: fake.runtime }) },
    podWorkers: { couldHaveRunningContainers: () => fake.couldRun },
    runtime: { startError: () => undefined },
    syncLoop: {
      probeResult(update: ProbeUpdate) {
        fake.probeUpdates.push({ ...update, at: sim.now });
        fake.onProbeResult(update);
      },
    },
  };
  (fake as { k: unknown }).k = k;
  return fake;
}

function answer(fake: Fake, request: ApiRequest): ApiResult {
  const pod = fake.pods.get(request.name ?? "");
  if (request.kind !== "Pod") return { ok: true, object: (request.body ?? {}) as ApiObject };
  if (!pod) {
    return {
      ok: false,
      error: { code: 404, reason: "NotFound", message: `pods "${request.name}" not found` },
    };
  }
  if (request.verb === "patch") {
    const status = { ...pod.status, ...(request.body as { status: PodStatus }).status };
    fake.pods.set(request.name ?? "", { ...pod, status: mergeConditions(pod.status, status) });
  }
  if (request.verb === "delete") fake.pods.delete(request.name ?? "");
  return { ok: true, object: fake.pods.get(request.name ?? "") ?? pod };
}

/** Conditions are merged by type; the rest of the patch replaces. */
function mergeConditions(old: PodStatus | undefined, next: PodStatus): PodStatus {
  const raw = next as PodStatus & Record<string, unknown>;
  const order = raw["$setElementOrder/conditions"] as { type: string }[] | undefined;
  const { "$setElementOrder/conditions": _, ...rest } = raw;
  if (!order) return rest as PodStatus;
  const known = [...(old?.conditions ?? [])];
  const merged = order.map(({ type }) => {
    const before = known.find((c) => c.type === type);
    const change = next.conditions?.find((c) => c.type === type);
    const both: Record<string, unknown> = { ...before, ...change };
    for (const key of Object.keys(both)) if (both[key] === null) delete both[key];
    return both;
  });
  return { ...rest, conditions: merged } as unknown as PodStatus;
}

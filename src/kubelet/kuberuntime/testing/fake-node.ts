/** Workers, runtime, images, PLEG, probes and status of a kubelet around a fake runtime; the rest are stubs. */
import type { ApiClient, ApiRequest } from "../../../api/contract.ts";
import { Simulation } from "../../../sim/index.ts";
import type { Ms } from "../../../sim/types.ts";
import type { Kubelet, KubeletConfig, ProbeUpdate } from "../../contract.ts";
import { createImageManager } from "../../images/index.ts";
import { DEFAULT_KUBELET_CONFIG } from "../../kubelet-config.ts";
import { createPleg, createPodCache } from "../../pleg/index.ts";
import { createPodWorkers, type KubeletPodWorkers } from "../../pod-workers/index.ts";
import { createProberManager } from "../../prober/index.ts";
import { createStatusManager } from "../../status/index.ts";
import { createPodManager, createWorkQueue } from "../../sync-loop/index.ts";
import type { PlegEvent, Pod } from "../../types.ts";
import { createGenericRuntime } from "../runtime.ts";
import { createFakeRuntime, type FakeRuntime } from "./fake-runtime.ts";

export interface SeenEvent {
  readonly at: Ms;
  readonly reason: string;
  readonly message: string;
}

export interface FakeNode {
  readonly sim: Simulation;
  readonly k: Kubelet;
  readonly runtime: FakeRuntime;
  readonly workers: KubeletPodWorkers;
  readonly events: SeenEvent[];
  /** A pod arrives from the API, or changes there. */
  apply(pod: Pod): void;
  delete(uid: string, graceSeconds: number): void;
  run(until: Ms): void;
  /** The networks of the node; null: ready. */
  network: string | null;
  /** Virtual ms until volumes are mounted. */
  mountMs: Ms;
}

export function createFakeNode(config: Partial<KubeletConfig> = {}): FakeNode {
  const sim = new Simulation({ seed: 7 });
  const events: SeenEvent[] = [];
  const runtime = createFakeRuntime(sim);
  const files = new Set<string>();
  const api = {
    request({ namespace = "", name = "" }: ApiRequest, reply: Parameters<ApiClient["request"]>[1]) {
      const object = k.podManager.byName(namespace, name) ?? {};
      if (reply) sim.reply(reply, { result: { ok: true, object } }, { delayMs: 4 });
    },
    watch: () => "",
    unwatch: () => {},
    reachable: () => true,
  };
  const k = {
    sim,
    nodeName: "node-1",
    config: { ...DEFAULT_KUBELET_CONFIG, ...config },
    cri: runtime,
    api,
    host: {
      info: { memoryBytes: 8 * 2 ** 30 },
      network: { nodeIp: "192.168.0.1" },
      fs: {
        list: () => undefined,
        read: () => undefined,
        mkdir: (path: string) => files.add(path),
        remove: (path: string) => files.delete(path),
        exists: () => false,
        stat: () => undefined,
        symlink: () => {},
      },
      stats: { container: () => undefined },
    },
    startedAt: () => -600_000,
    running: () => true,
    id: (part: string) => `node-1/${part}`,
    stamp: (at: Ms = sim.now) =>
      `${new Date(Date.parse("2026-01-05T09:00:00Z") + at).toISOString().slice(0, 19)}Z`,
    timeOf: (stamp: string) => Date.parse(stamp) - Date.parse("2026-01-05T09:00:00Z"),
  } as unknown as { -readonly [K in keyof Kubelet]: Kubelet[K] };
  const node: FakeNode = {
    sim,
    k,
    runtime,
    workers: undefined as unknown as KubeletPodWorkers,
    events,
    network: null,
    mountMs: 0,
    apply(pod) {
      const known = k.podManager.byUid(pod.metadata?.uid ?? "");
      k.podManager.set(pod);
      k.podWorkers.updatePod({ updateType: known ? "update" : "create", pod, startTimeMs: sim.now });
    },
    delete(uid, graceSeconds) {
      const pod = k.podManager.byUid(uid) as Pod;
      const metadata = {
        ...pod.metadata,
        deletionTimestamp: k.stamp(),
        deletionGracePeriodSeconds: graceSeconds,
      };
      node.apply({ ...pod, metadata });
    },
    run(until) {
      sim.run({ until });
      if (sim.failure) throw sim.failure;
    },
  };
  k.events = {
    event(_target, _type, reason, message) {
      events.push({ at: sim.now, reason, message });
      return 0;
    },
  };
  k.podConfig = { allSourcesReady: () => true, addSource: () => {} };
  k.objects = {
    registerPod: () => {},
    unregisterPod: () => {},
    secret: (_ns, name) => ({ ok: false, error: `secret "${name}" not found` }),
    configMap: (_ns, name) => ({ ok: false, error: `configmap "${name}" not found` }),
    runtimeHandler: () => ({ ok: true, value: "" }),
    services: () => [],
    node: () => undefined,
  };
  k.cgroups = {
    podCgroupExists: () => true,
    ensurePodCgroup: () => null,
    destroyPodCgroup: () => {},
    podCgroups: () => [],
    cgroupParent: () => "",
  };
  k.volumes = {
    waitForAttachAndMount: (_pod, reply) => sim.reply(reply, {}, { delayMs: node.mountMs }),
    cancelWait: () => {},
    waitForUnmount: (_pod, reply) => sim.reply(reply, {}),
    volumePath: () => undefined,
    podHasVolumesOnDisk: () => false,
    failSetUps: () => {},
  };
  k.podManager = createPodManager(k);
  k.workQueue = createWorkQueue(k);
  k.podCache = createPodCache(k);
  k.status = createStatusManager(k);
  k.podWorkers = createPodWorkers(k);
  k.images = createImageManager(k);
  k.runtime = createGenericRuntime(k, {
    runContainerOptions: () => ({ ok: true, options: { env: [], mounts: [], hostname: "" } }),
  });
  k.pleg = createPleg(k);
  k.prober = createProberManager(k);
  const sync = (uid: string): void => {
    const pod = k.podManager.byUid(uid);
    if (pod) k.podWorkers.updatePod({ updateType: "sync", pod, startTimeMs: sim.now });
  };
  k.syncLoop = {
    config: () => {},
    plegEvent: (event: PlegEvent) => {
      if (event.type !== "ContainerRemoved") sync(event.podUid);
      if (event.type === "ContainerDied") k.runtime.cleanUpContainers(event.podUid, event.containerId, false);
    },
    probeResult: ({ probe, podUid, containerId, result }: ProbeUpdate) => {
      if (probe === "readiness") k.status.setContainerReadiness(podUid, containerId, result === "success");
      if (probe === "startup") k.status.setContainerStartup(podUid, containerId, result === "success");
      if (probe !== "liveness" || result === "failure") sync(podUid);
    },
    runtimeErrors: () => [],
    networkError: () => node.network,
  } as unknown as Kubelet["syncLoop"];
  sim.component("ticker", () => {
    for (const uid of k.workQueue.takeDue()) sync(uid);
    sim.send({ to: "ticker" }, { type: "tick" }, { delayMs: 1000 });
  });
  sim.send({ to: "ticker" }, { type: "tick" }, { delayMs: 1000 });
  const workers = k.podWorkers as KubeletPodWorkers;
  for (const manager of [k.images, k.status, k.prober, k.runtime, k.podWorkers, k.pleg])
    manager.start?.({ warm: true });
  return Object.assign(node, { workers });
}

/** A pod of one or more containers, with defaults as the API sets them. */
export function pod(name: string, spec: Partial<NonNullable<Pod["spec"]>>): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid: `uid-${name}`, generation: 1 },
    spec: {
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      containers: [],
      enableServiceLinks: true,
      ...spec,
    },
    status: { phase: "Pending" },
  } as Pod;
}

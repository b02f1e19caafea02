/**
 * One kubelet process: its managers, put together in the order upstream constructs them
 * (pkg/kubelet/kubelet.go: NewMainKubelet) and started in the order of Run.
 */
import { type ComponentId, type NodePart, nodePart } from "../api/component-ids.ts";
import type { ApiClient } from "../api/contract.ts";
import type { CriClient } from "../cri/contract.ts";
import type { NodeHost } from "../node/contract.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms } from "../sim/types.ts";
import { createAdmission } from "./admission/index.ts";
import { createAllocationManager } from "./allocation/index.ts";
import { createContainerManager } from "./cm/index.ts";
import { createPodConfig } from "./config/index.ts";
import type { Kubelet, KubeletConfig, Lifecycle } from "./contract.ts";
import { createObjectStore } from "./env/index.ts";
import { createEventRecorder } from "./events/index.ts";
import { createEvictionManager } from "./eviction/index.ts";
import { createImageManager } from "./images/index.ts";
import { createRuntime } from "./kuberuntime/index.ts";
import { createLeaseController } from "./lease/index.ts";
import { createContainerLogManager } from "./logs/index.ts";
import { createNodeStatusManager } from "./node-status/index.ts";
import { createNodeShutdownManager } from "./nodeshutdown/index.ts";
import { createPleg, createPodCache } from "./pleg/index.ts";
import { createPodWorkers } from "./pod-workers/index.ts";
import { createProberManager } from "./prober/index.ts";
import { createStatusManager } from "./status/index.ts";
import { createPodManager, createSyncLoop, createWorkQueue } from "./sync-loop/index.ts";
import { createVolumeManager } from "./volume-manager/index.ts";

export interface KubeletDependencies {
  readonly sim: Simulation;
  readonly nodeName: string;
  readonly config: KubeletConfig;
  readonly cri: CriClient;
  readonly api: ApiClient;
  readonly host: NodeHost;
  /** What the virtual clock shows at 0 s, as ms since 1970. */
  readonly epochMs: number;
}

/** The process as systemd sees it. */
export interface KubeletProcess {
  readonly kubelet: Kubelet;
  /** Brings the process up. `warm`: as if it had been up for ten minutes at 0 s. */
  start(options: { readonly warm: boolean }): void;
  /** Ends the process (SIGTERM or a crash): memory is lost, containers go on. */
  stop(): void;
}

interface ProcessState {
  readonly running: boolean;
  readonly startedAt: Ms;
}

/** A cluster that has been up: its kubelets started ten minutes before 0 s. */
const WARM_UP_MS: Ms = 600_000;

export function createKubelet(deps: KubeletDependencies): KubeletProcess {
  const { sim, nodeName, epochMs } = deps;
  const state = sim.cell<ProcessState>(`${nodeName}/kubelet`, { running: false, startedAt: 0 });

  const base = {
    ...deps,
    startedAt: () => state.get().startedAt,
    running: () => state.get().running,
    id: (part: NodePart): ComponentId => nodePart(nodeName, part),
    stamp: (at: Ms = sim.now) => `${new Date(epochMs + at).toISOString().slice(0, 19)}Z`,
    timeOf: (stamp: string): Ms => Date.parse(stamp) - epochMs,
  };
  const kubelet = base as unknown as { -readonly [K in keyof Kubelet]: Kubelet[K] };

  kubelet.events = createEventRecorder(kubelet);
  kubelet.podManager = createPodManager(kubelet);
  kubelet.workQueue = createWorkQueue(kubelet);
  kubelet.podConfig = createPodConfig(kubelet);
  kubelet.objects = createObjectStore(kubelet);
  kubelet.podCache = createPodCache(kubelet);
  kubelet.status = createStatusManager(kubelet);
  kubelet.cgroups = createContainerManager(kubelet);
  kubelet.podWorkers = createPodWorkers(kubelet);
  kubelet.images = createImageManager(kubelet);
  kubelet.runtime = createRuntime(kubelet);
  kubelet.pleg = createPleg(kubelet);
  kubelet.prober = createProberManager(kubelet);
  kubelet.volumes = createVolumeManager(kubelet);
  kubelet.nodeShutdown = createNodeShutdownManager(kubelet);
  kubelet.admission = createAdmission(kubelet);
  kubelet.allocation = createAllocationManager(kubelet);
  kubelet.lease = createLeaseController(kubelet);
  kubelet.nodeStatus = createNodeStatusManager(kubelet);
  kubelet.eviction = createEvictionManager(kubelet);
  kubelet.nodeStatus.setPressureSource((type) => kubelet.eviction.underPressure(type));
  kubelet.containerLogs = createContainerLogManager(kubelet);
  kubelet.syncLoop = createSyncLoop(kubelet);

  /** Order of Run (pkg/kubelet/kubelet.go), the sources of PodConfig first. */
  const inOrderOfRun: readonly Lifecycle[] = [
    kubelet.podConfig,
    kubelet.events,
    kubelet.objects,
    kubelet.images,
    kubelet.cgroups,
    kubelet.volumes,
    kubelet.nodeStatus,
    kubelet.lease,
    kubelet.nodeShutdown,
    kubelet.status,
    kubelet.prober,
    kubelet.runtime,
    kubelet.podWorkers,
    kubelet.admission,
    kubelet.allocation,
    kubelet.eviction,
    kubelet.containerLogs,
    kubelet.pleg,
    kubelet.syncLoop,
  ];

  return {
    kubelet,
    start({ warm }) {
      state.set({ running: true, startedAt: warm ? -WARM_UP_MS : sim.now });
      if (!warm) kubelet.events.event({ node: nodeName }, "Normal", "Starting", "Starting kubelet.");
      for (const manager of inOrderOfRun) manager.start?.({ warm });
    },
    stop() {
      if (!state.get().running) return;
      sim.lead({
        from: kubelet.id("kubelet"),
        to: kubelet.id("kubelet"),
        type: "kubelet.stopped",
        object: `node/${nodeName}`,
      });
      state.set({ ...state.get(), running: false });
      for (const manager of [...inOrderOfRun].reverse()) manager.stop?.();
    },
  };
}

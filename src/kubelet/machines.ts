/**
 * Every machine of the kubelet, to be drawn: the definition that runs, the part of the diagram it belongs to, and the
 * kernel table `NODE/<table>` that holds its live states. Nobody runs a machine from here.
 */
import type { AnyStateMachine } from "xstate";
import type { NodePart } from "../api/component-ids.ts";
import { sourceMachine } from "./config/source.machine.ts";
import { recorderMachine } from "./events/recorder.machine.ts";
import { evictionMachine } from "./eviction/eviction.machine.ts";
import { imageGcMachine } from "./images/image-gc.machine.ts";
import { pullerMachine } from "./images/puller.machine.ts";
import { containerGcMachine } from "./kuberuntime/container-gc.machine.ts";
import { killContainerMachine } from "./kuberuntime/kill-container.machine.ts";
import { killPodMachine } from "./kuberuntime/kill-pod.machine.ts";
import { startContainerMachine } from "./kuberuntime/start-container.machine.ts";
import { syncMachine } from "./kuberuntime/sync.machine.ts";
import { leaseMachine } from "./lease/lease.machine.ts";
import { hookMachine } from "./lifecycle/hook.machine.ts";
import { containerLogManagerMachine } from "./logs/container-log-manager.machine.ts";
import { nodeStatusMachine } from "./node-status/node-status.machine.ts";
import { nodeShutdownMachine } from "./nodeshutdown/nodeshutdown.machine.ts";
import { plegMachine } from "./pleg/pleg.machine.ts";
import { podWorkerMachine } from "./pod-workers/pod-worker.machine.ts";
import { proberMachine } from "./prober/prober.machine.ts";
import { statusManagerMachine } from "./status/status-manager.machine.ts";
import { runtimeUpMachine } from "./sync-loop/runtime-up.machine.ts";
import { syncLoopMachine } from "./sync-loop/sync-loop.machine.ts";
import { volumeMachine } from "./volume-manager/volume.machine.ts";

export interface DrawnMachine {
  readonly id: string;
  readonly part: NodePart;
  /** Table of live states, below the node's name. Its keys tell machines of one kind apart; "" where there is one. */
  readonly table: string;
  readonly machine: AnyStateMachine;
}

const drawn = (part: NodePart, table: string, machine: AnyStateMachine): DrawnMachine => ({
  id: machine.id,
  part,
  table,
  machine,
});

export const MACHINES: readonly DrawnMachine[] = [
  drawn("syncloop", "sync-loop", syncLoopMachine),
  drawn("syncloop", "runtime-up", runtimeUpMachine),
  drawn("pod-config", "pod-config", sourceMachine),
  drawn("pod-workers", "pod-workers/worker", podWorkerMachine),
  drawn("pleg", "pleg", plegMachine),
  drawn("kuberuntime", "kuberuntime/sync", syncMachine),
  drawn("kuberuntime", "kuberuntime/start", startContainerMachine),
  drawn("kuberuntime", "kuberuntime/kill", killContainerMachine),
  drawn("kuberuntime", "kuberuntime/kill-pod", killPodMachine),
  drawn("kuberuntime", "lifecycle/hook", hookMachine),
  drawn("kuberuntime", "kuberuntime/gc", containerGcMachine),
  drawn("kuberuntime", "container-logs", containerLogManagerMachine),
  drawn("image-manager", "images/puller", pullerMachine),
  drawn("image-manager", "images/gc", imageGcMachine),
  drawn("prober", "prober", proberMachine),
  drawn("status-manager", "status", statusManagerMachine),
  drawn("volume-manager", "volumes", volumeMachine),
  drawn("eviction-manager", "eviction", evictionMachine),
  drawn("node-status", "node-status", nodeStatusMachine),
  drawn("node-status", "node-shutdown", nodeShutdownMachine),
  drawn("lease", "lease", leaseMachine),
  drawn("event-recorder", "events", recorderMachine),
];

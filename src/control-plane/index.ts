/** The control plane's components, started in one place. */
import type { ApiReader, ClientFactory } from "../api/contract.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms } from "../sim/types.ts";
import { startCronJobController } from "./cronjob/controller.ts";
import { startEndpoints } from "./endpoints.ts";
import { startGarbageCollector } from "./garbage.ts";
import { startJobController } from "./job/controller.ts";
import { startNodeLifecycle } from "./node-lifecycle.ts";
import { startScheduler } from "./scheduler/scheduler.ts";
import { startTaintEviction } from "./taint-eviction.ts";
import { type Attacher, startAttacher } from "./volumes/attach.ts";
import { startVolumeBinder } from "./volumes/binder.ts";
import { startDaemonSetController } from "./workloads/daemonset.ts";
import { startDeploymentController } from "./workloads/deployment.ts";
import { startReplicaSetController } from "./workloads/replicaset.ts";
import { startStatefulSetController } from "./workloads/statefulset.ts";

export interface ControlPlaneOptions {
  readonly sim: Simulation;
  readonly clients: ClientFactory;
  readonly reader: ApiReader;
  readonly stamp: (at?: Ms) => string;
  readonly timeOf: (stamp: string) => Ms;
}

/** What of the control plane is told from outside. */
export interface ControlPlane {
  readonly attacher: Attacher;
}

export function startControlPlane({
  sim,
  clients,
  reader,
  stamp,
  timeOf,
}: ControlPlaneOptions): ControlPlane {
  const scheduler = clients.client({ from: "scheduler", user: "system:kube-scheduler" });
  const manager = clients.client({ from: "controller-manager", user: "system:kube-controller-manager" });
  const now = (): string => stamp();
  startScheduler({ sim, api: scheduler, reader, stamp: now });
  startNodeLifecycle({ sim, api: manager, reader, stamp: now });
  startTaintEviction({ sim, api: manager, reader, stamp: now });
  startEndpoints({ sim, api: manager, reader });
  startReplicaSetController({ sim, api: manager, reader, stamp: now });
  startDeploymentController({ sim, api: manager, reader, stamp: now });
  startDaemonSetController({ sim, api: manager, reader, stamp: now });
  startStatefulSetController({ sim, api: manager, reader, stamp: now });
  startJobController({ sim, api: manager, reader, stamp: now, timeOf });
  startCronJobController({ sim, api: manager, reader, stamp: now, timeOf });
  startGarbageCollector({ sim, api: manager, reader });
  startVolumeBinder({ sim, api: manager, reader, stamp: now });
  return { attacher: startAttacher({ sim, api: manager, reader, stamp: now }) };
}

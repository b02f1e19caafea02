import type { Adapter } from "../adapter.ts";
import { cgroupResources, oomScoreAdj } from "./cgroups.ts";
import { leaseAdapter } from "./node-lease.ts";
import { shutdownAdapter } from "./node-shutdown.ts";
import { nodeStatusAdapter } from "./node-status.ts";

/** Suite name → adapter. */
export const adapters: Record<string, Adapter> = {
  "oom-score-adj": oomScoreAdj,
  "cgroup-resources": cgroupResources,
  "node-status": nodeStatusAdapter,
  "node-lease": leaseAdapter,
  "node-shutdown": shutdownAdapter,
};

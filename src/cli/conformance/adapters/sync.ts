import type { Adapter } from "../adapter.ts";
import { admission } from "./admission.ts";
import { downwardEnv, envExpansion } from "./environment.ts";
import { plegEvents } from "./pleg-events.ts";
import { podConfig, staticPod } from "./pod-config.ts";
import { volumeProjection } from "./volume-projection.ts";

/** Suite name → adapter. */
export const adapters: Record<string, Adapter> = {
  "pod-config": podConfig,
  "static-pod": staticPod,
  "pleg-events": plegEvents,
  "env-expansion": envExpansion,
  "downward-env": downwardEnv,
  "volume-projection": volumeProjection,
  "kubelet-admission": admission,
};

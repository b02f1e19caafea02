import type { Kubelet } from "../contract.ts";
import { generateRunContainerOptions } from "../env/index.ts";
import { createGenericRuntime, type KubeGenericRuntime } from "./runtime.ts";

export type { KubeGenericRuntime } from "./runtime.ts";

/** The runtime manager with the environment and mounts of the kubelet. */
export function createRuntime(k: Kubelet): KubeGenericRuntime {
  return createGenericRuntime(k, { runContainerOptions: generateRunContainerOptions });
}

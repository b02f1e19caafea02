import type { GenericRuntime, Kubelet } from "../contract.ts";
import { generateRunContainerOptions } from "../env/index.ts";
import { createGenericRuntime } from "./runtime.ts";

/** The runtime manager with the environment and mounts of the kubelet. */
export function createRuntime(k: Kubelet): GenericRuntime {
  return createGenericRuntime(k, { runContainerOptions: generateRunContainerOptions });
}

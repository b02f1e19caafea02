export { createPodWorkers, type KubeletPodWorkers } from "./manager.ts";

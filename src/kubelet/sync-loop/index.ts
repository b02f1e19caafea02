export { createPodManager } from "./pod-manager.ts";
export { createSyncLoop } from "./sync-loop.ts";
export { createWorkQueue } from "./work-queue.ts";

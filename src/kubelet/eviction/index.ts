export { createEvictionManager, type KubeletEvictionManager } from "./manager.ts";

export { createVolumeManager } from "./volume-manager.ts";

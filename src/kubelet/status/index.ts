export { createStatusManager, type KubeletStatusManager } from "./manager.ts";
export { statusManagerMachine } from "./status-manager.machine.ts";

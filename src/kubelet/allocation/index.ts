export { createAllocationManager } from "./manager.ts";

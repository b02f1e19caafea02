export { createNodeShutdownManager } from "./manager.ts";

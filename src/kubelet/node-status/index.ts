export { createNodeStatusManager } from "./manager.ts";
export { warmNode } from "./warm-node.ts";

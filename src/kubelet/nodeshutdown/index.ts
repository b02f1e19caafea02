export { LOGIND_DROP_IN, readInhibitDelay } from "./inhibit.ts";
export { createNodeShutdownManager } from "./manager.ts";

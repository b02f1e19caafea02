export { createPleg } from "./pleg.ts";
export { createPodCache } from "./pod-cache.ts";

export { createPodConfig } from "./pod-config.ts";

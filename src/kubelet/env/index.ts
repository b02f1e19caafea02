export { createObjectStore } from "./object-store.ts";
export { generateRunContainerOptions } from "./run-options.ts";

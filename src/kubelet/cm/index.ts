export { createContainerManager } from "./container-manager.ts";

export { createImageManager } from "./image-manager.ts";

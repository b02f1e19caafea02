export { createLeaseController } from "./controller.ts";

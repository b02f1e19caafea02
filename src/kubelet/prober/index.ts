export { createProberManager } from "./manager.ts";
export { proberMachine } from "./prober.machine.ts";

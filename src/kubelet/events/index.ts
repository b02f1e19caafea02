export { recorderMachine } from "./recorder.machine.ts";
export { createEventRecorder } from "./recorder.ts";

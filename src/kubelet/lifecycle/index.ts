export { createHookRunner, type HookRequest, type HookRunner } from "./hooks.ts";

import type { Adapter } from "../adapter.ts";

/** Suite name → adapter. */
export const adapters: Record<string, Adapter> = {};

/** What the steps of a sync share. */
import type { Effect } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { SyncResult } from "../contract.ts";
import type { StartError } from "../types.ts";
import type { SyncContext, SyncEvent } from "./sync.machine.ts";

export type SyncEffect = Effect<SyncContext, SyncEvent & SimEvent>;
export type Raise = (event: SyncEvent) => void;

export interface StepTools {
  readonly replyTo: (key: string, type: SyncEvent["type"]) => ReplyTo;
  /** Answers with the results of this context, and ends the sync. */
  readonly finish: (context: SyncContext, raise: Raise) => void;
}

export function syncResult(action: SyncResult["action"], target: string, error?: StartError): SyncResult {
  return { action, target, ...(error ? { error } : {}) };
}

/** One record into the life of a node: the Ready condition, lease renewals, events. */
import type { TraceRecord } from "../../sim/types.ts";
import { begin, type NodeDraft } from "./drafts.ts";

/** Records that change the Ready condition, and to what. */
const READY: Readonly<Record<string, "ready" | "failed" | "unknown">> = {
  "event.NodeReady": "ready",
  "event.NodeNotReady": "unknown",
  "node-lifecycle.Unknown": "unknown",
};

export function foldNode(node: NodeDraft, record: TraceRecord): void {
  const { type, time, seq, data } = record;
  if (type === "lease.renew") {
    node.leases.push({ at: time, seq });
    return;
  }
  const said = readyIn(data["patch"] ?? data["conditions"]);
  const state = said ?? READY[type];
  if (state) {
    // Before the first change it was in the other state.
    if (node.bands.length === 0 && time > 0)
      begin(node.bands, state === "ready" ? "unknown" : "ready", 0, seq);
    begin(node.bands, state, time, seq);
  }
  if (type.startsWith("event.")) {
    node.events.push({
      at: time,
      seq,
      reason: type.slice(6),
      warning: data["type"] === "Warning",
      message: String(data["message"] ?? ""),
    });
  }
}

/** The Ready condition in a patch of the node's status, if it has one. */
function readyIn(patch: unknown): "ready" | "failed" | "unknown" | undefined {
  const conditions = Array.isArray(patch)
    ? patch
    : ((patch as { conditions?: unknown } | undefined)?.conditions ?? []);
  if (!Array.isArray(conditions)) return undefined;
  const found = conditions.find((c) => (c as { type?: unknown }).type === "Ready") as
    | { status?: string }
    | undefined;
  return found?.status === "True"
    ? "ready"
    : found?.status === "False"
      ? "failed"
      : found?.status === "Unknown"
        ? "unknown"
        : undefined;
}

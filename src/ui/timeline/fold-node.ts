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
  if (type === "lease.renew" || type === "lease.create") {
    node.leases.push({ at: time, seq });
    return;
  }
  const reported =
    type === "node.report" && typeof data["ready"] === "boolean"
      ? data["ready"]
        ? "ready"
        : "failed"
      : undefined;
  const turned = READY[type];
  const state = turned ?? reported;
  if (state) {
    // Before a first turn it was in the other state; a report only says what is so.
    const before = turned && state === "ready" ? "unknown" : "ready";
    if (node.bands.length === 0 && time > 0) begin(node.bands, before, 0, seq);
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

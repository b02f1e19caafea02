/** Errors of a sync as the worker sees and the log prints them (pkg/kubelet/container/sync_result.go). */
import type { SyncResult } from "../contract.ts";

/** `failed to "ACTION" for "TARGET" with REASON: "MESSAGE"`, as one error of several (pkg/kubelet/container/sync_result.go). */
export function syncErrors(
  results: readonly SyncResult[],
  syncError?: string,
): { text: string; backoffUntilMs?: number }[] {
  const errors = results.flatMap(({ action, target, error }) => {
    if (!error) return [];
    const text = `failed to "${action}" for "${target}" with ${error.reason}: ${JSON.stringify(error.message)}`;
    return [
      { text, ...(error.backoffUntilMs === undefined ? {} : { backoffUntilMs: error.backoffUntilMs }) },
    ];
  });
  return syncError === undefined ? errors : [{ text: `failed to SyncPod: ${syncError}` }, ...errors];
}

/** Several errors as Go prints their aggregate: each text once. */
export function aggregate(texts: readonly string[]): string | null {
  const unique = [...new Set(texts)];
  if (unique.length === 0) return null;
  return unique.length === 1 ? (unique[0] as string) : `[${unique.join(", ")}]`;
}

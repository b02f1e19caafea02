/** Text of FailedScheduling (pkg/scheduler/framework/types.go: FitError). */

/**
 * `0/N nodes are available: 1 Insufficient cpu, 2 … .` with the reasons sorted, then what preemption found.
 * @param preemption reasons by which preemption does not help, or null where it was not tried
 */
export function fitErrorText(
  nodeCount: number,
  reasons: ReadonlyMap<string, number>,
  preemption: ReadonlyMap<string, number> | null,
): string {
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts]
      .map(([reason, count]) => `${count} ${reason}`)
      .sort()
      .join(", ");
  let text = `0/${nodeCount} nodes are available: ${list(reasons)}.`;
  if (preemption) {
    text += ` no new claims to deallocate, preemption: 0/${nodeCount} nodes are available: ${list(preemption)}.`;
  }
  return text;
}

/**
 * The crash-loop back-off of a container, from its exits and starts alone (pkg/kubelet/kuberuntime doBackOff with
 * client-go's flowcontrol.Backoff): each restart sets the delay that the next one must wait, counted from the exit.
 */
import type { Ms } from "../../sim/types.ts";

const FIRST: Ms = 10_000;
const LONGEST: Ms = 300_000;

/** Delay after each exit, 0 where the restart follows at once. `longest` is the kubelet's maxContainerRestartPeriod. */
export function backoffDelays(exits: readonly Ms[], starts: readonly Ms[], longest = LONGEST): Ms[] {
  let entry: { delay: Ms; updated: Ms } | null = null;
  return exits.map((exit) => {
    const expired = entry === null || exit - entry.updated > 2 * longest;
    const delay: Ms = expired ? 0 : (entry as { delay: Ms }).delay;
    const restart = starts.find((s) => s > exit);
    if (restart !== undefined) {
      const next: Ms = expired ? FIRST : Math.min((entry as { delay: Ms }).delay * 2, longest);
      entry = { delay: Math.min(next, longest), updated: restart };
    }
    return delay;
  });
}

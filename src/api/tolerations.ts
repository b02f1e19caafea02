/** Matching of tolerations and taints: `k8s.io/api/core/v1/toleration.go`, component-helpers, taint eviction. */
import type { Taint, Toleration } from "./types.ts";

/** Whether one toleration covers one taint. `Lt` and `Gt` are behind a gate that is off and never match. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? "") {
    case "":
    case "Equal":
      return (toleration.value ?? "") === (taint.value ?? "");
    case "Exists":
      return true;
    default:
      return false;
  }
}

export function tolerationsTolerateTaint(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((t) => toleratesTaint(t, taint));
}

/** The first taint with one of `effects` (absent: any effect) that nothing tolerates. */
export function findMatchingUntoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects?: readonly string[],
): Taint | undefined {
  return taints.find(
    (taint) => (!effects || effects.includes(taint.effect)) && !tolerationsTolerateTaint(tolerations, taint),
  );
}

/** The toleration used for each taint (the first that matches), and whether every taint has one. */
export function getMatchingTolerations(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): { readonly allTolerated: boolean; readonly used: readonly Toleration[] } {
  const used: Toleration[] = [];
  for (const taint of taints) {
    const match = tolerations.find((t) => toleratesTaint(t, taint));
    if (!match) return { allTolerated: false, used: [] };
    used.push(match);
  }
  return { allTolerated: true, used };
}

/** Shortest time in seconds that tolerations grant; null: for ever. No toleration grants no time. */
export function getMinTolerationSeconds(tolerations: readonly Toleration[]): number | null {
  if (tolerations.length === 0) return 0;
  let shortest: number | null = null;
  for (const { tolerationSeconds } of tolerations) {
    if (tolerationSeconds === undefined || tolerationSeconds === null) continue;
    if (tolerationSeconds <= 0) return 0;
    if (shortest === null || tolerationSeconds < shortest) shortest = tolerationSeconds;
  }
  return shortest;
}

/** What the taint eviction controller decides on a pod: seconds until it deletes it, null for never. */
export function taintEviction(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): { readonly allTolerated: boolean; readonly evictAfterSeconds: number | null } {
  if (taints.length === 0) return { allTolerated: true, evictAfterSeconds: null };
  const { allTolerated, used } = getMatchingTolerations(taints, tolerations);
  return { allTolerated, evictAfterSeconds: allTolerated ? getMinTolerationSeconds(used) : 0 };
}

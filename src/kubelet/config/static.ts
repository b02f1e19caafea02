/**
 * Where a pod comes from, and which pods are static, mirrors and critical (pkg/kubelet/types/pod_update.go).
 */
import type { Pod, PodSource } from "../types.ts";

export const CONFIG_SOURCE = "kubernetes.io/config.source";
export const CONFIG_SEEN = "kubernetes.io/config.seen";
export const CONFIG_HASH = "kubernetes.io/config.hash";
export const CONFIG_MIRROR = "kubernetes.io/config.mirror";

/** Priority from which a pod is critical. */
export const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;
const SYSTEM_NODE_CRITICAL = "system-node-critical";

const SOURCES: readonly PodSource[] = ["file", "http", "api"];

export type SourcesResult =
  | { readonly ok: true; readonly sources: readonly PodSource[] }
  | { readonly ok: false; readonly error: string };

/** Reads a list of sources: `*` stands for all, an empty name for none. */
export function getValidatedSources(names: readonly string[]): SourcesResult {
  const sources: PodSource[] = [];
  for (const name of names) {
    if (name === "*") return { ok: true, sources: SOURCES };
    if (SOURCES.includes(name as PodSource)) sources.push(name as PodSource);
    else if (name !== "") return { ok: false, error: `unknown pod source "${name}"` };
  }
  return { ok: true, sources };
}

/** What stands in the pod's source annotation. */
export const getPodSource = (pod: Pod): string | undefined => pod.metadata?.annotations?.[CONFIG_SOURCE];

export const noSourceText = (pod: Pod): string => `cannot get source of pod "${pod.metadata?.uid ?? ""}"`;

export const isMirrorPod = (pod: Pod): boolean => pod.metadata?.annotations?.[CONFIG_MIRROR] !== undefined;

export function isStaticPod(pod: Pod): boolean {
  const source = getPodSource(pod);
  return source !== undefined && source !== "api";
}

/** Static, mirror, or of a priority from 2000000000 on. */
export function isCriticalPod(pod: Pod): boolean {
  return (
    isStaticPod(pod) ||
    isMirrorPod(pod) ||
    (pod.spec?.priority ?? Number.NEGATIVE_INFINITY) >= SYSTEM_CRITICAL_PRIORITY
  );
}

export const isNodeCriticalPod = (pod: Pod): boolean =>
  isCriticalPod(pod) && pod.spec?.priorityClassName === SYSTEM_NODE_CRITICAL;

/** Whether the first pod may push the second off the node. */
export function preemptable(preemptor: Pod, preemptee: Pod): boolean {
  if (isCriticalPod(preemptor) && !isCriticalPod(preemptee)) return true;
  const [a, b] = [preemptor.spec?.priority, preemptee.spec?.priority];
  return a !== undefined && a !== null && b !== undefined && b !== null && a > b;
}

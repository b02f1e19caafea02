/** Limits of a pod's local storage (pkg/kubelet/eviction/eviction_manager.go: localStorageEviction). */
import {
  compareQuantity,
  formatQuantity,
  type Quantity,
  quantity,
  quantityOf,
  quantitySign,
} from "../../api/quantity.ts";
import type { Pod } from "../../api/types.ts";
import { podLimits } from "../cm/pod-resources.ts";
import type { FsStats, PodStats, StatsOf } from "./types.ts";

const STORAGE = "ephemeral-storage";

const used = (fs: FsStats | undefined): Quantity => quantityOf(fs?.usedBytes ?? 0, "BinarySI");

/** A volume that holds more than it may. */
function emptyDirOver(pod: Pod, stats: PodStats): string | undefined {
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    const seen = stats.volume?.findLast((v) => v.name === name);
    if (emptyDir?.sizeLimit === undefined || seen?.usedBytes === undefined) continue;
    const limit = quantity(emptyDir.sizeLimit);
    if (quantitySign(limit) === 1 && compareQuantity(used(seen), limit) > 0)
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${formatQuantity(limit)}". `;
  }
  return undefined;
}

/** All files of the pod against the sum of its containers' limits. */
function podOver(pod: Pod, stats: PodStats): string | undefined {
  const limit = podLimits(pod).get(STORAGE);
  if (!limit || compareQuantity(used(stats[STORAGE]), limit) <= 0) return undefined;
  return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(limit)}. `;
}

/** One container's log and, unless images have a disk of their own, its writable layer. */
function containerOver(pod: Pod, stats: PodStats, dedicatedImageFs: boolean): string | undefined {
  for (const one of stats.containers ?? []) {
    const text = pod.spec?.containers?.find((c) => c.name === one.name)?.resources?.limits?.[STORAGE];
    if (text === undefined || quantitySign(quantity(text)) === 0) continue;
    const bytes = (one.logs?.usedBytes ?? 0) + (dedicatedImageFs ? 0 : (one.rootfs?.usedBytes ?? 0));
    if (compareQuantity(quantity(text), quantityOf(bytes, "BinarySI")) < 0)
      return `Container ${one.name} exceeded its local ephemeral storage limit "${formatQuantity(quantity(text))}". `;
  }
  return undefined;
}

/**
 * Pods to be evicted for what they have written, with the reason; the first limit that is exceeded counts. Upstream has
 * the active pods in the random order of a map; here those over the limit of a volume come first, then of a container,
 * then of the pod as a whole.
 */
export function localStorageEvictions(
  pods: readonly Pod[],
  statsOf: StatsOf,
  dedicatedImageFs: boolean,
): { readonly pod: Pod; readonly message: string }[] {
  const over = pods.flatMap((pod) => {
    const stats = statsOf(pod);
    if (!stats) return [];
    const messages = [
      emptyDirOver(pod, stats),
      podOver(pod, stats),
      containerOver(pod, stats, dedicatedImageFs),
    ];
    const kind = messages.findIndex((m) => m !== undefined);
    return kind < 0 ? [] : [{ pod, message: messages[kind] ?? "", turn: [0, 2, 1][kind] ?? 0 }];
  });
  return over.sort((a, b) => a.turn - b.turn).map(({ pod, message }) => ({ pod, message }));
}

/** Whether any limit of local storage is set: only then is anything measured for it. */
export function hasLocalStorageLimits(pod: Pod): boolean {
  if (pod.spec?.volumes?.some((v) => v.emptyDir?.sizeLimit !== undefined)) return true;
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  return containers.some((c) => c.resources?.limits?.[STORAGE] !== undefined);
}

/** Which files of a container's log go, are compressed or renamed (pkg/kubelet/logs/container_log_manager.go). */
import type { Ms } from "../../sim/types.ts";

const COMPRESS_SUFFIX = ".gz";
const TMP_SUFFIX = ".tmp";

/** What is to be done before the live log is renamed; full paths. */
export interface RotationPlan {
  readonly remove: readonly string[];
  readonly compress: readonly string[];
}

/** Whether a log of that size is rotated; a negative limit turns rotation off. Bytes. */
export function needsRotation(size: number, maxSize: number): boolean {
  return maxSize >= 0 && size >= maxSize;
}

/** `0.log` → `0.log.20060102-150405`. @param at Unix ms of the node's clock */
export function rotatedLogName(log: string, at: Ms): string {
  const [day = "", time = ""] = new Date(at).toISOString().split("T");
  return `${log}.${day.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}`;
}

export function compressedLogName(rotated: string): string {
  return rotated + COMPRESS_SUFFIX;
}

/** No remainder of a rotation that broke off: no temporary file, and nothing that is there compressed too (isInUse). */
export function isInUse(log: string, logs: readonly string[]): boolean {
  if (log.endsWith(TMP_SUFFIX)) return false;
  return log.endsWith(COMPRESS_SUFFIX) || !logs.includes(compressedLogName(log));
}

/** Files that were rotated away from a log, the oldest first; remainders among them. @param names in its directory */
export function rotatedLogs(log: string, names: readonly string[]): string[] {
  const slash = log.lastIndexOf("/");
  const stem = `${log.slice(slash + 1)}.`;
  return names
    .filter((name) => name.startsWith(stem))
    .sort()
    .map((name) => log.slice(0, slash + 1) + name);
}

/**
 * Before a rotation: remainders go, and the oldest, until with the live log and the one it becomes there are at most
 * `maxFiles`; what is left is compressed (cleanupUnusedLogs, removeExcessLogs, rotateLog).
 */
export function planRotation(rotated: readonly string[], maxFiles: number): RotationPlan {
  const inUse = rotated.filter((log) => isInUse(log, rotated)).sort();
  const excess = Math.max(0, inUse.length - Math.max(0, maxFiles - 2));
  return {
    remove: [...rotated.filter((log) => !isInUse(log, rotated)), ...inUse.slice(0, excess)],
    compress: inUse.slice(excess).filter((log) => !log.endsWith(COMPRESS_SUFFIX)),
  };
}

/** Bytes that a log of that size is taken to have after compression: logs shrink to about a tenth. */
export function compressedSize(size: number): number {
  return Math.ceil(size / 10);
}

/** Which unused images go, and when (pkg/kubelet/images/image_gc_manager.go). */
import { formatDuration } from "../../api/duration.ts";
import type { RuntimeImage } from "../../cri/contract.ts";
import type { Ms } from "../../sim/types.ts";

export interface ImageGcPolicy {
  readonly highThresholdPercent: number;
  readonly lowThresholdPercent: number;
  readonly minAgeMs: Ms;
  /** 0: images do not grow too old. */
  readonly maxAgeMs: Ms;
}

/** What is remembered of an image; null is before all time: there at the first look, never seen in use. */
export interface ImageRecord {
  readonly firstDetected: Ms | null;
  readonly lastUsed: Ms | null;
  readonly sizeBytes: number;
  readonly pinned: boolean;
}
export type ImageRecords = Readonly<Record<string, ImageRecord>>;

export interface EvictionInfo extends ImageRecord {
  readonly id: string;
}

const time = (at: Ms | null): number => at ?? Number.NEGATIVE_INFINITY;

/** Text of the error of a policy that makes no sense; null when it does (NewImageGCManager). */
export function validateImageGcPolicy({
  highThresholdPercent: high,
  lowThresholdPercent: low,
}: ImageGcPolicy): string | null {
  if (high < 0 || high > 100) return `invalid HighThresholdPercent ${high}, must be in range [0-100]`;
  if (low < 0 || low > 100) return `invalid LowThresholdPercent ${low}, must be in range [0-100]`;
  if (low > high) return `LowThresholdPercent ${low} can not be higher than HighThresholdPercent ${high}`;
  return null;
}

/** The records after a look at images and at what containers use (detectImages). */
export function detectImages(
  records: ImageRecords,
  images: readonly RuntimeImage[],
  inUse: ReadonlySet<string>,
  detectTime: Ms | null,
  now: Ms,
): ImageRecords {
  const next: Record<string, ImageRecord> = {};
  for (const image of images) {
    const before = records[image.id];
    next[image.id] = {
      firstDetected: before ? before.firstDetected : detectTime,
      lastUsed: inUse.has(image.id) ? now : (before?.lastUsed ?? null),
      sizeBytes: image.sizeBytes,
      pinned: image.pinned === true,
    };
  }
  return next;
}

/** Unused images that may be removed, the longest unused first (imagesInEvictionOrder). */
export function imagesInEvictionOrder(records: ImageRecords, inUse: ReadonlySet<string>): EvictionInfo[] {
  return Object.entries(records)
    .filter(([id, record]) => !inUse.has(id) && !record.pinned)
    .map(([id, record]) => ({ id, ...record }))
    .sort(
      (a, b) =>
        compare(time(a.lastUsed), time(b.lastUsed)) || compare(time(a.firstDetected), time(b.firstDetected)),
    );
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Images unused for longer than the maximum age; none before the kubelet itself is that old (freeOldImages). */
export function oldImages(
  images: readonly EvictionInfo[],
  policy: ImageGcPolicy,
  freeTime: Ms,
  beganGc: Ms,
): EvictionInfo[] {
  if (policy.maxAgeMs === 0 || freeTime - beganGc <= policy.maxAgeMs) return [];
  return images.filter((image) => freeTime - time(image.lastUsed) > policy.maxAgeMs);
}

/** Images that may be removed for space: not used just now, and not so new that a container may be about to use them (freeSpace). */
export function freeableImages(
  images: readonly EvictionInfo[],
  policy: ImageGcPolicy,
  freeTime: Ms,
): EvictionInfo[] {
  return images.filter(
    (image) => time(image.lastUsed) < freeTime && freeTime - time(image.firstDetected) >= policy.minAgeMs,
  );
}

export interface SpaceDecision {
  /** Set when the file system cannot be judged. */
  readonly error?: string;
  readonly usagePercent: number;
  /** Bytes to free; 0 while usage is below the high threshold. */
  readonly amountToFree: number;
}

/** How much has to go, from the state of the image file system (GarbageCollect). */
export function spaceToFree(
  policy: ImageGcPolicy,
  fs: { capacityBytes: number; availableBytes: number },
): SpaceDecision {
  const capacity = fs.capacityBytes;
  const available = Math.min(fs.availableBytes, capacity);
  if (capacity === 0)
    return { error: "invalid capacity 0 on image filesystem", usagePercent: 0, amountToFree: 0 };
  const usagePercent = 100 - Math.trunc((available * 100) / capacity);
  if (usagePercent < policy.highThresholdPercent) return { usagePercent, amountToFree: 0 };
  const wanted = Math.trunc((capacity * (100 - policy.lowThresholdPercent)) / 100) - available;
  return { usagePercent, amountToFree: wanted };
}

export function insufficientSpace(usagePercent: number, capacityBytes: number, freedBytes: number): string {
  return (
    `Insufficient free disk space on the node's image filesystem (${usagePercent}% of ${formatSize(capacityBytes)} used). ` +
    `Failed to free sufficient space by deleting unused images (freed ${freedBytes} bytes). ` +
    "Investigate disk usage, as it could be used by active images, logs, volumes, or other data."
  );
}

/** Errors of removals, one plain, several as a list. */
function aggregate(errors: readonly string[]): string {
  const unique = [...new Set(errors)];
  return unique.length === 1 ? (unique[0] as string) : `[${unique.join(", ")}]`;
}

export function freeSpaceError(wanted: number, freed: number, errors: readonly string[]): string {
  return `wanted to free ${wanted} bytes, but freed ${freed} bytes space with errors in image deletion: ${aggregate(errors)}`;
}

export function freeOldImagesError(maxAgeMs: Ms, errors: readonly string[]): string {
  return `wanted to free images older than ${formatDuration(maxAgeMs)}, encountered errors in image deletion: ${aggregate(errors)}`;
}

const UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** `512 B`, `10.0 GiB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(1)} ${UNITS[unit]}`;
}

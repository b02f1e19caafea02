/** Which volume a claim gets (component-helpers/storage/volume: FindMatchingVolume). */

import { labelSelectorMatches } from "../../api/label-selectors.ts";
import { compareQuantity, quantity } from "../../api/quantity.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types.ts";

const DEFAULT_MODE = "Filesystem";

const capacityOf = (volume: PersistentVolume): string => volume.spec?.capacity?.["storage"] ?? "0";

/** Whether a volume was made for this claim, or has been given to it. */
export function isFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const ref = volume.spec?.claimRef;
  if (!ref || ref.name !== claim.metadata?.name || ref.namespace !== claim.metadata?.namespace) return false;
  return !ref.uid || ref.uid === claim.metadata?.uid;
}

function fits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { spec = {} } = volume;
  const wanted = claim.spec ?? {};
  const size = wanted.resources?.requests?.["storage"] ?? "0";
  if (volume.metadata?.deletionTimestamp) return false;
  if (compareQuantity(quantity(capacityOf(volume)), quantity(size)) < 0) return false;
  if ((spec.volumeMode ?? DEFAULT_MODE) !== (wanted.volumeMode ?? DEFAULT_MODE)) return false;
  return (wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode));
}

/**
 * The volume a claim is bound to or may be bound to: one that names it, else the smallest free one of its class that
 * is large enough, has its modes and its labels.
 */
export function findMatchingVolume(
  volumes: readonly PersistentVolume[],
  claim: PersistentVolumeClaim,
): PersistentVolume | undefined {
  const named = claim.spec?.volumeName;
  if (named) return volumes.find((v) => v.metadata?.name === named);
  const own = volumes.find((v) => isFor(v, claim));
  if (own) return own;
  return volumes
    .filter(
      (v) =>
        !v.spec?.claimRef &&
        v.status?.phase === "Available" &&
        (v.spec?.storageClassName ?? "") === (claim.spec?.storageClassName ?? "") &&
        (!claim.spec?.selector || labelSelectorMatches(claim.spec.selector, v.metadata?.labels ?? {})) &&
        fits(v, claim),
    )
    .sort(
      (a, b) =>
        compareQuantity(quantity(capacityOf(a)), quantity(capacityOf(b))) ||
        ((a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1),
    )[0];
}

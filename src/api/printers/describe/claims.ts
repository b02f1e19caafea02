/** Fields of a PersistentVolumeClaim, on its own or as a pod's ephemeral volume. */
import type { PersistentVolumeClaim } from "../../types.ts";
import { timestampSince } from "../human-duration.ts";
import { quantityText } from "../quantities.ts";
import { type DescribeWriter, writeAnnotations, writeLabels } from "./writer.ts";

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** `RWO,ROX`: each mode once, in this fixed order (GetAccessModesAsString). */
export function accessModesText(modes: readonly string[] | undefined): string {
  return Object.keys(MODES)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => MODES[mode])
    .join(",");
}

const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** Class of a claim or a volume; the old annotation goes first. */
export function storageClassOf(object: {
  metadata?: { annotations?: { [key: string]: string } };
  spec?: { storageClassName?: string };
}): string {
  return object.metadata?.annotations?.[CLASS_ANNOTATION] ?? object.spec?.storageClassName ?? "";
}

/** `full` (with the time now) for a claim of its own, null for a claim template inside a pod. */
export function claimFields(
  w: DescribeWriter,
  pvc: PersistentVolumeClaim,
  full: { nowMs: number } | null,
): void {
  const { metadata = {}, spec, status } = pvc;
  if (full) w.write(0, `Name:\t${metadata.name ?? ""}\n`);
  if (full) w.write(0, `Namespace:\t${metadata.namespace ?? ""}\n`);
  w.write(0, `StorageClass:\t${storageClassOf(pvc)}\n`);
  if (full) {
    const ending = metadata.deletionTimestamp;
    w.write(
      0,
      `Status:\t${ending ? `Terminating (lasts ${timestampSince(ending, full.nowMs)})` : (status?.phase ?? "")}\n`,
    );
  }
  w.write(0, `Volume:\t${spec?.volumeName ?? ""}\n`);
  writeLabels(w, "Labels", metadata.labels);
  writeAnnotations(w, "Annotations", metadata.annotations);
  if (full) w.write(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(" ")}]\n`);
  const bound = Boolean(spec?.volumeName);
  w.write(0, `Capacity:\t${bound ? quantityText(status?.capacity?.["storage"] ?? "0") : ""}\n`);
  w.write(0, `Access Modes:\t${bound ? accessModesText(status?.accessModes) : ""}\n`);
  if (spec?.volumeMode) w.write(0, `VolumeMode:\t${spec.volumeMode}\n`);
  const source = spec?.dataSource;
  if (source) {
    w.write(0, "DataSource:\n");
    if (source.apiGroup !== undefined && source.apiGroup !== null)
      w.write(1, `APIGroup:\t${source.apiGroup}\n`);
    w.write(1, `Kind:\t${source.kind}\n`);
    w.write(1, `Name:\t${source.name}\n`);
  }
}

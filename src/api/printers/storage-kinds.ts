/** Rows of volumes, claims and storage classes. */
import type { PersistentVolume, PersistentVolumeClaim } from "../types.ts";
import { accessModesText, storageClassOf } from "./describe/claims.ts";
import { timestampSince } from "./human-duration.ts";
import type * as k8s from "./kinds.ts";
import { quantityText } from "./quantities.ts";
import { columns, type TablePrinter } from "./table.ts";

export const persistentVolumePrinter: TablePrinter<PersistentVolume> = {
  columns: columns(
    "Name,Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age,(VolumeMode)",
  ),
  row(volume, { nowMs }) {
    const { metadata, spec, status } = volume;
    const claim = spec?.claimRef;
    return [
      metadata?.name ?? "",
      quantityText(spec?.capacity?.["storage"]),
      accessModesText(spec?.accessModes),
      spec?.persistentVolumeReclaimPolicy ?? "",
      metadata?.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
      claim ? `${claim.namespace ?? ""}/${claim.name ?? ""}` : "",
      storageClassOf(volume),
      spec?.volumeAttributesClassName ?? "<unset>",
      status?.reason ?? "",
      timestampSince(metadata?.creationTimestamp, nowMs),
      spec?.volumeMode ?? "<unset>",
    ];
  },
};

export const persistentVolumeClaimPrinter: TablePrinter<PersistentVolumeClaim> = {
  columns: columns(
    "Name,Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age,(VolumeMode)",
  ),
  row(claim, { nowMs }) {
    const { metadata, spec, status } = claim;
    const bound = Boolean(spec?.volumeName);
    return [
      metadata?.name ?? "",
      metadata?.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
      spec?.volumeName ?? "",
      bound ? quantityText(status?.capacity?.["storage"]) : "",
      bound ? accessModesText(status?.accessModes) : "",
      storageClassOf(claim),
      spec?.volumeAttributesClassName ?? "<unset>",
      timestampSince(metadata?.creationTimestamp, nowMs),
      spec?.volumeMode ?? "<unset>",
    ];
  },
};

const DEFAULT_CLASS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

export const storageClassPrinter: TablePrinter<k8s.StorageClass> = {
  columns: columns("Name,Provisioner,ReclaimPolicy,VolumeBindingMode,AllowVolumeExpansion,Age"),
  row({ metadata, provisioner, reclaimPolicy, volumeBindingMode, allowVolumeExpansion }, { nowMs }) {
    const standard = DEFAULT_CLASS.some((a) => metadata?.annotations?.[a] === "true");
    return [
      `${metadata?.name ?? ""}${standard ? " (default)" : ""}`,
      provisioner ?? "",
      reclaimPolicy ?? "Delete",
      volumeBindingMode ?? "Immediate",
      allowVolumeExpansion ?? false,
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};

export const volumeAttachmentPrinter: TablePrinter<k8s.VolumeAttachment> = {
  columns: columns("Name,Attacher,PV,Node,Attached,Age"),
  row: ({ metadata, spec, status }, { nowMs }) => [
    metadata?.name ?? "",
    spec.attacher,
    spec.source.persistentVolumeName ?? "",
    spec.nodeName,
    status?.attached ?? false,
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

export const csiNodePrinter: TablePrinter<k8s.CSINode> = {
  columns: columns("Name,Drivers,Age"),
  row: ({ metadata, spec }, { nowMs }) => [
    metadata?.name ?? "",
    spec?.drivers?.length ?? 0,
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

export const csiDriverPrinter: TablePrinter<k8s.CSIDriver> = {
  columns: columns(
    "Name,AttachRequired,PodInfoOnMount,StorageCapacity,TokenRequests,RequiresRepublish,Modes,Age",
  ),
  row: ({ metadata, spec }, { nowMs }) => [
    metadata?.name ?? "",
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    spec.tokenRequests ? spec.tokenRequests.map((t) => t.audience).join(",") : "<unset>",
    spec.requiresRepublish ?? false,
    (spec.volumeLifecycleModes ?? []).join(",") || "<none>",
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

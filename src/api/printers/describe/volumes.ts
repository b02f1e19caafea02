/** Volumes of a pod as describe shows them (kubectl/pkg/describe: describeVolumes). */
import type { PersistentVolumeClaim, Volume } from "../../types.ts";
import { goValue, isDict } from "../go-format.ts";
import { quantitySign, quantityText } from "../quantities.ts";
import { claimFields } from "./claims.ts";
import { type DescribeWriter, nested, writeVolumeAttributes } from "./writer.ts";

/** What `%v` shows of a field that is not set: blank text, a number or a boolean. */
type Zero = "" | 0 | false | "[]" | "map[]" | "nil" | "<none>";
type Field = readonly [label: string, key: string, zero: Zero];
interface Layout {
  readonly text: string;
  readonly fields: readonly Field[];
}

const fs: Field = ["FSType:", "fsType", ""];
const readOnly: Field = ["ReadOnly:", "readOnly", false];

/** Sources that are nothing but a list of fields, in the order in which describe looks for them. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  hostPath: {
    text: "HostPath (bare host directory volume)",
    fields: [
      ["Path:", "path", ""],
      ["HostPathType:", "type", "<none>"],
    ],
  },
  emptyDir: {
    text: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [
      ["Medium:", "medium", ""],
      ["SizeLimit:", "sizeLimit", ""],
    ],
  },
  gcePersistentDisk: {
    text: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
    fields: [["PDName:", "pdName", ""], fs, ["Partition:", "partition", 0], readOnly],
  },
  awsElasticBlockStore: {
    text: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
    fields: [["VolumeID:", "volumeID", ""], fs, ["Partition:", "partition", 0], readOnly],
  },
  gitRepo: {
    text: "GitRepo (a volume that is pulled from git when the pod is created)",
    fields: [
      ["Repository:", "repository", ""],
      ["Revision:", "revision", ""],
    ],
  },
  secret: {
    text: "Secret (a volume populated by a Secret)",
    fields: [
      ["SecretName:", "secretName", ""],
      ["Optional:", "optional", false],
    ],
  },
  configMap: {
    text: "ConfigMap (a volume populated by a ConfigMap)",
    fields: [
      ["Name:", "name", ""],
      ["Optional:", "optional", false],
    ],
  },
  nfs: {
    text: "NFS (an NFS mount that lasts the lifetime of a pod)",
    fields: [["Server:", "server", ""], ["Path:", "path", ""], readOnly],
  },
  iscsi: {
    text: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ["TargetPortal:", "targetPortal", ""],
      ["IQN:", "iqn", ""],
      ["Lun:", "lun", 0],
      ["ISCSIInterface", "iscsiInterface", ""],
      fs,
      readOnly,
      ["Portals:", "portals", "[]"],
      ["DiscoveryCHAPAuth:", "chapAuthDiscovery", false],
      ["SessionCHAPAuth:", "chapAuthSession", false],
      ["SecretRef:", "secretRef", "nil"],
      ["InitiatorName:", "initiatorName", "<none>"],
    ],
  },
  glusterfs: {
    text: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [["EndpointsName:", "endpoints", ""], ["Path:", "path", ""], readOnly],
  },
  persistentVolumeClaim: {
    text: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    fields: [["ClaimName:", "claimName", ""], readOnly],
  },
  ephemeral: {
    text: "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
    fields: [],
  },
  rbd: {
    text: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ["CephMonitors:", "monitors", "[]"],
      ["RBDImage:", "image", ""],
      fs,
      ["RBDPool:", "pool", ""],
      ["RadosUser:", "user", ""],
      ["Keyring:", "keyring", ""],
      ["SecretRef:", "secretRef", "nil"],
      readOnly,
    ],
  },
  quobyte: {
    text: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    fields: [["Registry:", "registry", ""], ["Volume:", "volume", ""], readOnly],
  },
  downwardAPI: { text: "DownwardAPI (a volume populated by information about the pod)", fields: [] },
  azureDisk: {
    text: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
    fields: [
      ["DiskName:", "diskName", ""],
      ["DiskURI:", "diskURI", ""],
      ["Kind: ", "kind", ""],
      fs,
      ["CachingMode:", "cachingMode", ""],
      readOnly,
    ],
  },
  vsphereVolume: {
    text: "vSphereVolume (a Persistent Disk resource in vSphere)",
    fields: [["VolumePath:", "volumePath", ""], fs, ["StoragePolicyName:", "storagePolicyName", ""]],
  },
  cinder: {
    text: "Cinder (a Persistent Disk resource in OpenStack)",
    fields: [["VolumeID:", "volumeID", ""], fs, readOnly, ["SecretRef:", "secretRef", "nil"]],
  },
  photonPersistentDisk: {
    text: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
    fields: [["PdID:", "pdID", ""], fs],
  },
  portworxVolume: {
    text: "PortworxVolume (a Portworx Volume resource)",
    fields: [["VolumeID:", "volumeID", ""]],
  },
  scaleIO: {
    text: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
    fields: [
      ["Gateway:", "gateway", ""],
      ["System:", "system", ""],
      ["Protection Domain:", "protectionDomain", ""],
      ["Storage Pool:", "storagePool", ""],
      ["Storage Mode:", "storageMode", ""],
      ["VolumeName:", "volumeName", ""],
      fs,
      readOnly,
    ],
  },
  cephfs: {
    text: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [
      ["Monitors:", "monitors", "[]"],
      ["Path:", "path", ""],
      ["User:", "user", ""],
      ["SecretFile:", "secretFile", ""],
      ["SecretRef:", "secretRef", "nil"],
      readOnly,
    ],
  },
  storageos: {
    text: "StorageOS (a StorageOS Persistent Disk resource)",
    fields: [["VolumeName:", "volumeName", ""], ["VolumeNamespace:", "volumeNamespace", ""], fs, readOnly],
  },
  fc: {
    text: "FC (a Fibre Channel disk)",
    fields: [["TargetWWNs:", "targetWWNs", ""], ["LUN:", "lun", "<none>"], fs, readOnly],
  },
  azureFile: {
    text: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
    fields: [["SecretName:", "secretName", ""], ["ShareName:", "shareName", ""], readOnly],
  },
  flexVolume: {
    text: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
    fields: [
      ["Driver:", "driver", ""],
      fs,
      ["SecretRef:", "secretRef", "nil"],
      readOnly,
      ["Options:", "options", "map[]"],
    ],
  },
  flocker: {
    text: "Flocker (a Flocker volume mounted by the Flocker agent)",
    fields: [
      ["DatasetName:", "datasetName", ""],
      ["DatasetUUID:", "datasetUUID", ""],
    ],
  },
  projected: { text: "Projected (a volume that contains injected data from multiple sources)", fields: [] },
  csi: {
    text: "CSI (a Container Storage Interface (CSI) volume source)",
    fields: [["Driver:", "driver", ""], fs, readOnly],
  },
  image: {
    text: "Image (a container image or OCI artifact)",
    fields: [
      ["Reference:", "reference", ""],
      ["PullPolicy:", "pullPolicy", ""],
    ],
  },
};

function fieldText(source: string, key: string, value: unknown, zero: Zero): string {
  if (source === "emptyDir" && key === "sizeLimit") {
    const limit = typeof value === "string" || typeof value === "number" ? String(value) : "";
    return limit !== "" && quantitySign(limit) > 0 ? quantityText(limit) : "<unset>";
  }
  if (value === undefined || value === null) return String(zero);
  if (key === "secretRef" && isDict(value)) return `&LocalObjectReference{Name:${value["name"] ?? ""},}`;
  if (key === "targetWWNs" && Array.isArray(value)) return value.join(", ");
  return goValue(value);
}

export function describeVolumes(
  volumes: readonly Volume[] | undefined,
  w: DescribeWriter,
  space: string,
): void {
  if (!volumes?.length) {
    w.write(0, `${space}Volumes:\t<none>\n`);
    return;
  }
  w.write(0, `${space}Volumes:\n`);
  for (const volume of volumes) {
    w.write(1, `${space ? " " : ""}${volume.name}:\n`);
    describeSource(volume, w);
  }
}

export function describeSource(volume: Volume, w: DescribeWriter): void {
  const sources = volume as unknown as Record<string, Record<string, unknown> | undefined>;
  const kind = Object.keys(LAYOUTS).find((k) => sources[k] !== undefined && sources[k] !== null);
  const layout = kind === undefined ? undefined : LAYOUTS[kind];
  const source = kind === undefined ? undefined : sources[kind];
  if (kind === undefined || !layout || !source) {
    w.write(1, "<unknown>\n");
    return;
  }
  const lines = layout.fields.map(
    ([label, key, zero]) => `    ${label}\t${fieldText(kind, key, source[key], zero)}\n`,
  );
  w.write(2, `Type:\t${layout.text}\n${lines.join("")}`);
  if (kind === "csi") writeVolumeAttributes(w, "VolumeAttributes", volume.csi?.volumeAttributes);
  if (kind === "downwardAPI") describeDownward(volume, w);
  if (kind === "projected") describeProjected(volume, w);
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (template)
    claimFields(
      nested(w, 2),
      { metadata: template.metadata ?? {}, spec: template.spec } as PersistentVolumeClaim,
      null,
    );
}

function describeDownward(volume: Volume, w: DescribeWriter): void {
  w.write(0, "    Items:\n");
  for (const item of volume.downwardAPI?.items ?? []) {
    if (item.fieldRef) w.write(3, `${item.fieldRef.fieldPath} -> ${item.path}\n`);
    if (item.resourceFieldRef) w.write(3, `${item.resourceFieldRef.resource} -> ${item.path}\n`);
  }
}

function describeProjected(volume: Volume, w: DescribeWriter): void {
  for (const s of volume.projected?.sources ?? []) {
    if (s.secret)
      w.write(2, `SecretName:\t${s.secret.name ?? ""}\n    Optional:\t${s.secret.optional ?? false}\n`);
    else if (s.downwardAPI) w.write(2, "DownwardAPI:\ttrue\n");
    else if (s.configMap)
      w.write(
        2,
        `ConfigMapName:\t${s.configMap.name ?? ""}\n    Optional:\t${s.configMap.optional ?? false}\n`,
      );
    else if (s.serviceAccountToken)
      w.write(2, `TokenExpirationSeconds:\t${s.serviceAccountToken.expirationSeconds ?? 3600}\n`);
  }
}

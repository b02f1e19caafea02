/** Volume sources of storage on the network: `validateVolumeSource` and what it calls for each. */
import { sortedKeys } from "../plain.ts";
import type { Volume } from "../types.ts";
import { isDNS1123Label } from "./content.ts";
import { type FieldError, invalid, invalidEach, notSupported, required } from "./field-error.ts";

/** Fields that must not be empty, by source. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  gcePersistentDisk: ["pdName"],
  awsElasticBlockStore: ["volumeID"],
  nfs: ["server", "path"],
  iscsi: ["targetPortal", "iqn"],
  glusterfs: ["endpoints", "path"],
  flocker: [],
  fc: [],
  rbd: ["monitors", "image"],
  cinder: ["volumeID"],
  cephfs: ["monitors"],
  quobyte: ["volume"],
  flexVolume: ["driver"],
  azureFile: ["secretName", "shareName"],
  vsphereVolume: ["volumePath"],
  photonPersistentDisk: ["pdID"],
  portworxVolume: ["volumeID"],
  azureDisk: ["diskName", "diskURI"],
  storageos: ["volumeName"],
  scaleIO: ["gateway", "system", "volumeName"],
};

/** What else the server looks at in a source. */
const CHECKS: Readonly<Record<string, (volume: Volume, path: string) => FieldError[]>> = {
  gcePersistentDisk: (v, path) => validatePartition(v.gcePersistentDisk?.partition, path),
  awsElasticBlockStore: (v, path) => validatePartition(v.awsElasticBlockStore?.partition, path),
  nfs: ({ nfs }, path) =>
    nfs?.path?.startsWith("/") ? [] : [invalid(`${path}.path`, nfs?.path ?? "", "must be an absolute path")],
  iscsi: (v, path) => (v.iscsi ? validateISCSI(v.iscsi, path) : []),
  flocker: (v, path) => (v.flocker ? validateFlocker(v.flocker, path) : []),
  fc: (v, path) => (v.fc ? validateFC(v.fc, path) : []),
  cinder: (v, path) => validateSecretRef(v.cinder?.secretRef, path),
  quobyte: (v, path) => (v.quobyte ? validateQuobyte(v.quobyte, path) : []),
  flexVolume: (v, path) => validateFlexOptions(v.flexVolume?.options, path),
  azureDisk: (v, path) => (v.azureDisk ? validateAzureDisk(v.azureDisk, path) : []),
  storageos: ({ storageos }, path) => [
    ...(storageos?.volumeName ? label(storageos.volumeName, `${path}.volumeName`) : []),
    ...(storageos?.volumeNamespace ? label(storageos.volumeNamespace, `${path}.volumeNamespace`) : []),
    ...validateSecretRef(storageos?.secretRef, path),
  ],
};

type Source<K extends keyof Volume> = NonNullable<Volume[K]>;

const label = (value: string, path: string): FieldError[] => invalidEach(path, value, isDNS1123Label(value));

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

function validatePartition(partition: number | undefined, path: string): FieldError[] {
  if (partition === undefined || (partition >= 0 && partition <= 255)) return [];
  return [invalid(`${path}.partition`, partition, "must be between 1 and 255, inclusive")];
}

function validateSecretRef(ref: { readonly name?: string } | undefined, path: string): FieldError[] {
  return ref && !ref.name ? [required(`${path}.secretRef.name`)] : [];
}

const LUN = "must be between 0 and 255, inclusive";
const isLun = (lun: number): boolean => lun >= 0 && lun <= 255;

const INITIATORS: readonly (readonly [prefix: string, form: RegExp])[] = [
  ["iqn", /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\t\n\f\r ]+)$/],
  ["eui", /^eui.[A-Za-z0-9]{16}$/],
  ["naa", /^naa.[A-Za-z0-9]{32}$/],
];

function validateInitiator(name: string, path: string): FieldError[] {
  const known = INITIATORS.find(([prefix]) => name.startsWith(prefix));
  if (!known) return [invalid(path, name, "must be valid format starting with iqn, eui, or naa")];
  return known[1].test(name) ? [] : [invalid(path, name, "must be valid format")];
}

function validateISCSI(source: Source<"iscsi">, path: string): FieldError[] {
  const errors = source.iqn ? validateInitiator(source.iqn, `${path}.iqn`) : [];
  if (!isLun(source.lun ?? 0)) errors.push(invalid(`${path}.lun`, source.lun, LUN));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(required(`${path}.secretRef`));
  if (source.initiatorName !== undefined)
    errors.push(...validateInitiator(source.initiatorName, `${path}.initiatorname`));
  return errors;
}

/** The node keeps an initiator of its own under the volume's and the portal's name. */
export function validateInitiatorLength(volume: Volume, path: string): FieldError[] {
  const { name, iscsi } = volume;
  if (iscsi?.initiatorName === undefined || `${name ?? ""}:${iscsi.targetPortal ?? ""}`.length <= 64)
    return [];
  const detail =
    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
  return [invalid(`${path}.name`, name ?? "", detail)];
}

function validateFC({ targetWWNs = [], wwids = [], lun }: Source<"fc">, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(`${path}.targetWWNs`, "must specify either targetWWNs or wwids, but not both"));
  if (targetWWNs.length > 0 && wwids.length > 0)
    errors.push(
      invalid(`${path}.targetWWNs`, targetWWNs, "targetWWNs and wwids can not be specified simultaneously"),
    );
  if (targetWWNs.length > 0) {
    if (lun === undefined) errors.push(required(`${path}.lun`, "lun is required if targetWWNs is specified"));
    else if (!isLun(lun)) errors.push(invalid(`${path}.lun`, lun, LUN));
  }
  return errors;
}

function validateFlocker({ datasetName, datasetUUID }: Source<"flocker">, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!datasetName && !datasetUUID)
    errors.push(required(path, "one of datasetName and datasetUUID is required"));
  if (datasetName && datasetUUID)
    errors.push(invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"));
  if (datasetName?.includes("/"))
    errors.push(invalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
}

/** `host:port` or `[host]:port`; either side may be empty (net.SplitHostPort). */
const isHostPort = (text: string): boolean => /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(text);

function validateQuobyte({ registry, tenant = "" }: Source<"quobyte">, path: string): FieldError[] {
  const pairs = "must be a host:port pair or multiple pairs separated by commas";
  if (!registry) return [required(`${path}.registry`, pairs)];
  if (tenant.length > 64)
    return [required(`${path}.tenant`, "must be a UUID and may not exceed a length of 64 characters")];
  return registry
    .split(",")
    .filter((pair) => !isHostPort(pair))
    .map(() => invalid(`${path}.registry`, registry, pairs));
}

function validateFlexOptions(
  options: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  return sortedKeys(options).flatMap((key) => {
    const slash = key.indexOf("/");
    const space = `.${(slash < 0 ? key : key.slice(0, slash)).toLowerCase()}`;
    if (!space.endsWith(".kubernetes.io") && !space.endsWith(".k8s.io")) return [];
    return [invalid(`${path}.options[${key}]`, key, "kubernetes.io and k8s.io namespaces are reserved")];
  });
}

const CACHING_MODES = ["None", "ReadOnly", "ReadWrite"];
const DISK_KINDS = ["Dedicated", "Managed", "Shared"];
const MANAGED_URI =
  "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const BLOB_URI = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";

function validateAzureDisk(disk: Source<"azureDisk">, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { cachingMode, kind, diskURI = "" } = disk;
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode))
    errors.push(notSupported(`${path}.cachingMode`, cachingMode, CACHING_MODES));
  if (kind !== undefined && !DISK_KINDS.includes(kind))
    errors.push(notSupported(`${path}.kind`, kind, DISK_KINDS));
  if (kind === "Managed" && !diskURI.startsWith("/subscriptions/"))
    errors.push(notSupported(`${path}.diskURI`, diskURI, [MANAGED_URI]));
  if (kind !== undefined && kind !== "Managed" && !diskURI.startsWith("https://"))
    errors.push(notSupported(`${path}.diskURI`, diskURI, [BLOB_URI]));
  return errors;
}

export function validateNetworkSource(volume: Volume, path: string): FieldError[] {
  const name = Object.keys(REQUIRED).find(
    (key) => path.endsWith(`.${key}`) || (key === "gcePersistentDisk" && path.endsWith(".persistentDisk")),
  );
  if (name === undefined) return [];
  const source = (volume as unknown as Record<string, Record<string, unknown>>)[name] ?? {};
  const missing = (REQUIRED[name] ?? [])
    .filter((field) => isEmpty(source[field]))
    .map((field) => required(`${path}.${field}`));
  return [...missing, ...(CHECKS[name]?.(volume, path) ?? [])];
}

/** Required fields of the in-tree network sources: kept short, as no cluster here has such storage. */
import type { Volume } from "../types.ts";
import { type FieldError, invalid, required } from "./field-error.ts";

/** Fields that must not be empty, by source. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  gcePersistentDisk: ["pdName"],
  awsElasticBlockStore: ["volumeID"],
  nfs: ["server", "path"],
  iscsi: ["targetPortal", "iqn"],
  glusterfs: ["endpoints", "path"],
  rbd: ["monitors", "image"],
  cinder: ["volumeID"],
  cephfs: ["monitors"],
  quobyte: ["registry", "volume"],
  flexVolume: ["driver"],
  azureFile: ["secretName", "shareName"],
  vsphereVolume: ["volumePath"],
  photonPersistentDisk: ["pdID"],
  portworxVolume: ["volumeID"],
  azureDisk: ["diskName", "diskURI"],
  storageos: ["volumeName"],
  scaleIO: ["gateway", "system", "volumeName"],
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

export function validateNetworkSource(volume: Volume, path: string): FieldError[] {
  const name = Object.keys(REQUIRED).find(
    (key) => path.endsWith(`.${key}`) || (key === "gcePersistentDisk" && path.endsWith(".persistentDisk")),
  );
  if (name === undefined) return [];
  const source = (volume as unknown as Record<string, Record<string, unknown>>)[name] ?? {};
  const errors = (REQUIRED[name] ?? [])
    .filter((field) => isEmpty(source[field]))
    .map((field) => required(`${path}.${field}`));
  if (name === "nfs" && !String(source["path"] ?? "").startsWith("/")) {
    errors.push(invalid(`${path}.path`, source["path"] ?? "", "must be an absolute path"));
  }
  return errors;
}

/** Volumes of a pod: `ValidateVolumes`, `validateVolumeSource`. */

import { quantity, quantitySign } from "../quantity.ts";
import type { ObjectMeta, Volume } from "../types.ts";
import { isDNS1123Label, isDNS1123Subdomain } from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  goQuote,
  invalid,
  invalidEach,
  notSupported,
  required,
} from "./field-error.ts";
import { validateInitiatorLength, validateNetworkSource } from "./network-volumes.ts";
import {
  type KeyToPath,
  validateFileMode,
  validateKeyToPath,
  validateLocalDescendingPath,
  validatePathNoBacksteps,
} from "./paths.ts";
import { validateClaimTemplate } from "./persistent-volume-claim.ts";
import { validateDownwardFile, validateProjected } from "./projected-volume.ts";

const HOST_PATH_TYPES = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];
const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];

export function validatePullPolicy(policy: string | undefined, path: string): FieldError[] {
  if (!policy) return [required(path)];
  return PULL_POLICIES.includes(policy) ? [] : [notSupported(path, policy, PULL_POLICIES)];
}

interface Files {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

function validateFiles(files: Files, path: string): FieldError[] {
  const items = (files.items ?? []).flatMap((item, i) => validateKeyToPath(item, `${path}.items[${i}]`));
  return [...validateFileMode(files.defaultMode, `${path}.defaultMode`), ...items];
}

type Check = (volume: Volume, path: string, isPod: boolean) => FieldError[];

const needs = (value: unknown, path: string): FieldError[] => (value ? [] : [required(path)]);

/** Sources in the order in which the server looks; the first one found counts, every further one is one too many. */
const SOURCES: readonly (readonly [keyof Volume, Check])[] = [
  [
    "emptyDir",
    ({ emptyDir }, path) =>
      quantitySign(quantity(emptyDir?.sizeLimit)) < 0
        ? [forbidden(`${path}.sizeLimit`, "SizeLimit field must be a valid resource quantity")]
        : [],
  ],
  ["hostPath", ({ hostPath }, path) => validateHostPath(hostPath ?? { path: "" }, path)],
  [
    "gitRepo",
    ({ gitRepo }, path) => [
      ...needs(gitRepo?.repository, `${path}.repository`),
      ...validateLocalDescendingPath(gitRepo?.directory ?? "", `${path}.directory`),
    ],
  ],
  ["gcePersistentDisk", validateNetworkSource],
  ["awsElasticBlockStore", validateNetworkSource],
  [
    "secret",
    ({ secret }, path) => [
      ...needs(secret?.secretName, `${path}.secretName`),
      ...validateFiles(secret ?? {}, path),
    ],
  ],
  ["nfs", validateNetworkSource],
  ["iscsi", validateNetworkSource],
  ["glusterfs", validateNetworkSource],
  ["flocker", validateNetworkSource],
  [
    "persistentVolumeClaim",
    ({ persistentVolumeClaim }, path) => needs(persistentVolumeClaim?.claimName, `${path}.claimName`),
  ],
  ["rbd", validateNetworkSource],
  ["cinder", validateNetworkSource],
  ["cephfs", validateNetworkSource],
  ["quobyte", validateNetworkSource],
  [
    "downwardAPI",
    ({ downwardAPI }, path) => [
      ...validateFileMode(downwardAPI?.defaultMode, `${path}.defaultMode`),
      ...(downwardAPI?.items ?? []).flatMap((file) => validateDownwardFile(file, path)),
    ],
  ],
  ["fc", validateNetworkSource],
  ["flexVolume", validateNetworkSource],
  [
    "configMap",
    ({ configMap }, path) => [
      ...needs(configMap?.name, `${path}.name`),
      ...validateFiles(configMap ?? {}, path),
    ],
  ],
  ["azureFile", validateNetworkSource],
  ["vsphereVolume", validateNetworkSource],
  ["photonPersistentDisk", validateNetworkSource],
  ["portworxVolume", validateNetworkSource],
  ["azureDisk", validateNetworkSource],
  ["storageos", validateNetworkSource],
  ["projected", ({ projected }, path) => (projected ? validateProjected(projected, path) : [])],
  ["scaleIO", validateNetworkSource],
  ["csi", ({ csi }, path) => validateCsi(csi ?? { driver: "" }, path)],
  [
    "ephemeral",
    ({ ephemeral }, path) =>
      ephemeral?.volumeClaimTemplate
        ? validateClaimTemplate(ephemeral.volumeClaimTemplate, `${path}.volumeClaimTemplate`)
        : [required(`${path}.volumeClaimTemplate`)],
  ],
  [
    "image",
    ({ image }, path, isPod) => [
      ...(isPod ? needs(image?.reference, `${path}.reference`) : []),
      ...validatePullPolicy(image?.pullPolicy, `${path}.pullPolicy`),
    ],
  ],
];

/** Paths that the server spells otherwise than the field. */
const ODD_PATHS: Readonly<Record<string, string>> = { gcePersistentDisk: "persistentDisk" };
const ODD_FORBIDDEN: Readonly<Record<string, string>> = { cephfs: "cephFS", downwardAPI: "downwarAPI" };

function validateHostPath(source: NonNullable<Volume["hostPath"]>, path: string): FieldError[] {
  if (!source.path) return [required(`${path}.path`)];
  const errors = validatePathNoBacksteps(source.path, `${path}.path`);
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) {
    errors.push(notSupported(`${path}.type`, source.type, HOST_PATH_TYPES));
  }
  return errors;
}

/** Name of a CSI driver. */
export function validateCsiDriverName(name: string, path: string): FieldError[] {
  if (name === "") return [required(path)];
  const errors: FieldError[] = [];
  if (name.length > 63)
    errors.push({
      type: "FieldValueTooLong",
      field: path,
      badValue: "",
      detail: "may not be more than 63 bytes",
    });
  return [...errors, ...invalidEach(path, name.toLowerCase(), isDNS1123Subdomain(name.toLowerCase()))];
}

function validateCsi(source: NonNullable<Volume["csi"]>, path: string): FieldError[] {
  const errors = validateCsiDriverName(source.driver ?? "", `${path}.driver`);
  const ref = source.nodePublishSecretRef;
  if (!ref) return errors;
  if (!ref.name) return [...errors, required(`${path}.nodePublishSecretRef.name`)];
  return [...errors, ...invalidEach(`${path}.name`, ref.name, isDNS1123Subdomain(ref.name))];
}

function validateSource(
  volume: Volume,
  meta: ObjectMeta | undefined,
  isPod: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const [name, check] of SOURCES) {
    if (!volume[name]) continue;
    if (found)
      errors.push(
        forbidden(`${path}.${ODD_FORBIDDEN[name] ?? name}`, "may not specify more than 1 volume type"),
      );
    else {
      errors.push(...check(volume, `${path}.${ODD_PATHS[name] ?? name}`, isPod));
      if (name === "ephemeral" && meta?.name && volume.name) {
        const claim = `${meta.name}-${volume.name}`;
        errors.push(
          ...invalidEach(
            `${path}.name`,
            volume.name,
            isDNS1123Subdomain(claim).map((m) => `PVC name ${goQuote(claim)}: ${m}`),
          ),
        );
      }
    }
    if (name === "iscsi") errors.push(...validateInitiatorLength(volume, path));
    found = true;
  }
  if (!found) errors.push(required(path, "must specify a volume type"));
  return errors;
}

export interface ValidatedVolumes {
  readonly errors: FieldError[];
  /** Volumes without a fault, by name: only these can be mounted. */
  readonly volumes: ReadonlyMap<string, Volume>;
}

export function validateVolumes(
  list: readonly Volume[] | undefined,
  meta: ObjectMeta | undefined,
  isPod: boolean,
  path: string,
): ValidatedVolumes {
  const errors: FieldError[] = [];
  const volumes = new Map<string, Volume>();
  const made = new Set(
    meta?.name ? (list ?? []).filter((v) => v.ephemeral).map((v) => `${meta.name}-${v.name}`) : [],
  );
  (list ?? []).forEach((volume, i) => {
    const at = `${path}[${i}]`;
    const own = validateSource(volume, meta, isPod, at);
    if (!volume.name) own.push(required(`${at}.name`));
    else own.push(...invalidEach(`${at}.name`, volume.name, isDNS1123Label(volume.name)));
    if (volumes.has(volume.name)) own.push(duplicate(`${at}.name`, volume.name));
    if (own.length === 0) volumes.set(volume.name, volume);
    errors.push(...own);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim && made.has(claim)) {
      const detail = "must not reference a PVC that gets created for an ephemeral volume";
      errors.push(invalid(`${at}.persistentVolumeClaim.claimName`, claim, detail));
    }
  });
  return { errors, volumes };
}

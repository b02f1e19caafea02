/** Nodes, persistent volumes and claims, storage classes, disruption budgets, quotas, limit ranges. */
import { deepEqual, sortedKeys } from "../plain.ts";
import { compareQuantity, formatQuantity, quantity } from "../quantity.ts";
import type {
  Lease,
  LimitRange,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  ResourceQuota,
  StorageClass,
  Taint,
} from "../types.ts";
import { isDNS1123Subdomain, isLabelValue, isValidPercent } from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  required,
} from "./field-error.ts";
import {
  nameRule,
  validateImmutable,
  validateLabelName,
  validateLabelSelector,
  validateNonnegative,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from "./metadata.ts";
import { VOLUME_MODES, validateAccessModes, validateClaimSpec } from "./persistent-volume-claim.ts";
import { validateQuantityValue, validateQuotaResourceName } from "./resources.ts";
import { validateTaintEffect } from "./scheduling.ts";

const subdomainName = nameRule(isDNS1123Subdomain);

function validateTaints(taints: readonly Taint[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (taints ?? []).forEach((taint, i) => {
    const at = `${path}[${i}]`;
    errors.push(...validateLabelName(taint.key ?? "", `${at}.key`));
    const messages = isLabelValue(taint.value ?? "");
    if (messages.length > 0) errors.push(invalid(`${at}.value`, taint.value, messages.join(";")));
    errors.push(...validateTaintEffect(taint.effect, `${at}.effect`));
    const key = `${taint.effect}/${taint.key}`;
    if (seen.has(key))
      errors.push({ ...duplicate(at, taint), detail: "taints must be unique by key and effect pair" });
    seen.add(key);
  });
  return errors;
}

const validateNodeResources = ({ status }: Node): FieldError[] =>
  (["capacity", "allocatable"] as const).flatMap((field) =>
    sortedKeys(status?.[field]).flatMap((name) =>
      validateQuantityValue(name, status?.[field]?.[name] ?? "0", `status.${field}.${name}`),
    ),
  );

export const validateNode = (node: Node): FieldError[] => [
  ...validateObjectMeta(node.metadata, false, subdomainName),
  ...validateTaints(node.spec?.taints, "metadata.taints"),
  ...validateNodeResources(node),
];

export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const errors = [...validateObjectMetaUpdate(node.metadata, old.metadata), ...validateNodeResources(node)];
  (node.status?.addresses ?? []).forEach((address, i, all) => {
    if (all.findIndex((a) => deepEqual(a, address)) < i)
      errors.push(duplicate(`status.addresses[${i}]`, { Type: address.type, Address: address.address }));
  });
  const before = old.spec?.podCIDRs ?? [];
  if (before.length > 0 && !deepEqual(before, node.spec?.podCIDRs ?? [])) {
    errors.push(forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'));
  }
  if (old.spec?.providerID && old.spec.providerID !== node.spec?.providerID) {
    errors.push(
      forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'),
    );
  }
  return [...errors, ...validateTaints(node.spec?.taints, "metadata.taints")];
}

export const validateClaim = (claim: PersistentVolumeClaim): FieldError[] => [
  ...validateObjectMeta(claim.metadata, true, subdomainName),
  ...validateClaimSpec(claim.spec ?? {}, "spec"),
];

export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(claim.metadata, old.metadata),
    ...validateClaimSpec(claim.spec ?? {}, "spec"),
  ];
  const fixed = (c: PersistentVolumeClaim): object => {
    const { resources: _, volumeAttributesClassName: __, volumeName: ___, ...rest } = c.spec ?? {};
    return old.spec?.volumeName ? { ...rest, volumeName: c.spec?.volumeName } : rest;
  };
  if (!deepEqual(fixed(claim), fixed(old))) {
    errors.push(
      forbidden(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
      ),
    );
  }
  const now = quantity(claim.spec?.resources?.requests?.["storage"]);
  const before = quantity(old.spec?.resources?.requests?.["storage"]);
  if (compareQuantity(now, before) < 0)
    errors.push(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
  return errors;
}

const SOURCES = [
  "hostPath",
  "local",
  "csi",
  "nfs",
  "iscsi",
  "fc",
  "azureDisk",
  "azureFile",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "cephfs",
  "rbd",
] as const;

export function validateVolume(volume: PersistentVolume): FieldError[] {
  const spec = volume.spec ?? {};
  const errors = validateObjectMeta(volume.metadata, false, subdomainName);
  errors.push(...validateAccessModes(spec.accessModes, "spec.accessModes"));
  const capacity = spec.capacity ?? {};
  if (Object.keys(capacity).length === 0) errors.push(required("spec.capacity"));
  else if (capacity["storage"] === undefined || Object.keys(capacity).length > 1)
    errors.push(notSupported("spec.capacity", capacity, ["storage"]));
  for (const name of sortedKeys(capacity)) {
    if (compareQuantity(quantity(capacity[name]), quantity("0")) > 0) continue;
    errors.push(
      invalid(
        `spec.capacity[${name}]`,
        formatQuantity(quantity(capacity[name])),
        "must be greater than zero",
      ),
    );
  }
  const policy = spec.persistentVolumeReclaimPolicy ?? "";
  const policies = ["Delete", "Recycle", "Retain"];
  if (!policies.includes(policy))
    errors.push(notSupported("spec.persistentVolumeReclaimPolicy", policy, policies));
  const sources = SOURCES.filter((name) => spec[name]);
  if (sources.length === 0) errors.push(required("spec", "must specify a volume type"));
  for (const name of sources.slice(1))
    errors.push(forbidden(`spec.${name}`, "may not specify more than 1 volume type"));
  if (spec.hostPath && !spec.hostPath.path) errors.push(required("spec.hostPath.path"));
  if (spec.local && !spec.local.path) errors.push(required("spec.local.path"));
  if (spec.local && !spec.nodeAffinity)
    errors.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  if (spec.storageClassName)
    errors.push(
      ...invalidEach(
        "spec.storageClassName",
        spec.storageClassName,
        isDNS1123Subdomain(spec.storageClassName),
      ),
    );
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode))
    errors.push(notSupported("spec.volumeMode", spec.volumeMode, VOLUME_MODES));
  return errors;
}

export function validateVolumeUpdate(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = [...validateObjectMetaUpdate(volume.metadata, old.metadata), ...validateVolume(volume)];
  const source = (v: PersistentVolume): object =>
    Object.fromEntries(SOURCES.map((name) => [name, v.spec?.[name]]));
  if (!deepEqual(source(volume), source(old)))
    errors.push(
      forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation"),
    );
  return [...errors, ...validateImmutable(volume.spec?.volumeMode, old.spec?.volumeMode, "spec.volumeMode")];
}

export function validateStorageClass(storageClass: StorageClass): FieldError[] {
  const errors = validateObjectMeta(storageClass.metadata, false, subdomainName);
  if (!storageClass.provisioner) errors.push(required("provisioner"));
  const policy = storageClass.reclaimPolicy;
  if (policy !== undefined && policy !== "Delete" && policy !== "Retain")
    errors.push(notSupported("reclaimPolicy", policy, ["Delete", "Retain"]));
  const mode = storageClass.volumeBindingMode;
  const modes = ["Immediate", "WaitForFirstConsumer"];
  if (mode === undefined) errors.push(required("volumeBindingMode"));
  else if (!modes.includes(mode)) errors.push(notSupported("volumeBindingMode", mode, modes));
  return errors;
}

export function validateStorageClassUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const errors = validateObjectMetaUpdate(storageClass.metadata, old.metadata);
  if (!deepEqual(storageClass.parameters ?? {}, old.parameters ?? {}))
    errors.push(forbidden("parameters", "updates to parameters are forbidden."));
  if (storageClass.provisioner !== old.provisioner)
    errors.push(forbidden("provisioner", "updates to provisioner are forbidden."));
  if (storageClass.reclaimPolicy !== old.reclaimPolicy)
    errors.push(forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden."));
  return [
    ...errors,
    ...validateImmutable(storageClass.volumeBindingMode, old.volumeBindingMode, "volumeBindingMode"),
  ];
}

function validateBudgetSpec({ spec }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const text = (v: unknown): string => JSON.stringify(v ?? null);
    const goText = `{"MinAvailable":${text(minAvailable)},"Selector":${text(spec?.selector)},"MaxUnavailable":${text(maxUnavailable)},"UnhealthyPodEvictionPolicy":${text(spec?.unhealthyPodEvictionPolicy)}}`;
    errors.push(invalid("spec", { goText }, "minAvailable and maxUnavailable cannot be both set"));
  }
  for (const field of ["minAvailable", "maxUnavailable"] as const) {
    const value = spec?.[field];
    const path = `spec.${field}`;
    if (typeof value === "number") errors.push(...validateNonnegative(value, path));
    if (typeof value !== "string") continue;
    errors.push(...invalidEach(path, value, isValidPercent(value)));
    if (Number.parseInt(value, 10) > 100) errors.push(invalid(path, value, "must not be greater than 100%"));
  }
  const policy = spec?.unhealthyPodEvictionPolicy;
  const policies = ["AlwaysAllow", "IfHealthyBudget"];
  if (policy !== undefined && !policies.includes(policy))
    errors.push(notSupported("spec.unhealthyPodEvictionPolicy", policy, policies));
  return [...errors, ...validateLabelSelector(spec?.selector, "spec.selector")];
}

export const validateBudget = (budget: PodDisruptionBudget): FieldError[] => [
  ...validateObjectMeta(budget.metadata, true, subdomainName),
  ...validateBudgetSpec(budget),
];

export const validateBudgetUpdate = (budget: PodDisruptionBudget, old: PodDisruptionBudget): FieldError[] => [
  ...validateObjectMetaUpdate(budget.metadata, old.metadata),
  ...validateBudgetSpec(budget),
];

export function validateQuota(quota: ResourceQuota): FieldError[] {
  const errors = validateObjectMeta(quota.metadata, true, subdomainName);
  const hard = quota.spec?.hard ?? {};
  for (const name of sortedKeys(hard)) {
    errors.push(
      ...validateQuotaResourceName(name, `spec.hard[${name}]`),
      ...validateQuantityValue(name, hard[name] ?? "0", `spec.hard[${name}]`),
    );
  }
  return errors;
}

const BOUNDS = [
  ["min", "max"],
  ["defaultRequest", "max"],
  ["default", "max"],
  ["min", "default"],
  ["defaultRequest", "default"],
] as const;

export function validateLimitRange(range: LimitRange): FieldError[] {
  const errors = validateObjectMeta(range.metadata, true, subdomainName);
  (range.spec?.limits ?? []).forEach((limit, i) => {
    const path = `spec.limits[${i}]`;
    const types = ["Container", "PersistentVolumeClaim", "Pod"];
    if (!types.includes(limit.type ?? "") && !(limit.type ?? "").includes("/")) {
      errors.push(
        invalid(`${path}.type`, limit.type ?? "", "must be a standard limit type or fully qualified"),
      );
    }
    for (const [low, high] of BOUNDS) {
      for (const name of sortedKeys(limit[low])) {
        const least = limit[low]?.[name];
        const most = limit[high]?.[name];
        if (
          least === undefined ||
          most === undefined ||
          compareQuantity(quantity(least), quantity(most)) <= 0
        )
          continue;
        const words = { min: "min", defaultRequest: "default request", default: "default", max: "max" };
        errors.push(
          invalid(
            `${path}.${low}[${name}]`,
            least,
            `${words[low]} value ${least} is greater than ${words[high]} value ${most}`,
          ),
        );
      }
    }
  });
  return errors;
}

export function validateLease(lease: Lease): FieldError[] {
  const errors = validateObjectMeta(lease.metadata, true, subdomainName);
  const seconds = lease.spec?.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.push(invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"));
  return [...errors, ...validateNonnegative(lease.spec?.leaseTransitions, "spec.leaseTransitions")];
}

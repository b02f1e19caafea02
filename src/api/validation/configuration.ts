/** ConfigMaps, Secrets, namespaces, service accounts and small kinds of which little is checked but the name. */
import { byteLength } from "../../sim/bytes.ts";
import { deepEqual, sortedKeys } from "../plain.ts";
import type { ApiObject, ConfigMap, Namespace, PriorityClass, RuntimeClass, Secret } from "../types.ts";
import { isConfigMapKey, isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from "./content.ts";
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  required,
  tooLong,
} from "./field-error.ts";
import {
  type NameRule,
  nameRule,
  validateImmutable,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from "./metadata.ts";

const subdomainName = nameRule(isDNS1123Subdomain);
const LARGEST = 1_048_576;
const FROZEN = "field is immutable when `immutable` is set";

export function validateConfigMap(map: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(map.metadata, true, subdomainName);
  let size = 0;
  for (const key of sortedKeys(map.data)) {
    errors.push(...invalidEach(`data[${key}]`, key, isConfigMapKey(key)));
    if (map.binaryData?.[key] !== undefined)
      errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
    size += byteLength(map.data?.[key] ?? "");
  }
  for (const key of sortedKeys(map.binaryData)) {
    errors.push(...invalidEach(`binaryData[${key}]`, key, isConfigMapKey(key)));
    size += ((map.binaryData?.[key] ?? "").length * 3) / 4;
  }
  if (size > LARGEST) errors.push(tooLong("[]", LARGEST));
  return errors;
}

interface Freezable {
  readonly immutable?: boolean;
  readonly data?: object;
  readonly binaryData?: object;
}

function validateFrozen(now: Freezable, old: Freezable): FieldError[] {
  if (!old.immutable) return [];
  const errors: FieldError[] = [];
  if (!now.immutable) errors.push(forbidden("immutable", FROZEN));
  if (!deepEqual(now.data ?? {}, old.data ?? {})) errors.push(forbidden("data", FROZEN));
  if (!deepEqual(now.binaryData ?? {}, old.binaryData ?? {})) errors.push(forbidden("binaryData", FROZEN));
  return errors;
}

export const validateConfigMapUpdate = (map: ConfigMap, old: ConfigMap): FieldError[] => [
  ...validateObjectMetaUpdate(map.metadata, old.metadata),
  ...validateFrozen(map, old),
  ...validateConfigMap(map),
];

/** Keys that a secret of a type has to have. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};
const ACCOUNT = "kubernetes.io/service-account.name";

function validateSecretType({ type, data = {}, metadata }: Secret): FieldError[] {
  if (type === "kubernetes.io/service-account-token") {
    return metadata?.annotations?.[ACCOUNT] ? [] : [required(`metadata.annotations[${ACCOUNT}]`)];
  }
  if (type === "kubernetes.io/basic-auth") {
    const has = data["username"] !== undefined || data["password"] !== undefined;
    return has ? [] : [required("data[username]"), required("data[password]")];
  }
  return (NEEDED[type ?? ""] ?? [])
    .filter((key) => data[key] === undefined)
    .map((key) => required(`data[${key}]`));
}

export function validateSecret(secret: Secret): FieldError[] {
  const errors = validateObjectMeta(secret.metadata, true, subdomainName);
  let size = 0;
  for (const key of sortedKeys(secret.data)) {
    errors.push(...invalidEach(`data[${key}]`, key, isConfigMapKey(key)));
    size += ((secret.data?.[key] ?? "").length * 3) / 4;
  }
  if (size > LARGEST) errors.push(tooLong("data", LARGEST));
  return [...errors, ...validateSecretType(secret)];
}

export const validateSecretUpdate = (secret: Secret, old: Secret): FieldError[] => [
  ...validateObjectMetaUpdate(secret.metadata, old.metadata),
  ...validateImmutable(secret.type, old.type, "type"),
  ...validateFrozen(secret, old),
  ...validateSecret(secret),
];

export function validateNamespace(namespace: Namespace): FieldError[] {
  const errors = validateObjectMeta(namespace.metadata, false, nameRule(isDNS1123Label));
  for (const name of namespace.spec?.finalizers ?? []) {
    errors.push(...invalidEach("spec.finalizers", name, isQualifiedName(name)));
    if (!name.includes("/") && name !== "kubernetes") {
      errors.push(
        invalid(
          "spec.finalizers",
          name,
          "name is neither a standard finalizer name nor is it fully qualified",
        ),
      );
    }
  }
  return errors;
}

const HIGHEST_PRIORITY = 1_000_000_000;

export function validatePriorityClass(priorityClass: PriorityClass): FieldError[] {
  const errors = validateObjectMeta(priorityClass.metadata, false, subdomainName);
  const name = priorityClass.metadata?.name ?? "";
  if (name.startsWith("system-")) {
    errors.push(
      forbidden(
        "metadata.name",
        "priority class names with 'system-' prefix are reserved for system use only. error: " +
          `${name} is not a known system priority class`,
      ),
    );
  } else if ((priorityClass.value ?? 0) > HIGHEST_PRIORITY) {
    errors.push(
      forbidden("value", `maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`),
    );
  }
  const policy = priorityClass.preemptionPolicy;
  if (policy !== undefined && policy !== "PreemptLowerPriority" && policy !== "Never") {
    errors.push(notSupported("preemptionPolicy", policy, ["PreemptLowerPriority", "Never"]));
  }
  return errors;
}

export function validatePriorityClassUpdate(priorityClass: PriorityClass, old: PriorityClass): FieldError[] {
  const errors = validateObjectMetaUpdate(priorityClass.metadata, old.metadata);
  if (priorityClass.value !== old.value) errors.push(forbidden("value", "may not be changed in an update."));
  return [
    ...errors,
    ...validateImmutable(priorityClass.preemptionPolicy, old.preemptionPolicy, "preemptionPolicy"),
  ];
}

export function validateRuntimeClass(runtimeClass: RuntimeClass): FieldError[] {
  const errors = validateObjectMeta(runtimeClass.metadata, false, subdomainName);
  const handler = runtimeClass.handler ?? "";
  if (handler === "") return [...errors, required("handler")];
  return [...errors, ...invalidEach("handler", handler, isDNS1123Label(handler))];
}

/** A kind of which only metadata is checked. */
export const validateMetadataOnly =
  (namespaced: boolean, rule: NameRule = subdomainName) =>
  (object: ApiObject): FieldError[] =>
    validateObjectMeta(object.metadata, namespaced, rule);

export const validateMetadataUpdate = (object: ApiObject, old: ApiObject): FieldError[] =>
  validateObjectMetaUpdate(object.metadata, old.metadata);

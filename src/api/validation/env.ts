/** Environment variables and references to fields: `ValidateEnv`, `ValidateEnvFrom`, `validateObjectFieldSelector`. */
import { formatQuantity, quantity, quantitySign } from "../quantity.ts";
import type { Container, EnvVar } from "../types.ts";
import {
  isConfigMapKey,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isRelaxedEnvVarName,
} from "./content.ts";
import { type FieldError, invalid, invalidEach, notSupported, required } from "./field-error.ts";
import { nameRule } from "./metadata.ts";
import { validatePathNoBacksteps } from "./paths.ts";

type ValueFrom = NonNullable<EnvVar["valueFrom"]>;
type FieldRef = NonNullable<ValueFrom["fieldRef"]>;
type ResourceFieldRef = NonNullable<ValueFrom["resourceFieldRef"]>;
type KeyRef = NonNullable<ValueFrom["secretKeyRef"]>;
type FileKeyRef = NonNullable<ValueFrom["fileKeyRef"]>;

const subdomainName = nameRule(isDNS1123Subdomain);

const ENV_FIELDS = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
/** Fields that a downward API volume may name. */
export const VOLUME_FIELDS = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];
const KNOWN_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
]);

const RESOURCES = ["cpu", "ephemeral-storage", "memory"];
const RESOURCE_FIELDS = [...RESOURCES.map((r) => `limits.${r}`), ...RESOURCES.map((r) => `requests.${r}`)];

/** `metadata.labels['app']` → path and subscript. */
export function splitSubscript(path: string): { readonly path: string; readonly subscript?: string } {
  const match = /^(.*?)\['(.*)'\]$/s.exec(path);
  if (!match?.[1]) return { path };
  return { path: match[1], subscript: match[2] ?? "" };
}

export function validateObjectFieldSelector(
  ref: FieldRef,
  allowed: readonly string[],
  path: string,
): FieldError[] {
  if (!ref.apiVersion) return [required(`${path}.apiVersion`)];
  if (!ref.fieldPath) return [required(`${path}.fieldPath`)];
  const { path: plain, subscript } = splitSubscript(ref.fieldPath);
  const converted = plain === "spec.host" ? "spec.nodeName" : plain;
  const problem = conversionProblem(ref, plain, subscript);
  if (problem) return [invalid(`${path}.fieldPath`, ref.fieldPath, `error converting fieldPath: ${problem}`)];
  if (subscript === undefined) {
    return allowed.includes(converted)
      ? []
      : [notSupported(`${path}.fieldPath`, converted, [...allowed].sort())];
  }
  const key = converted === "metadata.annotations" ? subscript.toLowerCase() : subscript;
  return invalidEach(path, key, isQualifiedName(key));
}

function conversionProblem(ref: FieldRef, plain: string, subscript: string | undefined): string | null {
  if (ref.apiVersion !== "v1") return `unsupported pod version: ${ref.apiVersion}`;
  if (subscript !== undefined) {
    return plain === "metadata.annotations" || plain === "metadata.labels"
      ? null
      : `field label does not support subscript: ${ref.fieldPath}`;
  }
  return KNOWN_FIELDS.has(plain) || plain === "spec.host"
    ? null
    : `field label not supported: ${ref.fieldPath}`;
}

const SIZES = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";

function validateDivisor(ref: ResourceFieldRef, path: string): FieldError[] {
  const divisor = quantity(ref.divisor);
  if (quantitySign(divisor) === 0) return [];
  const text = formatQuantity(divisor);
  const resource = ref.resource ?? "";
  const name = /^(?:limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-)/.exec(resource)?.[1];
  if (name === undefined) return [];
  const allowed = name === "cpu" ? ["1m", "1"] : SIZES.split(", ");
  if (allowed.includes(text)) return [];
  const what = {
    cpu: "cpu",
    memory: "memory",
    "ephemeral-storage": "local ephemeral storage",
    "hugepages-": "hugepages",
  }[name];
  const list = name === "cpu" ? "1m and 1" : SIZES;
  return [
    invalid(
      `${path}.divisor`,
      resource,
      `only divisor's values ${list} are supported with the ${what} resource`,
    ),
  ];
}

/** A reference to a container's resource; in a volume it has to name the container. */
export function validateResourceFieldSelector(
  ref: ResourceFieldRef,
  inVolume: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const resource = ref.resource ?? "";
  if (inVolume && !ref.containerName) errors.push(required(`${path}.containerName`));
  else if (resource === "") errors.push(required(`${path}.resource`));
  else if (!RESOURCE_FIELDS.includes(resource) && !/^(?:requests|limits)\.hugepages-/.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, RESOURCE_FIELDS));
  }
  return [...errors, ...validateDivisor(ref, path)];
}

function validateKeySelector(ref: KeyRef, path: string): FieldError[] {
  const name = ref.name ?? "";
  const errors = invalidEach(`${path}.name`, name, isDNS1123Subdomain(name));
  if (!ref.key) return [...errors, required(`${path}.key`)];
  return [...errors, ...invalidEach(`${path}.key`, ref.key, isConfigMapKey(ref.key))];
}

function validateFileKey(ref: FileKeyRef, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!ref.key) errors.push(required(`${path}.key`));
  else errors.push(...invalidEach(`${path}.key`, ref.key, isRelaxedEnvVarName(ref.key)));
  if (!ref.volumeName) errors.push(required(`${path}.volumeName`));
  else errors.push(...invalidEach(`${path}.volumeName`, ref.volumeName, isDNS1123Label(ref.volumeName)));
  if (!ref.path) errors.push(required(`${path}.path`));
  else errors.push(...validatePathNoBacksteps(ref.path, `${path}.path`));
  return errors;
}

function validateValueFrom(env: EnvVar, path: string): FieldError[] {
  const from = env.valueFrom;
  if (!from) return [];
  const errors: FieldError[] = [];
  if (from.fieldRef)
    errors.push(...validateObjectFieldSelector(from.fieldRef, ENV_FIELDS, `${path}.fieldRef`));
  if (from.resourceFieldRef)
    errors.push(...validateResourceFieldSelector(from.resourceFieldRef, false, `${path}.resourceFieldRef`));
  if (from.configMapKeyRef)
    errors.push(...validateKeySelector(from.configMapKeyRef, `${path}.configMapKeyRef`));
  if (from.secretKeyRef) errors.push(...validateKeySelector(from.secretKeyRef, `${path}.secretKeyRef`));
  if (from.fileKeyRef) errors.push(...validateFileKey(from.fileKeyRef, `${path}.fileKeyRef`));
  const sources = [
    from.fieldRef,
    from.resourceFieldRef,
    from.configMapKeyRef,
    from.secretKeyRef,
    from.fileKeyRef,
  ].filter(Boolean).length;
  if (sources === 0) {
    errors.push(
      invalid(
        path,
        "",
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
      ),
    );
  } else if (env.value) errors.push(invalid(path, "", "may not be specified when `value` is not empty"));
  else if (sources > 1)
    errors.push(invalid(path, "", "may not have more than one field specified at a time"));
  return errors;
}

export function validateEnv(variables: Container["env"], path: string): FieldError[] {
  return (variables ?? []).flatMap((env, i) => {
    const at = `${path}[${i}]`;
    const name = env.name
      ? invalidEach(`${at}.name`, env.name, isRelaxedEnvVarName(env.name))
      : [required(`${at}.name`)];
    return [...name, ...validateValueFrom(env, `${at}.valueFrom`)];
  });
}

export function validateEnvFrom(sources: Container["envFrom"], path: string): FieldError[] {
  return (sources ?? []).flatMap((source, i) => {
    const at = `${path}[${i}]`;
    const errors = source.prefix
      ? invalidEach(`${at}.prefix`, source.prefix, isRelaxedEnvVarName(source.prefix))
      : [];
    for (const kind of ["configMapRef", "secretRef"] as const) {
      const ref = source[kind];
      if (!ref) continue;
      if (!ref.name) errors.push(required(`${at}.${kind}.name`));
      else errors.push(...invalidEach(`${at}.${kind}.name`, ref.name, subdomainName(ref.name, true)));
    }
    // The list's own path, as the server has it.
    if (!source.configMapRef && !source.secretRef)
      errors.push(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    else if (source.configMapRef && source.secretRef)
      errors.push(invalid(path, "", "may not have more than one field specified at a time"));
    return errors;
  });
}

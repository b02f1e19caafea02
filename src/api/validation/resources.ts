/** Requests and limits: `validateResourceRequirements` and helpers of `pkg/apis/core/validation`. */
import { sortedKeys } from "../plain.ts";
import {
  aggregateContainerLimits,
  aggregateContainerRequests,
  isPodLevelResource,
} from "../pod-resources.ts";
import {
  compareQuantity,
  formatQuantity,
  isWhole,
  quantity,
  quantitySign,
  quantityValue,
} from "../quantity.ts";
import type { PodSpec, ResourceRequirements } from "../types.ts";
import { isDNS1123Label, isQualifiedName } from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notFound,
  notSupported,
  required,
} from "./field-error.ts";

const isHugePage = (name: string): boolean => name.startsWith("hugepages-");
const isNative = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");
/** Whether requests of a resource may exceed what there is. */
export const isOvercommitAllowed = (name: string): boolean => isNative(name) && !isHugePage(name);

const COUNTED = [
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
const CONTAINER = ["cpu", "memory", "ephemeral-storage"];
const PREFIXED = CONTAINER.flatMap((name) => [`requests.${name}`, `limits.${name}`]);
const STANDARD = new Set([...CONTAINER, ...PREFIXED, ...COUNTED, "storage", "requests.storage"]);
const QUOTA = new Set([...CONTAINER, ...PREFIXED, ...COUNTED, "requests.storage"]);

const isQuotaHugePage = (name: string): boolean => isHugePage(name) || name.startsWith("requests.hugepages-");

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith("requests.") && isQualifiedName(`requests.${name}`).length === 0;
}

function validateResourceName(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  if (!name.includes("/") && !STANDARD.has(name) && !isQuotaHugePage(name)) {
    return [invalid(path, name, "must be a standard resource type or fully qualified")];
  }
  return [];
}

function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes("/")) {
    if (!CONTAINER.includes(name) && !isHugePage(name))
      errors.push(invalid(path, name, "must be a standard resource for containers"));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function validatePodResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0) return errors;
  return isPodLevelResource(name) ? [] : [notSupported(path, name, ["cpu", "hugepages-", "memory"])];
}

/** A name that a quota may count. */
export function validateQuotaResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes("/") && !QUOTA.has(name) && !isQuotaHugePage(name)) {
    errors.push(invalid(path, name, "must be a standard resource for quota"));
  }
  return errors;
}

/** Not negative, and whole where the resource is counted in pieces. */
export function validateQuantityValue(name: string, value: string, path: string): FieldError[] {
  const q = quantity(value);
  const errors: FieldError[] = [];
  if (quantitySign(q) < 0)
    errors.push(invalid(path, formatQuantity(q), "must be greater than or equal to 0"));
  if ((COUNTED.includes(name) || isExtended(name)) && !isWhole(q))
    errors.push(invalid(path, formatQuantity(q), "must be an integer"));
  return errors;
}

function validateHugePageValue(name: string, value: string, path: string): FieldError[] {
  if (!isHugePage(name)) return [];
  const size = quantityValue(quantity(name.slice("hugepages-".length)));
  if (size > 0n && quantityValue(quantity(value)) % size === 0n) return [];
  const text = formatQuantity(quantity(value));
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

type NameCheck = (name: string, path: string) => FieldError[];

function validateAgainstLimit(
  name: string,
  request: string,
  limit: string | undefined,
  path: string,
): FieldError[] {
  if (limit === undefined) {
    return isOvercommitAllowed(name)
      ? []
      : [required(`${path}.limits`, "Limit must be set for non overcommitable resources")];
  }
  const order = compareQuantity(quantity(request), quantity(limit));
  const text = formatQuantity(quantity(request));
  const most = formatQuantity(quantity(limit));
  if (order !== 0 && !isOvercommitAllowed(name))
    return [invalid(`${path}.requests`, text, `must be equal to ${name} limit of ${most}`)];
  return order > 0
    ? [invalid(`${path}.requests`, text, `must be less than or equal to ${name} limit of ${most}`)]
    : [];
}

function validateRequirements(
  resources: ResourceRequirements,
  checkName: NameCheck,
  claims: readonly string[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const limits = resources.limits ?? {};
  const requests = resources.requests ?? {};
  for (const name of sortedKeys(limits)) {
    const at = `${path}.limits[${name}]`;
    const value = limits[name] ?? "0";
    errors.push(
      ...checkName(name, at),
      ...validateQuantityValue(name, value, at),
      ...validateHugePageValue(name, value, at),
    );
  }
  for (const name of sortedKeys(requests)) {
    const at = `${path}.requests[${name}]`;
    const value = requests[name] ?? "0";
    errors.push(...checkName(name, at), ...validateQuantityValue(name, value, at));
    errors.push(
      ...validateAgainstLimit(name, value, limits[name], path),
      ...validateHugePageValue(name, value, at),
    );
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePage) && !names.includes("cpu") && !names.includes("memory")) {
    errors.push(forbidden(path, "HugePages require cpu or memory"));
  }
  return [...errors, ...validateClaims(resources, claims, `${path}.claims`)];
}

function validateClaims(
  resources: ResourceRequirements,
  known: readonly string[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (resources.claims ?? []).forEach(({ name, request }, i) => {
    const at = `${path}[${i}]`;
    if (!name) {
      errors.push(required(at));
      return;
    }
    if (seen.has(name)) errors.push(duplicate(at, name));
    else {
      if (request) errors.push(...invalidEach(`${at}.request`, request, isDNS1123Label(request)));
      const key = request ? `${name}/${request}` : name;
      if (seen.has(key)) errors.push(duplicate(at, key));
      else if (!request)
        for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name));
      seen.add(key);
    }
    if (!known.includes(name)) {
      const list = known.length === 0 ? " which is empty" : `: ${[...known].sort().join(", ")}`;
      errors.push({
        ...notFound(at, name),
        detail: `must be one of the names in pod.spec.resourceClaims${list}`,
      });
    }
  });
  return errors;
}

export function validateContainerResources(
  resources: ResourceRequirements | undefined,
  claims: readonly string[],
  path: string,
): FieldError[] {
  return resources ? validateRequirements(resources, validateContainerResourceName, claims, path) : [];
}

export const validateOverhead = (overhead: Record<string, string>, path: string): FieldError[] =>
  validateRequirements({ limits: overhead }, validateContainerResourceName, [], path);

/** The pod's own requests and limits, and how they agree with those of its containers. */
export function validatePodResources(spec: PodSpec, claims: readonly string[], path: string): FieldError[] {
  const resources = spec.resources as ResourceRequirements | undefined;
  if (!resources) return [];
  const at = `${path}.resources`;
  if (spec.os?.name === "windows") return [forbidden(at, "may not be set for a windows pod")];
  const errors: FieldError[] = [];
  if (resources.claims)
    errors.push(forbidden(`${at}.claims`, "claims may not be set for Resources at pod-level"));
  errors.push(...validateRequirements(resources, validatePodResourceName, claims, at));
  return [...errors, ...validateConsistency(spec, resources, at)];
}

function validateConsistency(spec: PodSpec, own: ResourceRequirements, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const requests = aggregateContainerRequests({ spec });
  for (const name of sortedKeys(requests)) {
    const most = own.requests?.[name];
    if (most === undefined || compareQuantity(quantity(requests[name]), quantity(most)) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${requests[name]}`;
    errors.push(invalid(`${path}.requests[${name}]`, formatQuantity(quantity(most)), detail));
  }
  const limits = aggregateContainerLimits({ spec });
  for (const name of sortedKeys(limits).filter(isHugePage)) {
    const most = own.limits?.[name];
    if (most === undefined || compareQuantity(quantity(limits[name]), quantity(most)) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${limits[name]}`;
    errors.push(invalid(`${path}.limits[${name}]`, formatQuantity(quantity(most)), detail));
  }
  (spec.containers ?? []).forEach((container, i) => {
    const list = container.resources?.limits ?? {};
    for (const name of sortedKeys(list)) {
      const most = own.limits?.[name];
      if (most === undefined || compareQuantity(quantity(list[name]), quantity(most)) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${formatQuantity(quantity(most))}`;
      errors.push(
        invalid(`${path}.containers[${i}][${name}].limits`, formatQuantity(quantity(list[name])), detail),
      );
    }
  });
  return errors;
}

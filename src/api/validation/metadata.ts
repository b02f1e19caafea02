/** Metadata, labels and label selectors: apimachinery `pkg/api/validation/objectmeta.go`, `pkg/apis/meta/v1/validation`. */

import { byteLength } from "../../sim/bytes.ts";
import { deepEqual, sortedKeys } from "../plain.ts";
import type { LabelSelector, ObjectMeta, OwnerReference } from "../types.ts";
import { isDNS1123Label, isLabelValue, isQualifiedName } from "./content.ts";
import {
  type FieldError,
  forbidden,
  goQuote,
  invalid,
  invalidEach,
  required,
  tooLong,
} from "./field-error.ts";

export const IMMUTABLE = "field is immutable";
const ANNOTATIONS_LIMIT = 256 * 1024;

/** Messages about a name; `prefix`: it is a generateName, whose last dash is cut off by what follows. */
export type NameRule = (name: string, prefix: boolean) => string[];

/** A rule of names from a rule of content. */
export const nameRule =
  (check: (name: string) => string[]): NameRule =>
  (name, prefix) =>
    check(prefix ? maskTrailingDash(name) : name);

/** A dash before a generated suffix is fine. */
const maskTrailingDash = (name: string): string =>
  name.length > 1 && name.endsWith("-") ? `${name.slice(0, -1)}a` : name;

export const validateNonnegative = (value: number | undefined, path: string): FieldError[] =>
  value !== undefined && value < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];

export const validateImmutable = (value: unknown, old: unknown, path: string): FieldError[] =>
  deepEqual(value, old) ? [] : [invalid(path, value ?? null, IMMUTABLE)];

export const validateLabelName = (key: string, path: string): FieldError[] =>
  invalidEach(path, key, isQualifiedName(key));

export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  return sortedKeys(labels).flatMap((key) => [
    ...validateLabelName(key, path),
    ...invalidEach(path, labels?.[key] ?? "", isLabelValue(labels?.[key] ?? "")),
  ]);
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors = sortedKeys(annotations).flatMap((key) =>
    invalidEach(path, key, isQualifiedName(key.toLowerCase())),
  );
  const size = Object.entries(annotations ?? {}).reduce(
    (sum, [key, value]) => sum + byteLength(key) + byteLength(value),
    0,
  );
  if (size > ANNOTATIONS_LIMIT) errors.push(tooLong(path, ANNOTATIONS_LIMIT));
  return errors;
}

export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`);
  (selector.matchExpressions ?? []).forEach((expression, i) => {
    const at = `${path}.matchExpressions[${i}]`;
    const values = expression.values ?? [];
    if (expression.operator === "In" || expression.operator === "NotIn") {
      if (values.length === 0)
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (expression.operator === "Exists" || expression.operator === "DoesNotExist") {
      if (values.length > 0)
        errors.push(
          forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
    } else errors.push(invalid(`${at}.operator`, expression.operator ?? "", "not a valid selector operator"));
    errors.push(...validateLabelName(expression.key ?? "", `${at}.key`));
    values.forEach((value, j) => {
      errors.push(...invalidEach(`${at}.values[${j}]`, value, isLabelValue(value)));
    });
  });
  return errors;
}

function validateOwnerReferences(owners: readonly OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller = "";
  for (const owner of owners ?? []) {
    const version = (owner.apiVersion ?? "").split("/").at(-1) ?? "";
    if (version === "")
      errors.push(invalid(`${path}.apiVersion`, owner.apiVersion ?? "", "version must not be empty"));
    if (!owner.kind) errors.push(invalid(`${path}.kind`, "", "must not be empty"));
    if (!owner.name) errors.push(invalid(`${path}.name`, "", "must not be empty"));
    if (!owner.uid) errors.push(invalid(`${path}.uid`, "", "must not be empty"));
    if (owner.apiVersion === "v1" && owner.kind === "Event") {
      errors.push(invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner"));
    }
    if (!owner.controller) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller === "") controller = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalid(path, owners, detail));
    }
  }
  return errors;
}

const STANDARD_FINALIZERS = ["kubernetes", "orphan", "foregroundDeletion"];

function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  const errors = (finalizers ?? []).flatMap((name) => invalidEach(path, name, isQualifiedName(name)));
  if (finalizers?.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    errors.push(invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
  }
  return errors;
}

/** Names without a domain that are none of the standard ones. */
function validateFinalizerNames(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  return (finalizers ?? []).flatMap((name, i) =>
    name.includes("/") || STANDARD_FINALIZERS.includes(name)
      ? []
      : [
          invalid(
            `${path}[${i}]`,
            name,
            "name is neither a standard finalizer name nor is it fully qualified",
          ),
        ],
  );
}

export function validateObjectMeta(
  meta: ObjectMeta | undefined,
  namespaced: boolean,
  rule: NameRule,
  path = "metadata",
): FieldError[] {
  const errors: FieldError[] = [];
  if (meta?.generateName)
    errors.push(...invalidEach(`${path}.generateName`, meta.generateName, rule(meta.generateName, true)));
  if (!meta?.name) errors.push(required(`${path}.name`, "name or generateName is required"));
  else errors.push(...invalidEach(`${path}.name`, meta.name, rule(meta.name, false)));
  if (!namespaced) {
    if (meta?.namespace) errors.push(forbidden(`${path}.namespace`, "not allowed on this type"));
  } else if (!meta?.namespace) errors.push(required(`${path}.namespace`));
  else errors.push(...invalidEach(`${path}.namespace`, meta.namespace, isDNS1123Label(meta.namespace)));
  errors.push(...validateNonnegative(meta?.generation, `${path}.generation`));
  errors.push(...validateLabels(meta?.labels, `${path}.labels`));
  errors.push(...validateAnnotations(meta?.annotations, `${path}.annotations`));
  errors.push(...validateOwnerReferences(meta?.ownerReferences, `${path}.ownerReferences`));
  errors.push(...validateFinalizers(meta?.finalizers, `${path}.finalizers`));
  return [...errors, ...validateFinalizerNames(meta?.finalizers, `${path}.finalizers`)];
}

/** What of metadata an update may not touch. Who sends no resourceVersion is given the stored one beforehand. */
export function validateObjectMetaUpdate(
  meta: ObjectMeta | undefined,
  old: ObjectMeta | undefined,
  path = "metadata",
): FieldError[] {
  const errors: FieldError[] = [];
  if (old?.deletionTimestamp) {
    const extra = (meta?.finalizers ?? []).filter((f) => !(old.finalizers ?? []).includes(f)).sort();
    if (extra.length > 0) {
      const list = `[]string{${extra.map(goQuote).join(", ")}}`;
      errors.push(
        forbidden(
          `${path}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      );
    }
  }
  if ((meta?.generation ?? 0) < (old?.generation ?? 0))
    errors.push(invalid(`${path}.generation`, meta?.generation ?? 0, "must not be decremented"));
  for (const field of ["name", "namespace", "uid"] as const) {
    errors.push(...validateImmutable(meta?.[field] ?? "", old?.[field] ?? "", `${path}.${field}`));
  }
  for (const field of ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] as const) {
    errors.push(...validateImmutable(meta?.[field], old?.[field], `${path}.${field}`));
  }
  errors.push(...validateLabels(meta?.labels, `${path}.labels`));
  errors.push(...validateAnnotations(meta?.annotations, `${path}.annotations`));
  errors.push(...validateOwnerReferences(meta?.ownerReferences, `${path}.ownerReferences`));
  return [...errors, ...validateFinalizerNames(meta?.finalizers, `${path}.finalizers`)];
}

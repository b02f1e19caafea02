/** Paths inside volumes and on nodes. */
import { type FieldError, invalid, required } from "./field-error.ts";

export function validatePathNoBacksteps(path: string, field: string): FieldError[] {
  return path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : [];
}

/** Relative, and never upwards. */
export function validateLocalDescendingPath(path: string, field: string): FieldError[] {
  const errors = path.startsWith("/") ? [invalid(field, path, "must be a relative path")] : [];
  return [...errors, ...validatePathNoBacksteps(path, field)];
}

/** As before, and not one of the names that the kubelet keeps for itself (`..data`). */
export function validateLocalNonReservedPath(path: string, field: string): FieldError[] {
  const errors = validateLocalDescendingPath(path, field);
  if (path.startsWith("..") && !path.startsWith("../"))
    errors.push(invalid(field, path, "must not start with '..'"));
  return errors;
}

const FILE_MODE = "must be a number between 0 and 0777 (octal), both inclusive";

export const validateFileMode = (mode: number | undefined, field: string): FieldError[] =>
  mode !== undefined && (mode > 0o777 || mode < 0) ? [invalid(field, mode, FILE_MODE)] : [];

export interface KeyToPath {
  readonly key?: string;
  readonly path?: string;
  readonly mode?: number;
}

/** An item of a Secret or ConfigMap volume. */
export function validateKeyToPath(item: KeyToPath, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!item.key) errors.push(required(`${path}.key`));
  if (!item.path) errors.push(required(`${path}.path`));
  return [
    ...errors,
    ...validateLocalNonReservedPath(item.path ?? "", `${path}.path`),
    ...validateFileMode(item.mode, `${path}.mode`),
  ];
}

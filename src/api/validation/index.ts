/** What the server says to an object that is created or changed, by kind. */
import type { ApiObject } from "../types.ts";
import type { FieldError } from "./field-error.ts";
import { validatePodCreate, validatePodUpdate } from "./pod.ts";
import {
  validateEphemeralContainersUpdate,
  validatePodResize,
  validatePodStatusUpdate,
} from "./pod-subresources.ts";

type Create = (object: never) => FieldError[];
type Update = (object: never, old: never) => FieldError[];

const CREATE: Readonly<Record<string, Create>> = { Pod: validatePodCreate };
const UPDATE: Readonly<Record<string, Update>> = {
  Pod: validatePodUpdate,
  "Pod/status": validatePodStatusUpdate,
  "Pod/ephemeralcontainers": validateEphemeralContainersUpdate,
  "Pod/resize": validatePodResize,
};

/** Checks a prepared object (defaults, conversion) that is to be created. */
export function validateCreate(object: ApiObject): FieldError[] {
  return CREATE[object.kind ?? ""]?.(object as never) ?? [];
}

/** Checks a prepared object that is to replace `old`, as a whole or by a subresource. */
export function validateUpdate(object: ApiObject, old: ApiObject, subresource?: string): FieldError[] {
  const key = subresource ? `${object.kind}/${subresource}` : (object.kind ?? "");
  return UPDATE[key]?.(object as never, old as never) ?? [];
}

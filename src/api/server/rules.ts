/** What the server asks of the room's pure rules; one place, so that a stub can stand in for them in tests. */
import type { PatchType } from "../contract.ts";
import type { ApiObject } from "../types.ts";
import type { FieldError } from "../validation/field-error.ts";

/** `unknown`: paths of fields that were dropped, where the decoding was not strict. */
export type Decoded =
  | { readonly ok: true; readonly object: ApiObject; readonly unknown?: readonly string[] }
  | { readonly ok: false; readonly error: string; readonly rejected?: boolean };

export interface ObjectRules {
  /** Decodes a submitted body; unknown fields are errors unless `strict` is false. */
  decode(kind: string, body: unknown, strict?: boolean): Decoded;
  applyDefaults(object: ApiObject): ApiObject;
  validateCreate(object: ApiObject): readonly FieldError[];
  validateUpdate(object: ApiObject, old: ApiObject, subresource: string | undefined): readonly FieldError[];
  /** The object after a patch, or the server's text why it cannot be applied. */
  patch(kind: string, object: ApiObject, patch: unknown, type: PatchType): Decoded;
}

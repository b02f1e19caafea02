/** Checks of a static pod, as the API server makes them at creation. */
import { errorText } from "../../api/validation/field-error.ts";
import { validateCreate } from "../../api/validation/index.ts";
import type { Pod } from "../types.ts";

/** Texts of the field errors, in order. */
export function validateStaticPod(pod: Pod): readonly string[] {
  return validateCreate(pod).map(errorText);
}

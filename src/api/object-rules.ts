/** The room's pure rules as the server asks for them. */
import type { PatchType } from "./contract.ts";
import { prepare } from "./defaults/index.ts";
import { jsonMerge } from "./patch/json-merge.ts";
import { jsonPatch } from "./patch/json-patch.ts";
import { type PatchResult, strategicMerge } from "./patch/strategic-merge.ts";
import { dropDisabledFields } from "./pod-strategy.ts";
import { decodeKind, strictError } from "./schema/codec.ts";
import { kindNames } from "./schema/types.ts";
import type { Decoded, ObjectRules } from "./server/rules.ts";
import type { ApiObject, Pod } from "./types.ts";
import { validateCreate, validateUpdate } from "./validation/index.ts";

/** `apps/v1` for `Deployment`; the version a body names wins, so that a wrong one is told. */
function versionOf(kind: string, body: unknown): string {
  const named = (body as { apiVersion?: unknown } | null)?.apiVersion;
  if (typeof named === "string" && named !== "") return named;
  return kindNames.find((name) => name.endsWith(`/${kind}`))?.slice(0, -kind.length - 1) ?? "v1";
}

/** Decodes a body; with `strict`, unknown fields are errors. */
export function decodeBody(
  kind: string,
  body: unknown,
  strict = true,
): Decoded & { readonly unknown?: readonly string[] } {
  const decoded = decodeKind<ApiObject>(versionOf(kind, body), kind, body);
  if (!decoded)
    return { ok: false, error: `no kind "${kind}" is registered for version "${versionOf(kind, body)}"` };
  if (decoded.error !== undefined) return { ok: false, error: decoded.error };
  if (strict && decoded.unknown.length > 0) return { ok: false, error: strictError(decoded.unknown) };
  return { ok: true, object: decoded.object, unknown: decoded.unknown };
}

function patched(kind: string, object: ApiObject, patch: unknown, type: PatchType): PatchResult {
  switch (type) {
    case "strategic":
    case "apply":
      return strategicMerge(versionOf(kind, object), kind, object, patch);
    case "merge":
      return { ok: true, object: jsonMerge(object, patch) };
    case "json":
      return jsonPatch(object, patch);
  }
}

export const objectRules: ObjectRules = {
  decode: decodeBody,
  applyDefaults: (object) => {
    const prepared = prepare(object);
    return prepared.kind === "Pod" ? dropDisabledFields(prepared as Pod) : prepared;
  },
  validateCreate,
  validateUpdate,
  patch(kind, object, patch, type) {
    const result = patched(kind, object, patch, type);
    if (!result.ok) return result;
    return decodeBody(kind, result.object);
  },
};

/** The server's refusals, with the texts of apimachinery `pkg/api/errors`. */
import type { ApiResult, ApiStatusError } from "../contract.ts";
import { type KindInfo, qualifiedResource } from "./kinds.ts";

const fail = (
  code: number,
  reason: string,
  message: string,
  details?: unknown,
): { ok: false; error: ApiStatusError } => ({
  ok: false,
  error: { code, reason, message, ...(details !== undefined ? { details } : {}) },
});

const about = (info: KindInfo, name: string): Record<string, unknown> => ({
  name,
  ...(info.group ? { group: info.group } : {}),
  kind: info.resource,
});

export const notFound = (info: KindInfo, name: string): ApiResult<never> =>
  fail(404, "NotFound", `${qualifiedResource(info)} "${name}" not found`, about(info, name));

export const alreadyExists = (info: KindInfo, name: string): ApiResult<never> =>
  fail(409, "AlreadyExists", `${qualifiedResource(info)} "${name}" already exists`, about(info, name));

export const conflict = (info: KindInfo, name: string, why: string): ApiResult<never> =>
  fail(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualifiedResource(info)} "${name}": ${why}`,
    about(info, name),
  );

export const MODIFIED =
  "the object has been modified; please apply your changes to the latest version and try again";

/** `Pod "web" is invalid: spec…: Invalid value…`; several causes in brackets. */
export function invalid(
  info: KindInfo,
  name: string,
  causes: string,
  details: readonly { field: string; message: string; reason: string }[],
): ApiResult<never> {
  const kind = info.group ? `${info.kind}.${info.group}` : info.kind;
  return fail(422, "Invalid", `${kind} "${name}" is invalid: ${causes}`, {
    name,
    ...(info.group ? { group: info.group } : {}),
    kind: info.kind,
    causes: details,
  });
}

export const forbidden = (info: KindInfo, name: string, why: string): ApiResult<never> =>
  fail(403, "Forbidden", `${qualifiedResource(info)} "${name}" is forbidden: ${why}`, about(info, name));

/** A patch that says nothing wrong and cannot be applied (apimachinery's NewGenericServerResponse of 422). */
export const rejected = (): ApiResult<never> =>
  fail(422, "Invalid", "the server rejected our request due to an error in our request");

export const badRequest = (message: string): ApiResult<never> => fail(400, "BadRequest", message);

/** Strict decoding: `Pod in version "v1" cannot be handled as a Pod: strict decoding error: …`. */
export const undecodable = (info: KindInfo, why: string): ApiResult<never> =>
  badRequest(`${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: ${why}`);

export const noSuchKind = (kind: string): ApiResult<never> =>
  fail(404, "NotFound", `the server could not find the requested resource`, { kind });

export const noNamespace = (name: string): ApiResult<never> =>
  fail(404, "NotFound", `namespaces "${name}" not found`, { name, kind: "namespaces" });

export const methodNotAllowed = (): ApiResult<never> =>
  fail(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

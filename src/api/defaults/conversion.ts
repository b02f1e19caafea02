/** Quirks of the conversion between the API's form and the server's own: `pkg/apis/core/v1/conversion.go`. */
import { encodeBase64 } from "../../sim/bytes.ts";
import type { ApiObject, PodSpec, Secret } from "../types.ts";

/** The deprecated name of the service account travels beside the new one; a negative grace period is one second. */
function convertPodSpec(spec: PodSpec): PodSpec {
  const account = spec.serviceAccountName || spec.serviceAccount;
  const grace = spec.terminationGracePeriodSeconds;
  const out = { ...spec };
  if (account) {
    out.serviceAccountName = account;
    out.serviceAccount = account;
  }
  if (grace !== undefined && grace < 0) out.terminationGracePeriodSeconds = 1;
  return out;
}

/** `stringData` is written over `data`. */
function convertSecret(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  if (!stringData) return secret;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, encodeBase64(text)] as const);
  return { ...rest, data: { ...secret.data, ...Object.fromEntries(encoded) } };
}

interface WithSpec {
  readonly spec?: {
    readonly template?: { readonly spec?: PodSpec };
    readonly jobTemplate?: WithSpec;
  };
}

function convertTemplate<T extends WithSpec>(object: T): T {
  const { spec } = object;
  if (spec?.template?.spec) {
    return {
      ...object,
      spec: { ...spec, template: { ...spec.template, spec: convertPodSpec(spec.template.spec) } },
    };
  }
  if (spec?.jobTemplate)
    return { ...object, spec: { ...spec, jobTemplate: convertTemplate(spec.jobTemplate) } };
  return object;
}

export function convert<T extends ApiObject>(object: T): T {
  if (object.kind === "Pod") {
    const { spec } = object as { spec?: PodSpec };
    return spec ? { ...object, spec: convertPodSpec(spec) } : object;
  }
  if (object.kind === "Secret") return convertSecret(object as Secret) as T;
  return convertTemplate(object as WithSpec) as T;
}

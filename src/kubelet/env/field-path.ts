/** Fields of a pod as text (pkg/fieldpath/fieldpath.go, pkg/kubelet/kubelet_pods.go). */
import { isQualifiedName } from "../../api/validation/content.ts";
import { goQuote } from "../../api/validation/field-error.ts";
import type { Pod } from "../types.ts";

export type TextResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly error: string };

const ok = (value: string): TextResult => ({ ok: true, value });
const failed = (error: string): TextResult => ({ ok: false, error });

/** Splits `name['key']`; a path of another form has no subscript. */
export function splitMaybeSubscriptedPath(path: string): {
  readonly path: string;
  readonly subscript?: string;
} {
  if (!path.endsWith("']")) return { path };
  const start = path.slice(0, -2).indexOf("['");
  if (start <= 0) return { path };
  return { path: path.slice(0, start), subscript: path.slice(start + 2, -2) };
}

/** Labels or annotations as lines `key="value"`, sorted by key. */
export function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(map ?? {})
    .sort()
    .map((key) => `${key}=${goQuote(map?.[key] ?? "")}`)
    .join("\n");
}

/** Fields that need nothing but the object. */
export function extractFieldPathAsString(pod: Pod, fieldPath: string): TextResult {
  const meta = pod.metadata ?? {};
  const { path, subscript } = splitMaybeSubscriptedPath(fieldPath);
  if (subscript !== undefined) {
    const annotations = path === "metadata.annotations";
    if (!annotations && path !== "metadata.labels")
      return failed(`fieldPath ${goQuote(fieldPath)} does not support subscript`);
    // Annotation keys may have upper case prefixes.
    const problems = isQualifiedName(annotations ? subscript.toLowerCase() : subscript);
    if (problems.length > 0) return failed(`invalid key subscript in ${fieldPath}: ${problems.join(";")}`);
    return ok((annotations ? meta.annotations : meta.labels)?.[subscript] ?? "");
  }
  switch (fieldPath) {
    case "metadata.annotations":
      return ok(formatMap(meta.annotations));
    case "metadata.labels":
      return ok(formatMap(meta.labels));
    case "metadata.name":
      return ok(meta.name ?? "");
    case "metadata.namespace":
      return ok(meta.namespace ?? "");
    case "metadata.uid":
      return ok(meta.uid ?? "");
    default:
      return failed(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** Addresses that only the running kubelet knows. */
export interface PodAddresses {
  readonly podIps: readonly string[];
  /** First is the primary one. */
  readonly hostIps: readonly string[];
}

/** Labels by which old selectors of pods are read (pkg/apis/core/pods: ConvertDownwardAPIFieldLabel). */
const DOWNWARD_FIELDS = new Set([
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.restartPolicy",
  "spec.serviceAccountName",
  "spec.schedulerName",
  "status.phase",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
]);

/** A field reference of a container's environment. */
export function podFieldSelectorRuntimeValue(
  pod: Pod,
  fieldPath: string,
  addresses: PodAddresses,
): TextResult {
  const { path, subscript } = splitMaybeSubscriptedPath(fieldPath);
  if (subscript !== undefined) {
    if (path !== "metadata.annotations" && path !== "metadata.labels")
      return failed(`field label does not support subscript: ${fieldPath}`);
  } else if (fieldPath === "spec.host") {
    return ok(pod.spec?.nodeName ?? "");
  } else if (!DOWNWARD_FIELDS.has(fieldPath)) {
    return failed(`field label not supported: ${fieldPath}`);
  }
  switch (fieldPath) {
    case "spec.nodeName":
      return ok(pod.spec?.nodeName ?? "");
    case "spec.serviceAccountName":
      return ok(pod.spec?.serviceAccountName ?? "");
    case "status.hostIP":
      return ok(addresses.hostIps[0] ?? "");
    case "status.hostIPs":
      return ok(addresses.hostIps.join(","));
    case "status.podIP":
      return ok(addresses.podIps[0] ?? "");
    case "status.podIPs":
      return ok(addresses.podIps.join(","));
    default:
      return extractFieldPathAsString(pod, fieldPath);
  }
}

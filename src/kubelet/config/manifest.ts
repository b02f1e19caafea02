/** Reading a static pod's manifest (pkg/kubelet/config/common.go: tryDecodeSinglePod, applyDefaults). */
import { parse } from "yaml";
import type { Pod } from "../types.ts";
import { apiObjectReference } from "./api-references.ts";
import { canonicalJson, fnv128a } from "./fnv128.ts";
import { CONFIG_HASH } from "./static.ts";

/** What decoding of a v1 object does before the kubelet sees it, and what is checked after. */
export interface PodRules {
  setDefaults(pod: Pod): Pod;
  /** Texts of the field errors, in order. */
  validate(pod: Pod): readonly string[];
}

export interface ManifestOrigin {
  readonly from: "file" | "http";
  /** Path or URL. */
  readonly source: string;
  readonly nodeName: string;
}

/** `parsed`: it was a Pod, but not a good one. */
export type DecodeResult =
  | { readonly ok: true; readonly pod: Pod }
  | { readonly ok: false; readonly parsed: boolean; readonly error: string };
export type DecodeListResult =
  | { readonly ok: true; readonly pods: readonly Pod[] }
  | { readonly ok: false; readonly parsed: boolean; readonly error: string };

const CORE_KINDS = new Set(
  "Binding ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume PersistentVolumeClaim Pod PodList PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount".split(
    " ",
  ),
);

type Object = Record<string, unknown>;
type Parsed = { readonly ok: true; readonly object: Object } | { readonly ok: false; readonly error: string };

/** What Go's parser says of text that is no JSON, as far as a glance at its ends tells. */
function jsonProblem(text: string): string {
  const key = /^\s*\{\s*([^"}\s])/.exec(text)?.[1];
  if (key !== undefined) return `invalid character '${key}' looking for beginning of object key string`;
  const extra = /,\s*([}\]])/.exec(text)?.[1];
  if (extra !== undefined) return `invalid character '${extra}' looking for beginning of object key string`;
  return "unexpected end of JSON input";
}

/** YAML or JSON to an object of a known kind. What begins with a brace is JSON, as upstream takes it. */
function decodeObject(text: string): Parsed {
  let value: unknown;
  let json = text;
  try {
    if (/^\s*\{/.test(text)) {
      try {
        value = JSON.parse(text);
      } catch {
        return { ok: false, error: `couldn't get version/kind; json parse error: ${jsonProblem(text)}` };
      }
    } else {
      value = parse(text);
      json = canonicalJson(value);
    }
  } catch (error) {
    return {
      ok: false,
      error: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error),
    };
  }
  const object = (value !== null && typeof value === "object" ? value : {}) as Object;
  const { kind, apiVersion } = object;
  if (!kind) return { ok: false, error: `Object 'Kind' is missing in '${json}'` };
  if (!apiVersion) return { ok: false, error: `Object 'apiVersion' is missing in '${json}'` };
  if (apiVersion !== "v1" || !CORE_KINDS.has(String(kind))) {
    return {
      ok: false,
      error: `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    };
  }
  return { ok: true, object };
}

export const generatePodName = (name: string, nodeName: string): string =>
  `${name}-${nodeName.toLowerCase()}`;

/** What makes a manifest a pod of this node. Without a UID in it, content, node and path make one. */
export function applyDefaults(pod: Pod, origin: ManifestOrigin): Pod {
  const place =
    origin.from === "file" ? [`host:${origin.nodeName}`, `file:${origin.source}`] : [`url:${origin.source}`];
  const uid = pod.metadata?.uid || fnv128a(canonicalJson(pod), ...place);
  const noExecute = { operator: "Exists", effect: "NoExecute" };
  const known = pod.spec?.tolerations ?? [];
  const there = known.some((t) => !t.key && !t.value && t.operator === "Exists" && t.effect === "NoExecute");
  const tolerations = origin.from === "file" && !there ? [...known, noExecute] : known;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      uid,
      name: generatePodName(pod.metadata?.name ?? "", origin.nodeName),
      namespace: pod.metadata?.namespace || "default",
      annotations: { ...pod.metadata?.annotations, [CONFIG_HASH]: uid },
    },
    spec: {
      ...(pod.spec as NonNullable<Pod["spec"]>),
      nodeName: origin.nodeName,
      ...(tolerations.length > 0 ? { tolerations } : {}),
    },
    status: { ...pod.status, phase: "Pending" },
  };
}

/** Defaults, name, checks: a manifest's pod as this kubelet runs it, or why not. */
function takePod(manifest: Pod, origin: ManifestOrigin, rules: PodRules): DecodeResult {
  if (!manifest.metadata?.name)
    return { ok: false, parsed: true, error: "invalid pod: name is needed for the pod" };
  const pod = applyDefaults(rules.setDefaults(manifest), origin);
  const problems = rules.validate(pod);
  if (problems.length > 0) return { ok: false, parsed: true, error: `invalid pod: [${problems.join(" ")}]` };
  const reference = apiObjectReference(pod);
  if (!reference) return { ok: true, pod };
  return {
    ok: false,
    parsed: true,
    error: "error" in reference ? reference.error : `static pods may not reference ${reference.resource}`,
  };
}

/** One pod in a text of YAML or JSON. */
export function decodeSinglePod(text: string, origin: ManifestOrigin, rules: PodRules): DecodeResult {
  const decoded = decodeObject(text);
  if (!decoded.ok) return { ok: false, parsed: false, error: decoded.error };
  if (decoded.object["kind"] !== "Pod")
    return { ok: false, parsed: false, error: `invalid pod: ${canonicalJson(decoded.object)}` };
  return takePod(decoded.object as Pod, origin, rules);
}

/** A PodList; one bad pod spoils it. */
export function decodePodList(text: string, origin: ManifestOrigin, rules: PodRules): DecodeListResult {
  const decoded = decodeObject(text);
  if (!decoded.ok) return { ok: false, parsed: false, error: decoded.error };
  if (decoded.object["kind"] !== "PodList")
    return { ok: false, parsed: false, error: `invalid pods list: ${canonicalJson(decoded.object)}` };
  const pods: Pod[] = [];
  for (const item of (decoded.object["items"] ?? []) as Pod[]) {
    const taken = takePod({ ...item, apiVersion: "v1", kind: "Pod" }, origin, rules);
    if (!taken.ok) return taken;
    pods.push(taken.pod);
  }
  return { ok: true, pods };
}

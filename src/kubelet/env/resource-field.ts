/** Resources of a container as text (pkg/api/v1/resource/helpers.go, pkg/kubelet/kubelet_resources.go). */
import { quantity, quantityMilliValue, quantitySign, quantityValue } from "../../api/quantity.ts";
import { isSupportedPodLevelResource, type ResourceList } from "../cm/pod-resources.ts";
import type { Pod } from "../types.ts";
import type { TextResult } from "./field-path.ts";

export interface ResourceFieldRef {
  readonly containerName?: string;
  readonly resource: string;
  readonly divisor?: string;
}

interface Sized {
  readonly name?: string;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
}

const PLAIN = new Set(["cpu", "memory", "ephemeral-storage"]);
const DEFAULTED = ["cpu", "memory", "ephemeral-storage"] as const;

/** Limits that are not set count as what the node has for pods. */
function withDefaultLimits(container: Sized, allocatable: ResourceList): Sized {
  const limits: Record<string, string> = { ...container.resources?.limits };
  for (const name of DEFAULTED) {
    const node = allocatable[name];
    if (node !== undefined && quantitySign(quantity(limits[name])) === 0) limits[name] = node;
  }
  return { ...container, resources: { ...container.resources, limits } };
}

/** What stands in for missing limits: the pod's own limits, else the node's allocatable. */
function defaultsFor(pod: Pod, allocatable: ResourceList): ResourceList {
  const own = (pod.spec?.resources?.limits ?? {}) as ResourceList;
  if (!Object.keys(own).some(isSupportedPodLevelResource)) return allocatable;
  const out: Record<string, string> = { ...allocatable };
  for (const name of ["cpu", "memory"]) {
    const limit = own[name];
    if (limit !== undefined && quantitySign(quantity(limit)) !== 0 && out[name] !== undefined)
      out[name] = limit;
  }
  return out;
}

/** Rounded up in units of the divisor; cpu in cores unless a divisor says else. */
export function extractContainerResourceValue(ref: ResourceFieldRef, container: Sized): TextResult {
  const [kind, name = ""] = splitOnce(ref.resource);
  const list =
    kind === "limits"
      ? container.resources?.limits
      : kind === "requests"
        ? container.resources?.requests
        : undefined;
  if ((kind !== "limits" && kind !== "requests") || !(PLAIN.has(name) || name.startsWith("hugepages-"))) {
    return { ok: false, error: `unsupported container resource : ${ref.resource}` };
  }
  const given = quantity(ref.divisor);
  const divisor = quantitySign(given) === 0 ? quantity("1") : given;
  const of = name === "cpu" ? quantityMilliValue : quantityValue;
  return { ok: true, value: String(Math.ceil(Number(of(quantity(list?.[name]))) / Number(of(divisor)))) };
}

function splitOnce(text: string): [string, string?] {
  const dot = text.indexOf(".");
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

const findContainer = (pod: Pod, name: string): Sized | undefined =>
  [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find((c) => c.name === name) as
    | Sized
    | undefined;

/** In an environment: of the container itself unless another is named. */
export function containerResourceRuntimeValue(
  ref: ResourceFieldRef,
  pod: Pod,
  container: Sized,
  allocatable: ResourceList,
): TextResult {
  const defaults = defaultsFor(pod, allocatable);
  if (!ref.containerName) return extractContainerResourceValue(ref, withDefaultLimits(container, defaults));
  const named = (pod.spec?.containers ?? []).find((c) => c.name === ref.containerName) as Sized | undefined;
  if (named) return extractContainerResourceValue(ref, withDefaultLimits(named, defaults));
  const init = findContainer(pod, ref.containerName);
  return init
    ? extractContainerResourceValue(ref, init)
    : { ok: false, error: `container ${ref.containerName} not found` };
}

/** In a volume: always of a named container. */
export function extractResourceValueByContainerName(
  ref: ResourceFieldRef,
  pod: Pod,
  allocatable: ResourceList,
): TextResult {
  const container = findContainer(pod, ref.containerName ?? "");
  if (!container) return { ok: false, error: `container ${ref.containerName ?? ""} not found` };
  return extractContainerResourceValue(ref, withDefaultLimits(container, allocatable));
}

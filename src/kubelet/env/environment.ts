/** The environment of a container (pkg/kubelet/kubelet_pods.go: makeEnvironmentVariables). */
import type { ConfigMap, Container, EphemeralContainer, Secret, Service } from "../../api/types.ts";
import { goQuote } from "../../api/validation/field-error.ts";
import { decodeBase64 } from "../../sim/bytes.ts";
import type { ResourceList } from "../cm/pod-resources.ts";
import { isStaticPod } from "../config/static.ts";
import type { Pod } from "../types.ts";
import { parseEnv } from "./env-file.ts";
import { expand, mappingFor } from "./expand.ts";
import { type PodAddresses, podFieldSelectorRuntimeValue, type TextResult } from "./field-path.ts";
import { containerResourceRuntimeValue, type ResourceFieldRef } from "./resource-field.ts";
import { serviceEnv, servicesFor } from "./service-env.ts";

/** An object of the API as the kubelet has it, or the text of why not. */
export type Lookup<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** What the kubelet knows besides the pod. */
export interface EnvironmentSources extends PodAddresses {
  /** Services have been listed once. */
  readonly servicesSynced: boolean;
  readonly services: readonly Service[];
  configMap(name: string): Lookup<ConfigMap>;
  secret(name: string): Lookup<Secret>;
  readonly nodeAllocatable: ResourceList;
  /** Host path of a mounted volume. */
  volumePath(volume: string): string | undefined;
  readFile(path: string): string | undefined;
}

export type EnvironmentResult =
  | { readonly ok: true; readonly env: readonly (readonly [string, string])[] }
  | { readonly ok: false; readonly error: string };

/** A value, nothing (an optional reference that leads nowhere), or why the container cannot be created. */
type Resolved = TextResult | { readonly ok: true; readonly value: undefined };
const NOTHING: Resolved = { ok: true, value: undefined };

const isNotFound = (error: string): boolean => error.endsWith(" not found");

/** Environment of a container at its creation: envFrom, then env, then services that nothing overrode. */
export function makeEnvironmentVariables(
  pod: Pod,
  container: Container | EphemeralContainer,
  sources: EnvironmentSources,
): EnvironmentResult {
  const links = pod.spec?.enableServiceLinks;
  if (links === undefined || links === null) {
    return { ok: false, error: "nil pod.spec.enableServiceLinks encountered, cannot construct envvars" };
  }
  if (!isStaticPod(pod) && !sources.servicesSynced) {
    return { ok: false, error: "services have not yet been read at least once, cannot construct envvars" };
  }
  const services = serviceEnv(servicesFor(sources.services, pod.metadata?.namespace ?? "", links));
  const own: Record<string, string> = {};
  for (const from of container.envFrom ?? []) {
    const ref = from.configMapRef ?? from.secretRef;
    if (!ref) continue;
    const data = from.configMapRef
      ? configMapData(sources.configMap(ref.name ?? ""))
      : secretData(sources.secret(ref.name ?? ""));
    if (!data.ok) {
      if (ref.optional && isNotFound(data.error)) continue;
      return data;
    }
    for (const [key, value] of Object.entries(data.value)) own[`${from.prefix ?? ""}${key}`] = value;
  }
  for (const variable of container.env ?? []) {
    const resolved = resolve(variable, pod, container, sources, mappingFor(own, services));
    if (!resolved.ok) return resolved;
    if (resolved.value !== undefined) own[variable.name] = resolved.value;
  }
  return { ok: true, env: Object.entries({ ...services, ...own }) };
}

function configMapData(found: Lookup<ConfigMap>): Lookup<Readonly<Record<string, string>>> {
  return found.ok ? { ok: true, value: found.value.data ?? {} } : found;
}

function secretData(found: Lookup<Secret>): Lookup<Readonly<Record<string, string>>> {
  if (!found.ok) return found;
  return {
    ok: true,
    value: Object.fromEntries(
      Object.entries(found.value.data ?? {}).map(([key, value]) => [key, decodeBase64(value)]),
    ),
  };
}

type Variable = NonNullable<Container["env"]>[number];

function resolve(
  variable: Variable,
  pod: Pod,
  container: Container | EphemeralContainer,
  sources: EnvironmentSources,
  mapping: ReturnType<typeof mappingFor>,
): Resolved {
  if (variable.value) return { ok: true, value: expand(variable.value, mapping) };
  const from = variable.valueFrom;
  if (from?.fieldRef) return podFieldSelectorRuntimeValue(pod, from.fieldRef.fieldPath, sources);
  if (from?.resourceFieldRef) {
    return containerResourceRuntimeValue(
      from.resourceFieldRef as ResourceFieldRef,
      pod,
      container as Container,
      sources.nodeAllocatable,
    );
  }
  if (from?.configMapKeyRef)
    return keyOf(
      configMapData(sources.configMap(from.configMapKeyRef.name ?? "")),
      from.configMapKeyRef,
      "ConfigMap",
      pod,
    );
  if (from?.secretKeyRef)
    return keyOf(secretData(sources.secret(from.secretKeyRef.name ?? "")), from.secretKeyRef, "Secret", pod);
  if (from?.fileKeyRef) return fileKey(from.fileKeyRef, sources);
  return { ok: true, value: "" };
}

interface KeyRef {
  readonly name?: string;
  readonly key: string;
  readonly optional?: boolean;
}

function keyOf(
  data: Lookup<Readonly<Record<string, string>>>,
  ref: KeyRef,
  kind: string,
  pod: Pod,
): Resolved {
  if (!data.ok) return ref.optional && isNotFound(data.error) ? NOTHING : data;
  if (Object.hasOwn(data.value, ref.key)) return { ok: true, value: data.value[ref.key] ?? "" };
  if (ref.optional) return NOTHING;
  return {
    ok: false,
    error: `couldn't find key ${ref.key} in ${kind} ${pod.metadata?.namespace ?? ""}/${ref.name ?? ""}`,
  };
}

function fileKey(
  ref: { volumeName: string; path: string; key: string; optional?: boolean },
  sources: EnvironmentSources,
): Resolved {
  const directory = sources.volumePath(ref.volumeName);
  if (directory === undefined)
    return { ok: false, error: `cannot find the volume ${goQuote(ref.volumeName)} referenced by FileKeyRef` };
  const path = secureJoin(directory, ref.path);
  const content = sources.readFile(path);
  const parsed = content === undefined ? undefined : parseEnv(content, ref.key);
  if (!parsed?.ok) return { ok: false, error: "couldn't parse env file" };
  if (parsed.value !== "") return parsed;
  if (ref.optional) return NOTHING;
  return {
    ok: false,
    error: `environment variable key ${goQuote(ref.key)} not found in file ${goQuote(path)}`,
  };
}

/** Joins a relative path to a directory it cannot leave. */
function secureJoin(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return [directory, ...parts].join("/");
}

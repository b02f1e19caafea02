/** Changes of a pod by its subresources: resize, ephemeral containers, status, binding. */
import { clone, deepEqual } from "../plain.ts";
import { isRestartableInit } from "../pod-resources.ts";
import { computePodQOS, getPodQOS } from "../qos.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "../types.ts";
import { isDNS1123Subdomain, isQualifiedName } from "./content.ts";
import {
  type FieldError,
  forbidden,
  goQuote,
  invalid,
  invalidEach,
  NO_FIELD,
  notSupported,
  required,
} from "./field-error.ts";
import { validateImmutable, validateObjectMetaUpdate } from "./metadata.ts";
import { validatePodMetadataAndSpec } from "./pod.ts";
import { MIRROR, validatePodAnnotationUpdates } from "./pod-annotations.ts";
import { validateIP } from "./pod-spec.ts";
import { unifiedDiff } from "./unified-diff.ts";

const EMPTY: PodSpec = { containers: [] };
const isStatic = (pod: Pod): boolean => pod.metadata?.annotations?.[MIRROR] !== undefined;
const lines = (value: unknown): string[] => JSON.stringify(value, null, 1).split("\n");

export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validatePodMetadataAndSpec(pod),
    ...validatePodAnnotationUpdates(pod, old, "metadata.annotations"),
  ];
  if (isStatic(old)) return [forbidden(NO_FIELD, "static pods do not support ephemeral containers")];
  const path = "spec.ephemeralContainers";
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const now = (pod.spec?.ephemeralContainers ?? []).find((c) => c.name === before.name);
    const name = goQuote(before.name);
    if (!now) errors.push(forbidden(path, `existing ephemeral containers ${name} may not be removed\n`));
    else if (!deepEqual(now, before)) {
      errors.push(
        forbidden(
          path,
          `existing ephemeral containers ${name} may not be changed\n${unifiedDiff(lines(before), lines(now))}`,
        ),
      );
    }
  }
  return errors;
}

type List = Readonly<Record<string, string>> | undefined;

const removed = (now: List, old: List): boolean =>
  Object.keys(old ?? {}).some((name) => now?.[name] === undefined);

function validateContainerResize(
  now: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (removed(now?.requests, old?.requests))
    errors.push(forbidden(`${path}.requests`, "resource requests cannot be removed"));
  if (removed(now?.limits, old?.limits))
    errors.push(forbidden(`${path}.limits`, "resource limits cannot be removed"));
  return errors;
}

/** A list with cpu and memory put back to what they were. */
function withOldCpuMemory(now: List, old: List): Record<string, string> {
  const { cpu: _, memory: __, ...rest } = now ?? {};
  const kept = { ...rest };
  for (const name of ["cpu", "memory"]) if (old?.[name] !== undefined) kept[name] = old[name];
  return kept;
}

function withOldResources(
  now: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
): ResourceRequirements {
  const limits = withOldCpuMemory(now?.limits, old?.limits);
  const requests = withOldCpuMemory(now?.requests, old?.requests);
  const out: ResourceRequirements = {};
  if (Object.keys(limits).length > 0) out.limits = limits;
  if (Object.keys(requests).length > 0) out.requests = requests;
  return out;
}

const withoutResize = (now: Container, old: Container): Container => ({
  ...now,
  resources: withOldResources(now.resources, old.resources),
});

/** Whether the node tells of resources in status, which it does when it can resize. */
function isSupported(pod: Pod): boolean {
  const running = (pod.status?.containerStatuses ?? []).find((s) => s.state?.running);
  return !running || running.resources !== undefined;
}

function validateOrder(now: PodSpec, old: PodSpec): FieldError[] {
  return (["containers", "initContainers"] as const).flatMap((field) => {
    const before = old[field] ?? [];
    const after = now[field] ?? [];
    if (before.length !== after.length)
      return [forbidden(`spec.${field}`, `${field} may not be added or removed on resize`)];
    return before.flatMap((container, i) =>
      after[i]?.name === container.name
        ? []
        : [forbidden(`spec.${field}[${i}].name`, `${field} may not be renamed or reordered on resize`)],
    );
  });
}

const hasResources = (spec: PodSpec): boolean =>
  Object.keys(spec.resources?.requests ?? {}).length + Object.keys(spec.resources?.limits ?? {}).length > 0;

/** Checks the pod's own resources and puts them back in `spec`, which is a copy. */
function resizePodLevel(now: PodSpec, old: PodSpec, spec: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (old.resources && !now.resources)
    return [forbidden("spec.resources", "pod-level resources cannot be removed")];
  if (old.resources) {
    if (removed(now.resources?.requests, old.resources.requests)) {
      errors.push(forbidden("spec.resources.requests", "pod-level resource requests cannot be removed"));
    }
    if (removed(now.resources?.limits, old.resources.limits)) {
      errors.push(forbidden("spec.resources.limits", "pod-level resource limits cannot be removed"));
    }
  }
  const kept = withOldResources(now.resources, old.resources);
  if (!old.resources && Object.keys(kept).length === 0) delete spec.resources;
  else spec.resources = kept;
  if (!deepEqual(spec.resources ?? {}, old.resources ?? {})) {
    errors.push(forbidden("spec", "only cpu and memory resources are mutable at pod-level"));
  }
  return errors;
}

export function validatePodResize(pod: Pod, old: Pod): FieldError[] {
  const now = pod.spec ?? EMPTY;
  const before = old.spec ?? EMPTY;
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validatePodMetadataAndSpec(pod),
  ];
  if (isStatic(old)) return [forbidden("", "static pods cannot be resized")];
  if (before.os?.name === "windows") return [forbidden("", "windows pods cannot be resized")];
  if (getPodQOS(old) !== computePodQOS(pod)) {
    errors.push(
      invalid("spec", pod.status?.qosClass ?? "", "Pod QOS Class may not change as a result of resizing"),
    );
  }
  if (!isSupported(old)) errors.push(forbidden("spec", "Pod running on node without support for resize"));
  const spec = clone(now);
  if (hasResources(before) || hasResources(now)) errors.push(...resizePodLevel(now, before, spec));
  const order = validateOrder(now, before);
  if (order.length > 0) return [...errors, ...order];
  for (const field of ["initContainers", "containers"] as const) {
    (before[field] ?? []).forEach((container, i) => {
      errors.push(
        ...validateContainerResize(
          now[field]?.[i]?.resources,
          container.resources,
          `spec.${field}[${i}].resources`,
        ),
      );
    });
  }
  spec.containers = (now.containers ?? []).map((container, i) => {
    const old = before.containers[i] ?? container;
    const kept = withoutResize(container, old);
    if (!deepEqual(kept, { ...old, resources: old.resources ?? {} }))
      errors.push(forbidden("spec", "only cpu and memory resources are mutable"));
    return kept;
  });
  if (now.initContainers)
    spec.initContainers = now.initContainers.map((c, i) =>
      resizeInit(c, before.initContainers?.[i] ?? c, i, errors),
    );
  if (errors.length > 0) return errors;
  return deepEqual(withResources(spec), withResources(before))
    ? []
    : [forbidden("spec", "only cpu and memory resources are mutable")];
}

function resizeInit(container: Container, old: Container, i: number, errors: FieldError[]): Container {
  const kept = withoutResize(container, old);
  const path = `spec.initContainers[${i}]`;
  if (!deepEqual(kept, { ...old, resources: old.resources ?? {} })) {
    errors.push(forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable"));
  }
  if (isRestartableInit(container) || deepEqual(container, old)) return kept;
  for (const policy of container.resizePolicy ?? []) {
    if (policy.restartPolicy !== "RestartContainer") continue;
    errors.push(
      forbidden(
        path,
        "non-sidecar init containers with a resize policy of RestartContainer cannot be resized",
      ),
    );
  }
  return kept;
}

/** Absent and empty resources are the same. */
function withResources(spec: PodSpec): PodSpec {
  const filled = (containers: readonly Container[]): Container[] =>
    containers.map((c) => ({ ...c, resources: c.resources ?? {} }));
  const out = { ...spec, containers: filled(spec.containers ?? []) };
  if (spec.initContainers) out.initContainers = filled(spec.initContainers);
  return out;
}

type Statuses = NonNullable<Pod["status"]>["containerStatuses"];

/** Whether a container that ended with this code may run again. */
function mayRestart(spec: PodSpec, container: Container, exitCode: number): boolean {
  for (const rule of container.restartPolicyRules ?? []) {
    const listed = (rule.exitCodes?.values ?? []).includes(exitCode);
    const matches =
      rule.exitCodes?.operator === "In" ? listed : rule.exitCodes?.operator === "NotIn" && !listed;
    if (matches) return rule.action === "Restart";
  }
  const policy = container.restartPolicy ?? spec.restartPolicy;
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

function validateTransitions(
  now: Statuses,
  old: Statuses,
  spec: PodSpec,
  containers: readonly Container[],
  path: string,
): FieldError[] {
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  if (all.some((c) => c.restartPolicyRules?.some((r) => r.action === "RestartAllContainers"))) return [];
  return (old ?? []).flatMap((before, i) => {
    const ended = before.state?.terminated;
    const after = (now ?? []).find((s) => s.name === before.name);
    if (!ended || !after || after.state?.terminated) return [];
    const container = containers.find((c) => c.name === before.name);
    if (container && mayRestart(spec, container, ended.exitCode)) return [];
    return [forbidden(`${path}[${i}].state`, "may not be transitioned to non-terminated state")];
  });
}

function validateIPs(
  list: readonly { readonly ip?: string }[] | undefined,
  old: readonly { readonly ip?: string }[] | undefined,
  path: string,
): FieldError[] {
  const known = (old ?? []).map((p) => p.ip);
  const errors = (list ?? []).flatMap(({ ip = "" }, i) =>
    known.includes(ip) ? [] : validateIP(ip, `${path}[${i}]`),
  );
  const families = new Set((list ?? []).map(({ ip = "" }) => ip.includes(":")));
  if ((list ?? []).length > families.size)
    errors.push(invalid(path, list, "may specify no more than one IP for each IP family"));
  return errors;
}

export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validatePodAnnotationUpdates(pod, old, "metadata.annotations"),
  ];
  const now = pod.status ?? {};
  const before = old.status ?? {};
  const spec = old.spec ?? EMPTY;
  (now.conditions ?? []).forEach((condition, i) => {
    if (["PodScheduled", "Ready", "Initialized"].includes(condition.type)) return;
    errors.push(
      ...invalidEach(`status.conditions[${i}].Type`, condition.type, isQualifiedName(condition.type)),
    );
  });
  if ((pod.spec?.nodeName ?? "") !== (spec.nodeName ?? ""))
    errors.push(forbidden("status.nodeName", "may not be changed directly"));
  const nominated = now.nominatedNodeName;
  if (nominated && nominated !== before.nominatedNodeName) {
    errors.push(...invalidEach("status.nominatedNodeName", nominated, isDNS1123Subdomain(nominated)));
    if (spec.nodeName)
      errors.push(
        forbidden("status.nominatedNodeName", "may not be set on pods that are already bound to a node"),
      );
  }
  errors.push(...validateImmutable(now.qosClass ?? "", before.qosClass ?? "", "status.qosClass"));
  errors.push(
    ...validateTransitions(
      now.containerStatuses,
      before.containerStatuses,
      spec,
      spec.containers ?? [],
      "status.containerStatuses",
    ),
  );
  const inits = spec.initContainers ?? [];
  errors.push(
    ...validateTransitions(
      now.initContainerStatuses,
      before.initContainerStatuses,
      spec,
      inits,
      "status.initContainerStatuses",
    ),
  );
  errors.push(
    ...validateTransitions(
      now.ephemeralContainerStatuses,
      before.ephemeralContainerStatuses,
      EMPTY,
      [],
      "status.ephemeralContainerStatuses",
    ),
  );
  errors.push(...validateIPs(now.podIPs, before.podIPs, "status.podIPs"));
  if ((now.hostIPs ?? []).length > 0 && now.hostIPs?.[0]?.ip !== now.hostIP) {
    errors.push(invalid("status.hostIPs[0].ip", now.hostIPs?.[0]?.ip ?? "", "must be equal to `hostIP`"));
  }
  return [...errors, ...validateIPs(now.hostIPs, before.hostIPs, "status.hostIPs")];
}

/** A binding names a node. */
export function validateBinding(
  target: { readonly kind?: string; readonly name?: string } | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  if (target?.kind && target.kind !== "Node")
    errors.push(notSupported("target.kind", target.kind, ["Node", "<empty>"]));
  if (!target?.name) errors.push(required("target.name"));
  return errors;
}

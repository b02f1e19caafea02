/** Containers of all three kinds: `validateContainers`, `validateInitContainers`, `validateEphemeralContainers`. */
import { isRestartableInit } from "../pod-resources.ts";
import type { Container, EphemeralContainer, PodSpec, Volume } from "../types.ts";
import { isDNS1123Label, isValidPortName, isValidPortNum } from "./content.ts";
import { validateEnv, validateEnvFrom } from "./env.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notFound,
  notSupported,
  required,
  tooMany,
} from "./field-error.ts";
import { validateLifecycle, validateProbes } from "./handlers.ts";
import { validateContainerResources } from "./resources.ts";
import { validateSecurityContext } from "./security-context.ts";
import { validateVolumeDevices, validateVolumeMounts } from "./volume-mounts.ts";
import { validatePullPolicy } from "./volumes.ts";

/** What the checks of a container need to know of its pod. */
export interface PodContext {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: readonly string[];
  /** Whether the spec stands in a pod and not in a template. */
  readonly isPod: boolean;
}

/** Every container of a spec with its path: init, regular, ephemeral. */
export function containersWithPath(spec: PodSpec, path: string): [Container, string][] {
  return (["initContainers", "containers", "ephemeralContainers"] as const).flatMap((field) =>
    (spec[field] ?? []).map((container, i): [Container, string] => [
      container as Container,
      `${path}.${field}[${i}]`,
    ]),
  );
}

const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const RESTART_POLICIES = ["Always", "Never", "OnFailure"];

function validatePorts(ports: Container["ports"], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  (ports ?? []).forEach((port, i) => {
    const at = `${path}[${i}]`;
    if (port.name) {
      const messages = isValidPortName(port.name);
      if (messages.length > 0) errors.push(...invalidEach(`${at}.name`, port.name, messages));
      else if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      else names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(`${at}.containerPort`));
    else
      errors.push(
        ...invalidEach(`${at}.containerPort`, port.containerPort, isValidPortNum(port.containerPort)),
      );
    if (port.hostPort)
      errors.push(...invalidEach(`${at}.hostPort`, port.hostPort, isValidPortNum(port.hostPort)));
    if (!port.protocol) errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol))
      errors.push(notSupported(`${at}.protocol`, port.protocol, PROTOCOLS));
  });
  return errors;
}

/** Host ports that two containers would share. */
function validateHostPorts(containers: readonly Container[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  containers.forEach((container, i) => {
    (container.ports ?? []).forEach((port, j) => {
      if (!port.hostPort) return;
      const key = `${port.protocol ?? ""}/${port.hostIP ?? ""}/${port.hostPort}`;
      if (taken.has(key)) errors.push(duplicate(`${path}[${i}].ports[${j}].hostPort`, key));
      taken.add(key);
    });
  });
  return errors;
}

function validateResizePolicy(
  container: Container,
  podPolicy: string | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (container.resizePolicy ?? []).forEach(({ resourceName = "", restartPolicy = "" }, i) => {
    if (seen.has(resourceName)) errors.push(duplicate(`${path}[${i}]`, resourceName));
    seen.add(resourceName);
    if (resourceName === "") errors.push(required(path));
    else if (resourceName !== "cpu" && resourceName !== "memory")
      errors.push(notSupported(path, resourceName, ["cpu", "memory"]));
    if (restartPolicy === "") errors.push(required(path));
    else if (restartPolicy !== "NotRequired" && restartPolicy !== "RestartContainer") {
      errors.push(notSupported(path, restartPolicy, ["NotRequired", "RestartContainer"]));
    }
    if (podPolicy === "Never" && restartPolicy !== "NotRequired") {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    }
  });
  return errors;
}

const MESSAGE_POLICIES = ["File", "FallbackToLogsOnError"];

/** What holds for every container, whatever its kind. */
function validateCommon(container: Container, pod: PodContext, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(`${path}.name`));
  else errors.push(...invalidEach(`${path}.name`, container.name, isDNS1123Label(container.name)));
  if (!container.image) errors.push(required(`${path}.image`));
  const policy = container.terminationMessagePolicy;
  if (!policy) errors.push(required(`${path}.terminationMessagePolicy`));
  else if (!MESSAGE_POLICIES.includes(policy))
    errors.push(notSupported(`${path}.terminationMessagePolicy`, policy, MESSAGE_POLICIES));
  errors.push(...validatePorts(container.ports, `${path}.ports`));
  errors.push(
    ...validateEnv(container.env, `${path}.env`),
    ...validateEnvFrom(container.envFrom, `${path}.envFrom`),
  );
  errors.push(...validateVolumeMounts(container, pod.volumes, `${path}.volumeMounts`));
  errors.push(...validateVolumeDevices(container, pod.volumes, `${path}.volumeDevices`));
  errors.push(...validatePullPolicy(container.imagePullPolicy, `${path}.imagePullPolicy`));
  errors.push(...validateContainerResources(container.resources, pod.claims, `${path}.resources`));
  errors.push(...validateResizePolicy(container, pod.spec.restartPolicy, `${path}.resizePolicy`));
  errors.push(
    ...validateSecurityContext(
      container.securityContext,
      pod.spec.hostUsers ?? true,
      `${path}.securityContext`,
    ),
  );
  return errors;
}

const ACTIONS = ["Restart", "RestartAllContainers"];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;

function validateRestartPolicy(container: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const rules = container.restartPolicyRules ?? [];
  const policy = container.restartPolicy;
  if (policy === undefined) {
    if (rules.length === 0) return [];
    errors.push(required(`${path}.restartPolicy`, "must specify restartPolicy when restart rules are used"));
  } else if (!RESTART_POLICIES.includes(policy))
    errors.push(notSupported(`${path}.restartPolicy`, policy, RESTART_POLICIES));
  if (rules.length > MOST_RULES) errors.push(tooMany(`${path}.restartPolicyRules`, rules.length, MOST_RULES));
  rules.forEach((rule, i) => {
    const at = `${path}.restartPolicyRules[${i}]`;
    if (!ACTIONS.includes(rule.action ?? ""))
      errors.push(notSupported(`${at}.action`, rule.action ?? "", ACTIONS));
    const codes = rule.exitCodes;
    if (!codes) {
      errors.push(required(`${at}.exitCodes`, "must be specified"));
      return;
    }
    if (codes.operator !== "In" && codes.operator !== "NotIn")
      errors.push(notSupported(`${at}.exitCodes.operator`, codes.operator ?? "", ["In", "NotIn"]));
    const count = (codes.values ?? []).length;
    if (count > MOST_EXIT_CODES) errors.push(tooMany(`${at}.exitCodes.values`, count, MOST_EXIT_CODES));
  });
  return errors;
}

/** An init container with rules but no policy is told of the policy alone. */
function validateInitRestartPolicy(container: Container, path: string): FieldError[] {
  if (container.restartPolicy !== undefined) return validateRestartPolicy(container, path);
  if ((container.restartPolicyRules ?? []).length === 0) return [];
  return [required(`${path}.restartPolicy`, "must specify restartPolicy when restart rules are used")];
}

export function validateContainers(pod: PodContext, path: string): FieldError[] {
  const containers = pod.spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const grace = pod.spec.terminationGracePeriodSeconds;
  const names = new Set<string>();
  containers.forEach((container, i) => {
    const at = `${path}[${i}]`;
    errors.push(...validateCommon(container, pod, at));
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name ?? ""));
    names.add(container.name);
    errors.push(
      ...validateLifecycle(container, grace, pod.spec.os, at),
      ...validateProbes(container, grace, at),
    );
    errors.push(...validateRestartPolicy(container, at));
  });
  return [...errors, ...validateHostPorts(containers, path)];
}

const NOT_FOR_INIT = "may not be set for init containers without restartPolicy=Always";

export function validateInitContainers(pod: PodContext, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const grace = pod.spec.terminationGracePeriodSeconds;
  const names = new Set((pod.spec.containers ?? []).map((c) => c.name));
  (pod.spec.initContainers ?? []).forEach((container, i) => {
    const at = `${path}[${i}]`;
    errors.push(...validateCommon(container, pod, at), ...validateInitRestartPolicy(container, at));
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name ?? ""));
    else if (container.name) names.add(container.name);
    errors.push(...validateHostPorts([container], path));
    if (isRestartableInit(container)) {
      errors.push(
        ...validateLifecycle(container, grace, pod.spec.os, at),
        ...validateProbes(container, grace, at),
      );
      return;
    }
    for (const field of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const) {
      if (container[field]) errors.push(forbidden(`${at}.${field}`, NOT_FOR_INIT));
    }
    (container.resizePolicy ?? []).forEach((policy, j) => {
      if (policy.restartPolicy !== "RestartContainer") return;
      const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      errors.push(invalid(`${at}.resizePolicy[${j}].restartPolicy`, policy.restartPolicy, detail));
    });
  });
  return errors;
}

/** Fields that an ephemeral container may not have, in the order of the struct. */
const NOT_EPHEMERAL = [
  "ports",
  "resources",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
];

const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  (typeof value !== "object" || Object.keys(value).length > 0 || Array.isArray(value));

export function validateEphemeralContainers(pod: PodContext, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const others = new Set(
    [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].map((c) => c.name),
  );
  const names = new Set(others);
  (pod.spec.ephemeralContainers ?? []).forEach((container: EphemeralContainer, i) => {
    const at = `${path}[${i}]`;
    errors.push(
      ...validateCommon(container as Container, pod, at),
      ...validateImageSpaces(container.image, at),
    );
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(notFound(`${at}.targetContainerName`, target));
    for (const field of NOT_EPHEMERAL) {
      const value = (container as unknown as Record<string, unknown>)[field];
      if (isSet(value)) errors.push(forbidden(`${at}.${field}`, "cannot be set for an Ephemeral Container"));
    }
    (container.volumeMounts ?? []).forEach((mount, j) => {
      for (const field of ["subPath", "subPathExpr"] as const) {
        if (mount[field])
          errors.push(
            forbidden(`${at}.volumeMounts[${j}].${field}`, "cannot be set for an Ephemeral Container"),
          );
      }
    });
  });
  return errors;
}

/** In a pod, not in a template, an image has no blanks around it. */
export function validateImageSpaces(image: string | undefined, path: string): FieldError[] {
  return image !== undefined && image.trim() !== image
    ? [invalid(`${path}.image`, image, "must not have leading or trailing whitespace")]
    : [];
}

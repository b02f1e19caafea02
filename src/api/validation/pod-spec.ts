/** A pod's spec, in a pod or in a template: `ValidatePodSpec`. */
import type { ObjectMeta, PodSpec } from "../types.ts";
import {
  containersWithPath,
  type PodContext,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from "./containers.ts";
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isIPv4,
  isIPv6,
  isQualifiedName,
  rangeMessage,
} from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  NO_FIELD,
  notFound,
  notSupported,
  required,
  tooLong,
} from "./field-error.ts";
import { validateLabels } from "./metadata.ts";
import { validateOverhead, validatePodResources } from "./resources.ts";
import {
  validateAffinity,
  validateSchedulingGates,
  validateTolerations,
  validateTopologySpread,
} from "./scheduling.ts";
import { validateHostUsers, validatePodSecurityContext } from "./security-context.ts";
import { validateVolumes } from "./volumes.ts";
import { validateHostProcess, validateOs } from "./windows.ts";

const MAX_INT32 = 2147483647;

function choice(value: string | undefined, choices: readonly string[], path: string): FieldError[] {
  if (!value) return [required(path)];
  return choices.includes(value) ? [] : [notSupported(path, value, choices)];
}

/** An address as the strict rules of 1.36 have it. */
export function validateIP(value: string, path: string): FieldError[] {
  if (isIPv4(value)) return [];
  if (isIPv6(value)) {
    return /^::ffff:/i.test(value) && value.includes(".")
      ? [invalid(path, value, "must not be an IPv4-mapped IPv6 address")]
      : [];
  }
  const zeros = value
    .split(".")
    .map((part) => part.replace(/^0+(?=\d)/, ""))
    .join(".");
  if (isIPv4(zeros)) return [invalid(path, value, "must not have leading 0s")];
  return [invalid(path, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
}

function validateDnsConfig(spec: PodSpec, path: string): FieldError[] {
  const config = spec.dnsConfig;
  const servers = config?.nameservers ?? [];
  const searches = config?.searches ?? [];
  if (spec.dnsPolicy === "None") {
    if (!config) return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")];
    if (servers.length === 0)
      return [
        required(`${path}.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None"),
      ];
  }
  const errors: FieldError[] = [];
  if (servers.length > 3)
    errors.push(invalid(`${path}.nameservers`, servers, "must not have more than 3 nameservers"));
  servers.forEach((server, i) => {
    errors.push(...validateIP(server, `${path}.nameservers[${i}]`));
  });
  if (searches.length > 32)
    errors.push(invalid(`${path}.searches`, searches, "must not have more than 32 search paths"));
  if (searches.join(" ").length > 2048) {
    errors.push(
      invalid(
        `${path}.searches`,
        searches,
        "must not have more than 2048 characters (including spaces) in the search list",
      ),
    );
  }
  searches.forEach((search, i) => {
    const name = search.replace(/\.$/, "");
    if (search !== ".")
      errors.push(...invalidEach(`${path}.searches[${i}]`, name, isDNS1123SubdomainWithUnderscore(name)));
  });
  (config?.options ?? []).forEach((option, i) => {
    if (!option.name) errors.push(required(`${path}.options[${i}]`, "must not be empty"));
  });
  return errors;
}

function validateHostNetworkPorts(pod: PodContext, path: string): FieldError[] {
  if (!pod.spec.hostNetwork) return [];
  return (pod.spec.containers ?? []).flatMap((container, i) =>
    (container.ports ?? []).flatMap((port, j) => {
      const host = port.hostPort ?? 0;
      if ((!pod.isPod && host === 0) || host === port.containerPort) return [];
      return [
        invalid(
          `${path}.containers[${i}].ports[${j}].hostPort`,
          host,
          "must match `containerPort` when `hostNetwork` is true",
        ),
      ];
    }),
  );
}

function validateHostnameOverride(spec: PodSpec, path: string): FieldError[] {
  const name = spec.hostnameOverride;
  if (name === undefined) return [];
  const at = `${path}.hostnameOverride`;
  const errors: FieldError[] = [];
  if (spec.setHostnameAsFQDN)
    errors.push(forbidden(at, "may not be specified when setHostnameAsFQDN is true"));
  if (spec.hostNetwork) errors.push(forbidden(at, "may not be specified when hostNetwork is true"));
  if (name.length > 64) errors.push(tooLong(at, 64));
  return [...errors, ...invalidEach(at, name, isDNS1123Subdomain(name))];
}

function validateResourceClaims(spec: PodSpec, meta: ObjectMeta | undefined, path: string): FieldError[] {
  const seen = new Set<string>();
  return (spec.resourceClaims ?? []).flatMap((claim, i) => {
    if (meta?.annotations?.["kubernetes.io/config.mirror"] !== undefined)
      return [forbidden(NO_FIELD, "static pods do not support resource claims")];
    const at = `${path}[${i}]`;
    const { name = "", resourceClaimName: direct, resourceClaimTemplateName: template } = claim;
    const errors: FieldError[] = [];
    if (name === "") errors.push(required(`${at}.name`));
    else if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    else errors.push(...invalidEach(`${at}.name`, name, isDNS1123Label(name)));
    seen.add(name);
    const shown = {
      Name: name,
      ResourceClaimName: direct ?? null,
      ResourceClaimTemplateName: template ?? null,
    };
    if (direct !== undefined && template !== undefined) {
      errors.push(
        invalid(
          at,
          shown,
          "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified",
        ),
      );
    }
    if (direct === undefined && template === undefined) {
      errors.push(
        invalid(at, shown, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
      );
    }
    if (direct !== undefined)
      errors.push(...invalidEach(`${at}.resourceClaimName`, direct, isDNS1123Subdomain(direct)));
    if (template !== undefined)
      errors.push(...invalidEach(`${at}.resourceClaimTemplateName`, template, isDNS1123Subdomain(template)));
    return errors;
  });
}

/** Files that variables are read from lie in an emptyDir. */
function validateFileKeyVolumes(spec: PodSpec, path: string): FieldError[] {
  const volumes = new Map((spec.volumes ?? []).map((v) => [v.name, v]));
  return containersWithPath(spec, path).flatMap(([container, at]) =>
    (container.env ?? []).flatMap((env, i) => {
      const ref = env.valueFrom?.fileKeyRef;
      if (!ref) return [];
      const field = `${at}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      const volume = volumes.get(ref.volumeName);
      if (!volume) return [notFound(field, ref.volumeName ?? "")];
      return volume.emptyDir
        ? []
        : [invalid(field, ref.volumeName, "referenced volume must be of type emptyDir")];
    }),
  );
}

const named = (value: string | undefined, check: (name: string) => string[], path: string): FieldError[] =>
  value ? invalidEach(path, value, check(value)) : [];

function validateScalars(spec: PodSpec, path: string): FieldError[] {
  const errors = [
    ...named(spec.serviceAccountName, isDNS1123Subdomain, `${path}.serviceAccountName`),
    ...named(spec.nodeName, isDNS1123Subdomain, `${path}.nodeName`),
  ];
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) {
    errors.push(invalid(`${path}.activeDeadlineSeconds`, deadline, rangeMessage(1, MAX_INT32)));
  }
  errors.push(
    ...named(spec.hostname, isDNS1123Label, `${path}.hostname`),
    ...named(spec.subdomain, isDNS1123Label, `${path}.subdomain`),
  );
  errors.push(...validateTolerations(spec.tolerations, `${path}.tolerations`));
  (spec.hostAliases ?? []).forEach((alias, i) => {
    errors.push(...validateIP(alias.ip ?? "", `${path}.hostAliases[${i}].ip`));
    (alias.hostnames ?? []).forEach((name, j) => {
      errors.push(
        ...invalidEach(`${path}.hostAliases[${i}].hostnames[${j}]`, name, isDNS1123Subdomain(name)),
      );
    });
  });
  errors.push(...named(spec.priorityClassName, isDNS1123Subdomain, `${path}.priorityClassName`));
  if (spec.runtimeClassName !== undefined) {
    errors.push(
      ...invalidEach(
        `${path}.runtimeClassName`,
        spec.runtimeClassName,
        isDNS1123Subdomain(spec.runtimeClassName),
      ),
    );
  }
  if (spec.preemptionPolicy !== undefined) {
    errors.push(
      ...choice(spec.preemptionPolicy, ["PreemptLowerPriority", "Never"], `${path}.preemptionPolicy`),
    );
  }
  return errors;
}

/** Checks a spec with its defaults. `meta` is there when it stands in a pod. */
export function validatePodSpec(
  spec: PodSpec,
  meta: ObjectMeta | undefined,
  isPod: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined)
    errors.push(required(`${path}.terminationGracePeriodSeconds`));
  const checked = validateVolumes(spec.volumes, meta, isPod, `${path}.volumes`);
  const claims = (spec.resourceClaims ?? []).map((c) => c.name).filter(Boolean);
  const pod: PodContext = { spec, volumes: checked.volumes, claims, isPod };
  errors.push(...checked.errors, ...validateResourceClaims(spec, meta, `${path}.resourceClaims`));
  errors.push(
    ...validateContainers(pod, `${path}.containers`),
    ...validateInitContainers(pod, `${path}.initContainers`),
  );
  errors.push(
    ...validateEphemeralContainers(pod, `${path}.ephemeralContainers`),
    ...validatePodResources(spec, claims, path),
  );
  errors.push(...validateHostNetworkPorts(pod, path));
  errors.push(...choice(spec.restartPolicy, ["Always", "OnFailure", "Never"], `${path}.restartPolicy`));
  errors.push(
    ...choice(
      spec.dnsPolicy,
      ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
      `${path}.dnsPolicy`,
    ),
  );
  errors.push(...validateLabels(spec.nodeSelector, `${path}.nodeSelector`));
  errors.push(...validatePodSecurityContext(spec, `${path}.securityContext`));
  errors.push(
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDnsConfig(spec, `${path}.dnsConfig`),
  );
  (spec.readinessGates ?? []).forEach(({ conditionType = "" }, i) => {
    errors.push(
      ...invalidEach(
        `${path}.readinessGates[${i}].conditionType`,
        conditionType,
        isQualifiedName(conditionType),
      ),
    );
  });
  errors.push(...validateSchedulingGates(spec.schedulingGates, `${path}.schedulingGates`));
  errors.push(...validateTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`));
  errors.push(
    ...validateHostProcess(spec, path),
    ...validateHostUsers(spec, path),
    ...validateHostnameOverride(spec, path),
  );
  errors.push(...validateScalars(spec, path));
  if (spec.overhead) errors.push(...validateOverhead(spec.overhead, `${path}.overhead`));
  return [...errors, ...validateOs(spec, path), ...validateFileKeyVolumes(spec, path)];
}

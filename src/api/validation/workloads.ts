/** Deployments and their like: `pkg/apis/apps/validation`. */
import { labelSelectorAsSelector, matchesLabels, selectorFromSet } from "../label-selectors.ts";
import { deepEqual } from "../plain.ts";
import type {
  DaemonSet,
  Deployment,
  LabelSelector,
  PodTemplateSpec,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
  Volume,
} from "../types.ts";
import { isDNS1123Label, isDNS1123Subdomain, isValidPercent } from "./content.ts";
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from "./field-error.ts";
import {
  nameRule,
  validateAnnotations,
  validateImmutable,
  validateLabelSelector,
  validateLabels,
  validateNonnegative,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from "./metadata.ts";
import { validateClaimSpec } from "./persistent-volume-claim.ts";
import { validatePodAnnotations, validateProfileAnnotations } from "./pod-annotations.ts";
import { validatePodSpec } from "./pod-spec.ts";

const subdomainName = nameRule(isDNS1123Subdomain);
const MISMATCH = "`selector` does not match template `labels`";

/** The template of a workload: `ValidatePodTemplateSpec`. */
export function validatePodTemplate(template: PodTemplateSpec | undefined, path: string): FieldError[] {
  const spec = template?.spec ?? { containers: [] };
  const meta = template?.metadata;
  const errors = validateLabels(meta?.labels, `${path}.labels`);
  errors.push(...validateAnnotations(meta?.annotations, `${path}.annotations`));
  errors.push(...validatePodAnnotations(meta?.annotations, spec, `${path}.annotations`));
  errors.push(...validatePodSpec(spec, undefined, false, `${path}.spec`));
  errors.push(...validateProfileAnnotations({ metadata: meta, spec } as never, spec, `${path}.spec`));
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(
      forbidden(`${path}.spec.ephemeralContainers`, "ephemeral containers not allowed in pod template"),
    );
  }
  return errors;
}

/** A selector that a workload owns pods by: it has to be there, to select something, and to fit the template. */
function validateSelector(selector: LabelSelector | undefined, what: string, path: string): FieldError[] {
  if (!selector) return [required(path)];
  const errors = validateLabelSelector(selector, path);
  const count = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
  if (count === 0) errors.push(invalid(path, selector, `empty selector is invalid for ${what}`));
  return errors;
}

function validateFit(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
): FieldError[] {
  const parsed = labelSelectorAsSelector(selector);
  const labels = template?.metadata?.labels;
  if (!parsed.ok || parsed.selector?.length === 0 || matchesLabels(parsed.selector, labels)) return [];
  return [invalid(`${path}.metadata.labels`, labels ?? null, MISMATCH)];
}

/** Pods of a workload that keeps them running restart always and have no deadline. */
function validateForever(template: PodTemplateSpec | undefined, kind: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const policy = template?.spec?.restartPolicy ?? "";
  if (policy !== "Always") errors.push(notSupported(`${path}.spec.restartPolicy`, policy, ["Always"]));
  if (template?.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`),
    );
  }
  return errors;
}

interface Owner {
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

function validateOwned(spec: Owner, path: string): FieldError[] {
  const parsed = labelSelectorAsSelector(spec.selector);
  if (!parsed.ok) return [invalid(`${path}.selector`, spec.selector, "invalid label selector")];
  const at = `${path}.template`;
  return [
    ...validateFit(spec.selector, spec.template, at),
    ...validatePodTemplate(spec.template, at),
    ...validateForever(spec.template, "ReplicaSet", at),
  ];
}

type IntOrString = number | string | undefined;

/** The number of a percentage or of itself. */
const amount = (value: IntOrString): number =>
  typeof value === "string"
    ? isValidPercent(value).length === 0
      ? Number(value.slice(0, -1))
      : Number.parseInt(value, 10) || 0
    : (value ?? 0);

function validateIntOrPercent(value: IntOrString, path: string): FieldError[] {
  return typeof value === "string"
    ? invalidEach(path, value, isValidPercent(value))
    : validateNonnegative(value, path);
}

function validateNotMoreThanAll(value: IntOrString, path: string): FieldError[] {
  const isPercent = typeof value === "string" && isValidPercent(value).length === 0;
  return isPercent && amount(value) > 100 ? [invalid(path, value, "must not be greater than 100%")] : [];
}

interface Rolling {
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

/** The strategy as the server's internal struct prints it. */
function strategyText(type: string, rolling: Rolling | undefined): { readonly goText: string } {
  const inner = rolling
    ? `{"MaxUnavailable":${JSON.stringify(rolling.maxUnavailable ?? 0)},"MaxSurge":${JSON.stringify(rolling.maxSurge ?? 0)}}`
    : "null";
  return { goText: `{"Type":${JSON.stringify(type)},"RollingUpdate":${inner}}` };
}

function validateDeploymentStrategy(
  strategy: NonNullable<Deployment["spec"]>["strategy"],
  path: string,
): FieldError[] {
  const type = strategy?.type ?? "";
  const rolling = strategy?.rollingUpdate;
  if (type === "Recreate") {
    return rolling
      ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
      : [];
  }
  if (type !== "RollingUpdate")
    return [notSupported(path, strategyText(type, rolling), ["Recreate", "RollingUpdate"])];
  const at = `${path}.rollingUpdate`;
  const errors = validateIntOrPercent(rolling?.maxUnavailable, `${at}.maxUnavailable`);
  errors.push(...validateIntOrPercent(rolling?.maxSurge, `${at}.maxSurge`));
  if (amount(rolling?.maxUnavailable) === 0 && amount(rolling?.maxSurge) === 0) {
    errors.push(
      invalid(`${at}.maxUnavailable`, rolling?.maxUnavailable ?? 0, "may not be 0 when `maxSurge` is 0"),
    );
  }
  return [...errors, ...validateNotMoreThanAll(rolling?.maxUnavailable, `${at}.maxUnavailable`)];
}

function validateDeploymentSpec(deployment: Deployment): FieldError[] {
  const spec = deployment.spec ?? ({} as NonNullable<Deployment["spec"]>);
  const errors = validateNonnegative(spec.replicas, "spec.replicas");
  errors.push(
    ...validateSelector(spec.selector, "deployment", "spec.selector"),
    ...validateOwned(spec, "spec"),
  );
  errors.push(...validateDeploymentStrategy(spec.strategy, "spec.strategy"));
  errors.push(...validateNonnegative(spec.minReadySeconds, "spec.minReadySeconds"));
  errors.push(...validateNonnegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"));
  const deadline = spec.progressDeadlineSeconds;
  errors.push(...validateNonnegative(deadline, "spec.progressDeadlineSeconds"));
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) {
    errors.push(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
  return errors;
}

export const validateDeployment = (deployment: Deployment): FieldError[] => [
  ...validateObjectMeta(deployment.metadata, true, subdomainName),
  ...validateDeploymentSpec(deployment),
];

export const validateDeploymentUpdate = (deployment: Deployment, old: Deployment): FieldError[] => [
  ...validateObjectMetaUpdate(deployment.metadata, old.metadata),
  ...validateDeploymentSpec(deployment),
  ...validateImmutable(deployment.spec?.selector, old.spec?.selector, "spec.selector"),
];

function validateReplicaSetSpec({ spec }: ReplicaSet): FieldError[] {
  return [
    ...validateNonnegative(spec?.replicas, "spec.replicas"),
    ...validateNonnegative(spec?.minReadySeconds, "spec.minReadySeconds"),
    ...validateSelector(spec?.selector, "deployment", "spec.selector"),
    ...validateOwned(spec ?? {}, "spec"),
  ];
}

export const validateReplicaSet = (set: ReplicaSet): FieldError[] => [
  ...validateObjectMeta(set.metadata, true, subdomainName),
  ...validateReplicaSetSpec(set),
];

export const validateReplicaSetUpdate = (set: ReplicaSet, old: ReplicaSet): FieldError[] => [
  ...validateObjectMetaUpdate(set.metadata, old.metadata),
  ...validateReplicaSetSpec(set),
  ...validateImmutable(set.spec?.selector, old.spec?.selector, "spec.selector"),
];

function validateControllerSpec({ spec }: ReplicationController): FieldError[] {
  const errors = validateNonnegative(spec?.minReadySeconds, "spec.minReadySeconds");
  const selector = spec?.selector ?? {};
  if (Object.keys(selector).length === 0) errors.push(required("spec.selector"));
  errors.push(...validateNonnegative(spec?.replicas, "spec.replicas"));
  const template = spec?.template;
  if (!template) return [...errors, required("spec.template")];
  const labels = template.metadata?.labels;
  if (!matchesLabels(selectorFromSet(selector), labels))
    errors.push(invalid("spec.template.metadata.labels", labels ?? null, MISMATCH));
  return [
    ...errors,
    ...validatePodTemplate(template, "spec.template"),
    ...validateForever(template, "ReplicationController", "spec.template"),
  ];
}

export const validateReplicationController = (controller: ReplicationController): FieldError[] => [
  ...validateObjectMeta(controller.metadata, true, subdomainName),
  ...validateControllerSpec(controller),
];

export const validateReplicationControllerUpdate = (
  controller: ReplicationController,
  old: ReplicationController,
): FieldError[] => [
  ...validateObjectMetaUpdate(controller.metadata, old.metadata),
  ...validateControllerSpec(controller),
];

function validateDaemonSetStrategy(
  strategy: NonNullable<DaemonSet["spec"]>["updateStrategy"],
  path: string,
): FieldError[] {
  const type = strategy?.type ?? "";
  const rolling = strategy?.rollingUpdate;
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate")
    return [notSupported(path, strategyText(type, rolling), ["RollingUpdate", "OnDelete"])];
  const at = `${path}.rollingUpdate`;
  if (!rolling) return [required(at)];
  const errors = validateIntOrPercent(rolling.maxUnavailable, `${at}.maxUnavailable`);
  errors.push(...validateIntOrPercent(rolling.maxSurge, `${at}.maxSurge`));
  errors.push(...validateNotMoreThanAll(rolling.maxUnavailable, `${at}.maxUnavailable`));
  errors.push(...validateNotMoreThanAll(rolling.maxSurge, `${at}.maxSurge`));
  const unavailable = amount(rolling.maxUnavailable);
  const surge = amount(rolling.maxSurge);
  if (unavailable === 0 && surge === 0)
    errors.push(required(`${at}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  if (unavailable > 0 && surge > 0)
    errors.push(
      invalid(`${at}.maxSurge`, rolling.maxSurge, "may not be set when maxUnavailable is non-zero"),
    );
  return errors;
}

function validateDaemonSetSpec({ spec }: DaemonSet): FieldError[] {
  const errors = spec?.selector ? validateLabelSelector(spec.selector, "spec.selector") : [];
  errors.push(...validateFit(spec?.selector, spec?.template, "spec.template"));
  const count =
    Object.keys(spec?.selector?.matchLabels ?? {}).length + (spec?.selector?.matchExpressions ?? []).length;
  if (spec?.selector && count === 0)
    errors.push(invalid("spec.selector", spec.selector, "empty selector is invalid for daemonset"));
  errors.push(
    ...validatePodTemplate(spec?.template, "spec.template"),
    ...validateForever(spec?.template, "DaemonSet", "spec.template"),
  );
  errors.push(...validateNonnegative(spec?.minReadySeconds, "spec.minReadySeconds"));
  errors.push(...validateDaemonSetStrategy(spec?.updateStrategy, "spec.updateStrategy"));
  return [...errors, ...validateNonnegative(spec?.revisionHistoryLimit, "spec.revisionHistoryLimit")];
}

export const validateDaemonSet = (set: DaemonSet): FieldError[] => [
  ...validateObjectMeta(set.metadata, true, subdomainName),
  ...validateDaemonSetSpec(set),
];

export const validateDaemonSetUpdate = (set: DaemonSet, old: DaemonSet): FieldError[] => [
  ...validateObjectMetaUpdate(set.metadata, old.metadata),
  ...validateImmutable(set.spec?.selector, old.spec?.selector, "spec.selector"),
  ...validateDaemonSetSpec(set),
];

/** The template with the volumes that the claims will bring. */
function withClaims(spec: NonNullable<StatefulSet["spec"]>): PodTemplateSpec | undefined {
  const claims = (spec.volumeClaimTemplates ?? []).map((c) => c.metadata?.name ?? "");
  if (!spec.template?.spec || claims.length === 0) return spec.template;
  const made = claims.map((name): Volume => ({ name, persistentVolumeClaim: { claimName: name } }));
  const volumes = [...made, ...(spec.template.spec.volumes ?? []).filter((v) => !claims.includes(v.name))];
  return { ...spec.template, spec: { ...spec.template.spec, volumes } };
}

function validateStatefulSetSpec(set: StatefulSet, isNew: boolean): FieldError[] {
  const spec = set.spec ?? ({} as NonNullable<StatefulSet["spec"]>);
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy ?? "";
  if (policy !== "OrderedReady" && policy !== "Parallel") {
    errors.push(invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  const strategy = spec.updateStrategy;
  if (strategy?.type !== "RollingUpdate" && strategy?.type !== "OnDelete") {
    errors.push(
      invalid(
        "spec.updateStrategy",
        strategyText(strategy?.type ?? "", undefined),
        "must be 'RollingUpdate' or 'OnDelete'",
      ),
    );
  } else if (strategy.type === "OnDelete" && strategy.rollingUpdate) {
    errors.push(
      invalid(
        "spec.updateStrategy.rollingUpdate",
        strategy.rollingUpdate,
        "only allowed for updateStrategy 'RollingUpdate'",
      ),
    );
  } else
    errors.push(
      ...validateNonnegative(
        strategy.rollingUpdate?.partition,
        "spec.updateStrategy.rollingUpdate.partition",
      ),
    );
  for (const field of ["whenDeleted", "whenScaled"] as const) {
    const value = spec.persistentVolumeClaimRetentionPolicy?.[field];
    if (value !== undefined && value !== "Retain" && value !== "Delete") {
      errors.push(
        notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, value, ["Retain", "Delete"]),
      );
    }
  }
  if (isNew) {
    (spec.volumeClaimTemplates ?? []).forEach((claim, i) => {
      errors.push(...validateClaimSpec(claim.spec ?? {}, `spec.volumeClaimTemplates[${i}].spec`));
    });
  }
  errors.push(
    ...validateNonnegative(spec.replicas, "spec.replicas"),
    ...validateNonnegative(spec.minReadySeconds, "spec.minReadySeconds"),
  );
  errors.push(...validateNonnegative(spec.ordinals?.start, "spec.ordinals.start"));
  if (isNew && spec.serviceName)
    errors.push(...invalidEach("spec.serviceName", spec.serviceName, isDNS1123Label(spec.serviceName)));
  errors.push(...validateSelector(spec.selector, "statefulset", "spec.selector"));
  errors.push(
    ...validateFit(spec.selector, spec.template, "spec.template"),
    ...validatePodTemplate(withClaims(spec), "spec.template"),
  );
  return [...errors, ...validateForever(spec.template, "StatefulSet", "spec.template")];
}

export const validateStatefulSet = (set: StatefulSet): FieldError[] => [
  ...validateObjectMeta(set.metadata, true, nameRule(isDNS1123Label)),
  ...validateStatefulSetSpec(set, true),
];

const MUTABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const;

export function validateStatefulSetUpdate(set: StatefulSet, old: StatefulSet): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(set.metadata, old.metadata),
    ...validateStatefulSetSpec(set, false),
  ];
  const fixed = (s: StatefulSet): object =>
    Object.fromEntries(
      Object.entries(s.spec ?? {}).filter(([key]) => !(MUTABLE as readonly string[]).includes(key)),
    );
  if (!deepEqual(fixed(set), fixed(old))) {
    const list = MUTABLE.slice(0, -1)
      .map((f) => `'${f}'`)
      .join(", ");
    errors.push(
      forbidden(
        "spec",
        `updates to statefulset spec for fields other than ${list} and 'minReadySeconds' are forbidden`,
      ),
    );
  }
  return errors;
}

/** A pod that is created or replaced: `ValidatePodCreate`, `ValidatePodUpdate`. */
import { deepEqual } from "../plain.ts";
import type { Container, Pod, PodSpec } from "../types.ts";
import { validateImageSpaces } from "./containers.ts";
import { isDNS1123Subdomain, rangeMessage } from "./content.ts";
import { type FieldError, forbidden, invalid, required } from "./field-error.ts";
import { withoutGrandfathered } from "./grandfathered.ts";
import { internalSpecLines } from "./internal-form.ts";
import { nameRule, validateObjectMeta, validateObjectMetaUpdate } from "./metadata.ts";
import {
  validatePodAnnotations,
  validatePodAnnotationUpdates,
  validateProfileAnnotations,
} from "./pod-annotations.ts";
import { validatePodSpec } from "./pod-spec.ts";
import {
  validateNodeAffinityMutation,
  validateNodeSelectorMutation,
  validateOnlyAddedTolerations,
} from "./scheduling.ts";
import { unifiedDiff } from "./unified-diff.ts";

const MAX_INT32 = 2147483647;
const EMPTY: PodSpec = { containers: [] };

/** What holds for every pod, new or changed. */
export function validatePodMetadataAndSpec(pod: Pod): FieldError[] {
  const spec = pod.spec ?? EMPTY;
  const errors = validateObjectMeta(pod.metadata, true, nameRule(isDNS1123Subdomain));
  errors.push(...validatePodAnnotations(pod.metadata?.annotations, spec, "metadata.annotations"));
  errors.push(...validatePodSpec(spec, pod.metadata, true, "spec"));
  if (!spec.serviceAccountName) {
    (spec.volumes ?? []).forEach((volume, i) => {
      (volume.projected?.sources ?? []).forEach((source, j) => {
        if (!source.serviceAccountToken) return;
        const path = `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
        errors.push(forbidden(path, "must not be specified when serviceAccountName is not set"));
      });
    });
  }
  for (const field of ["containers", "initContainers"] as const) {
    (spec[field] ?? []).forEach((container, i) => {
      errors.push(...validateImageSpaces(container.image, `spec.${field}[${i}]`));
    });
  }
  return errors;
}

export function validatePodCreate(pod: Pod): FieldError[] {
  const spec = pod.spec ?? EMPTY;
  const errors = validatePodMetadataAndSpec(pod);
  if ((spec.ephemeralContainers ?? []).length > 0)
    errors.push(forbidden("spec.ephemeralContainers", "cannot be set on create"));
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    errors.push(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
  }
  return [...errors, ...validateProfileAnnotations(pod, spec)];
}

function validateContainerUpdates(
  now: readonly Container[],
  old: readonly Container[],
  path: string,
): { errors: FieldError[]; stop: boolean } {
  if (now.length !== old.length)
    return { errors: [forbidden(path, "pod updates may not add or remove containers")], stop: true };
  const errors = now.flatMap((container, i) => [
    ...(container.image ? [] : [required(`${path}[${i}].image`)]),
    ...validateImageSpaces(container.image, `${path}[${i}]`),
  ]);
  return { errors, stop: false };
}

/** A deadline may be set, and brought nearer. */
function validateDeadline(
  now: number | undefined,
  old: number | undefined,
): { errors: FieldError[]; stop: boolean } {
  const path = "spec.activeDeadlineSeconds";
  if (now === undefined) {
    const errors =
      old === undefined ? [] : [invalid(path, null, "must not update from a positive integer to nil value")];
    return { errors, stop: false };
  }
  if (now < 0 || now > MAX_INT32)
    return { errors: [invalid(path, now, rangeMessage(0, MAX_INT32))], stop: true };
  if (old !== undefined && old < now)
    return { errors: [invalid(path, now, "must be less than or equal to previous value")], stop: true };
  return { errors: [], stop: false };
}

function validateGates(now: PodSpec["schedulingGates"], old: PodSpec["schedulingGates"]): FieldError[] {
  const known = (old ?? []).map((g) => g.name);
  return (now ?? []).flatMap(({ name }, i) =>
    known.includes(name) || now?.findLastIndex((g) => g.name === name) !== i
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${i}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

const UPDATABLE = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");

const withOldImages = (
  now: readonly Container[] | undefined,
  old: readonly Container[] | undefined,
): Container[] =>
  (now ?? []).map((container, i) => {
    const { image: _, ...rest } = container;
    const before = old?.[i]?.image;
    return before === undefined ? rest : { ...rest, image: before };
  });

/** The new spec with all that may change put back to what it was. */
function munged(now: PodSpec, old: PodSpec): PodSpec {
  const out: PodSpec = { ...now, containers: withOldImages(now.containers, old.containers) };
  const take = <K extends keyof PodSpec>(field: K): void => {
    if (old[field] === undefined) delete out[field];
    else out[field] = old[field];
  };
  if (now.initContainers) out.initContainers = withOldImages(now.initContainers, old.initContainers);
  take("activeDeadlineSeconds");
  take("schedulingGates");
  take("tolerations");
  const grace = old.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0 && out.terminationGracePeriodSeconds === 1)
    take("terminationGracePeriodSeconds");
  return out;
}

/** A gated pod's node selector and node affinity may be narrowed. */
function mungeGated(spec: PodSpec, old: PodSpec, errors: FieldError[]): PodSpec {
  const out = { ...spec };
  if (!deepEqual(out.nodeSelector, old.nodeSelector)) {
    errors.push(...validateNodeSelectorMutation(out.nodeSelector, old.nodeSelector, "spec.nodeSelector"));
    if (old.nodeSelector) out.nodeSelector = old.nodeSelector;
    else delete out.nodeSelector;
  }
  const before = old.affinity?.nodeAffinity;
  if (deepEqual(out.affinity?.nodeAffinity, before)) return out;
  errors.push(
    ...validateNodeAffinityMutation(out.affinity?.nodeAffinity, before, "spec.affinity.nodeAffinity"),
  );
  const { nodeAffinity: _, ...others } = out.affinity ?? {};
  const affinity = before ? { ...others, nodeAffinity: before } : others;
  if (!before && !old.affinity && Object.keys(others).length === 0) delete out.affinity;
  else out.affinity = affinity;
  return out;
}

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const now = pod.spec ?? EMPTY;
  const before = old.spec ?? EMPTY;
  const errors = validateObjectMetaUpdate(pod.metadata, old.metadata);
  errors.push(
    ...withoutGrandfathered(
      [...validatePodMetadataAndSpec(pod), ...validatePodAnnotationUpdates(pod, old, "metadata.annotations")],
      () => validatePodMetadataAndSpec(old),
    ),
  );
  for (const field of ["containers", "initContainers"] as const) {
    const found = validateContainerUpdates(now[field] ?? [], before[field] ?? [], `spec.${field}`);
    errors.push(...found.errors);
    if (found.stop) return errors;
  }
  const deadline = validateDeadline(now.activeDeadlineSeconds, before.activeDeadlineSeconds);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(...validateOnlyAddedTolerations(now.tolerations, before.tolerations, "spec.tolerations"));
  errors.push(...validateGates(now.schedulingGates, before.schedulingGates));
  if (deepEqual(now, before)) return errors;
  let spec = munged(now, before);
  if ((before.schedulingGates ?? []).length > 0) spec = mungeGated(spec, before, errors);
  if (!deepEqual(spec, before)) {
    const diff = unifiedDiff(internalSpecLines(before), internalSpecLines(spec));
    errors.push(forbidden("spec", `pod updates may not change fields other than ${UPDATABLE}\n${diff}`));
  }
  return errors;
}

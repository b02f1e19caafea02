/** Where a pod may run: affinity, tolerations, spread, gates. */
import { deepEqual, sortedKeys } from "../plain.ts";
import type { LabelSelector, PodSpec, Toleration } from "../types.ts";
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  required,
} from "./field-error.ts";
import { validateLabelName, validateLabelSelector } from "./metadata.ts";

type Affinity = NonNullable<PodSpec["affinity"]>;
type NodeAffinity = NonNullable<Affinity["nodeAffinity"]>;
type NodeTerm = NonNullable<
  NodeAffinity["requiredDuringSchedulingIgnoredDuringExecution"]
>["nodeSelectorTerms"][number];
type Requirement = NonNullable<NodeTerm["matchExpressions"]>[number];
type PodAffinity = NonNullable<Affinity["podAffinity"]>;
type PodTerm = NonNullable<PodAffinity["requiredDuringSchedulingIgnoredDuringExecution"]>[number];

function validateNodeRequirement(requirement: Requirement, anyValue: boolean, path: string): FieldError[] {
  const values = requirement.values ?? [];
  const errors: FieldError[] = [];
  switch (requirement.operator) {
    case "In":
    case "NotIn":
      if (values.length === 0)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0)
        errors.push(
          forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      break;
    case "Gt":
    case "Lt":
      if (values.length !== 1)
        errors.push(
          required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
        );
      break;
    default:
      errors.push(invalid(`${path}.operator`, requirement.operator ?? "", "not a valid selector operator"));
  }
  errors.push(...validateLabelName(requirement.key ?? "", `${path}.key`));
  if (!anyValue)
    values.forEach((value, i) => {
      errors.push(...invalidEach(`${path}.values[${i}]`, value, isLabelValue(value)));
    });
  return errors;
}

function validateNodeField(requirement: Requirement, path: string): FieldError[] {
  const values = requirement.values ?? [];
  const errors: FieldError[] = [];
  if (requirement.operator === "In" || requirement.operator === "NotIn") {
    if (values.length !== 1)
      errors.push(
        required(
          `${path}.values`,
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
        ),
      );
  } else
    errors.push(invalid(`${path}.operator`, requirement.operator ?? "", "not a valid selector operator"));
  if (requirement.key !== "metadata.name")
    errors.push(invalid(`${path}.key`, requirement.key ?? "", "not a valid field selector key"));
  else
    values.forEach((value, i) => {
      errors.push(...invalidEach(`${path}.values[${i}]`, value, isDNS1123Subdomain(value)));
    });
  return errors;
}

function validateNodeTerm(term: NodeTerm, anyValue: boolean, path: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((r, i) =>
      validateNodeRequirement(r, anyValue, `${path}.matchExpressions[${i}]`),
    ),
    ...(term.matchFields ?? []).flatMap((r, i) => validateNodeField(r, `${path}.matchFields[${i}]`)),
  ];
}

/** Terms of which one must fit; there has to be one. */
export function validateNodeSelector(terms: readonly NodeTerm[] | undefined, path: string): FieldError[] {
  const at = `${path}.nodeSelectorTerms`;
  if ((terms ?? []).length === 0) return [required(at, "must have at least one node selector term")];
  return (terms ?? []).flatMap((term, i) => validateNodeTerm(term, false, `${at}[${i}]`));
}

const validateWeight = (weight: number | undefined, path: string): FieldError[] =>
  weight === undefined || weight <= 0 || weight > 100
    ? [invalid(path, weight ?? 0, "must be in the range 1-100")]
    : [];

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

function validateNodeAffinity(affinity: NodeAffinity, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const hard = affinity[REQUIRED];
  if (hard) errors.push(...validateNodeSelector(hard.nodeSelectorTerms, `${path}.${REQUIRED}`));
  (affinity[PREFERRED] ?? []).forEach((term, i) => {
    const at = `${path}.${PREFERRED}[${i}]`;
    errors.push(
      ...validateWeight(term.weight, `${at}.weight`),
      ...validateNodeTerm(term.preference ?? {}, true, `${at}.preference`),
    );
  });
  return errors;
}

function validateLabelKeys(
  keys: readonly string[] | undefined,
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  if ((keys ?? []).length === 0) return [];
  if (!selector) return [forbidden(path, "must not be specified when labelSelector is not set")];
  return (keys ?? []).flatMap((key, i) => validateLabelName(key, `${path}[${i}]`));
}

interface KeyedSelector {
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
  readonly labelSelector?: LabelSelector;
}

function validateMatchLabelKeys(term: KeyedSelector, path: string): FieldError[] {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = term;
  const errors = [
    ...validateLabelKeys(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`),
    ...validateLabelKeys(mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`),
  ];
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0 && seen.has(key))
      errors.push(invalid(`${path}[${i}]`, key, "exists in both matchLabelKeys and labelSelector"));
    seen.add(key);
  }
  matchLabelKeys.forEach((key, i) => {
    if (!mismatchLabelKeys.includes(key)) return;
    errors.push(
      invalid(`${path}.matchLabelKeys[${i}]`, key, "exists in both matchLabelKeys and mismatchLabelKeys"),
    );
  });
  return errors;
}

function validatePodTerm(term: PodTerm, path: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
  ];
  for (const name of term.namespaces ?? [])
    errors.push(...invalidEach(`${path}.namespace`, name, isDNS1123Label(name)));
  errors.push(...validateMatchLabelKeys(term, path));
  if (!term.topologyKey) errors.push(required(`${path}.topologyKey`, "can not be empty"));
  return [...errors, ...validateLabelName(term.topologyKey ?? "", `${path}.topologyKey`)];
}

function validatePodAffinity(affinity: PodAffinity, path: string): FieldError[] {
  const hard = (affinity[REQUIRED] ?? []).flatMap((term, i) =>
    validatePodTerm(term, `${path}.${REQUIRED}[${i}]`),
  );
  const soft = (affinity[PREFERRED] ?? []).flatMap((term, i) => {
    const at = `${path}.${PREFERRED}[${i}]`;
    return [
      ...validateWeight(term.weight, `${at}.weight`),
      ...validatePodTerm(term.podAffinityTerm ?? {}, `${at}.podAffinityTerm`),
    ];
  });
  return [...hard, ...soft];
}

export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (affinity?.nodeAffinity)
    errors.push(...validateNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`));
  if (affinity?.podAffinity) errors.push(...validatePodAffinity(affinity.podAffinity, `${path}.podAffinity`));
  if (affinity?.podAntiAffinity)
    errors.push(...validatePodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`));
  return errors;
}

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** Effect of a taint, which has to have one. */
export function validateTaintEffect(effect: string | undefined, path: string): FieldError[] {
  if (!effect) return [required(path)];
  return EFFECTS.includes(effect) ? [] : [notSupported(path, effect, EFFECTS)];
}

function validateOperator(toleration: Toleration, path: string): FieldError[] {
  const value = toleration.value ?? "";
  const operator = toleration.operator ?? "";
  switch (operator) {
    case "":
    case "Equal": {
      const messages = isLabelValue(value);
      return messages.length === 0 ? [] : [invalid(path, value, messages.join(";"))];
    }
    case "Exists":
      return value === "" ? [] : [invalid(path, value, "value must be empty when `operator` is 'Exists'")];
    case "Lt":
    case "Gt":
      return [notSupported(path, operator, ["Equal", "Exists", "Lt", "Gt"])];
    default:
      return [notSupported(path, operator, ["Equal", "Exists"])];
  }
}

export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: string,
): FieldError[] {
  return (tolerations ?? []).flatMap((toleration, i) => {
    const at = `${path}[${i}]`;
    const errors = toleration.key
      ? invalidEach(`${at}.key`, toleration.key, isQualifiedName(toleration.key))
      : [];
    if (!toleration.key && toleration.operator !== "Exists") {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${at}.operator`, toleration.operator ?? "", detail));
    }
    if (toleration.tolerationSeconds !== undefined && toleration.effect !== "NoExecute") {
      errors.push(
        invalid(
          `${at}.effect`,
          toleration.effect ?? "",
          "effect must be 'NoExecute' when `tolerationSeconds` is set",
        ),
      );
    }
    errors.push(...validateOperator(toleration, `${at}.operator`));
    if (toleration.effect) errors.push(...validateTaintEffect(toleration.effect, `${at}.effect`));
    return errors;
  });
}

/** Tolerations of a pod may be added, and their seconds changed. */
export function validateOnlyAddedTolerations(
  now: readonly Toleration[] | undefined,
  old: readonly Toleration[] | undefined,
  path: string,
): FieldError[] {
  for (const before of old ?? []) {
    const kept = (now ?? []).some((t) => deepEqual({ ...before, tolerationSeconds: t.tolerationSeconds }, t));
    if (!kept)
      return [forbidden(path, "existing toleration can not be modified except its tolerationSeconds")];
  }
  return validateTolerations(now, path);
}

const POLICIES = ["Honor", "Ignore"];
const WHEN = ["DoNotSchedule", "ScheduleAnyway"];

export function validateTopologySpread(
  constraints: PodSpec["topologySpreadConstraints"],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  (constraints ?? []).forEach((constraint, i) => {
    const at = `${path}[${i}]`;
    const { maxSkew = 0, topologyKey = "", whenUnsatisfiable = "", minDomains } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, "must be greater than zero"));
    if (topologyKey === "") errors.push(required(`${at}.topologyKey`, "can not be empty"));
    if (!WHEN.includes(whenUnsatisfiable))
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, WHEN));
    const again = (constraints ?? [])
      .slice(i + 1)
      .some((c) => c.topologyKey === topologyKey && c.whenUnsatisfiable === whenUnsatisfiable);
    if (again)
      errors.push(
        duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`),
      );
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${at}.minDomains`, minDomains, "must be greater than zero"));
      if (whenUnsatisfiable !== "DoNotSchedule") {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(`${at}.minDomains`, minDomains, detail));
      }
    }
    for (const field of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
      const policy = constraint[field];
      if (policy !== undefined && !POLICIES.includes(policy))
        errors.push(notSupported(`${at}.${field}`, policy, POLICIES));
    }
    errors.push(...validateMatchLabelKeys({ ...constraint, mismatchLabelKeys: [] }, at));
    errors.push(...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`));
  });
  return errors;
}

export function validateSchedulingGates(gates: PodSpec["schedulingGates"], path: string): FieldError[] {
  const seen = new Set<string>();
  return (gates ?? []).flatMap(({ name = "" }, i) => {
    const errors = invalidEach(`${path}[${i}]`, name, isQualifiedName(name));
    if (seen.has(name)) errors.push(duplicate(`${path}[${i}]`, name));
    seen.add(name);
    return errors;
  });
}

/** A gated pod's node selector may gain entries, never lose or change one. */
export function validateNodeSelectorMutation(
  now: PodSpec["nodeSelector"],
  old: PodSpec["nodeSelector"],
  path: string,
): FieldError[] {
  const changed = sortedKeys(old).some((key) => now?.[key] !== old?.[key]);
  return changed
    ? [
        invalid(
          path,
          now ?? null,
          "only additions to spec.nodeSelector are allowed (no mutations or deletions)",
        ),
      ]
    : [];
}

function hasOnlyAdditions(now: NodeTerm, old: NodeTerm): boolean {
  const before = { e: old.matchExpressions ?? [], f: old.matchFields ?? [] };
  const after = { e: now.matchExpressions ?? [], f: now.matchFields ?? [] };
  if (before.e.length === 0 && before.f.length === 0 && (after.e.length > 0 || after.f.length > 0))
    return false;
  return (
    deepEqual(after.e.slice(0, before.e.length), before.e) &&
    deepEqual(after.f.slice(0, before.f.length), before.f)
  );
}

/** A gated pod's node affinity may be narrowed only. */
export function validateNodeAffinityMutation(
  now: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
  path: string,
): FieldError[] {
  const before = old?.[REQUIRED]?.nodeSelectorTerms ?? [];
  const after = now?.[REQUIRED]?.nodeSelectorTerms ?? [];
  const at = `${path}.${REQUIRED}.nodeSelectorTerms`;
  if (before.length > 0 && before.length !== after.length) {
    return [invalid(at, after, "no additions/deletions to non-empty NodeSelectorTerms list are allowed")];
  }
  return before.flatMap((term, i) =>
    hasOnlyAdditions(after[i] ?? {}, term)
      ? []
      : [invalid(`${at}[${i}]`, after[i], "only additions are allowed (no mutations or deletions)")],
  );
}

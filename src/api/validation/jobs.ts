/** Jobs and cron jobs: `pkg/apis/batch/validation`. */
import { cronProblem } from "../cron.ts";
import { deepEqual } from "../plain.ts";
import type { CronJob, Job } from "../types.ts";
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  goQuote,
  invalid,
  invalidEach,
  invalidUnshown,
  notSupported,
  required,
  tooMany,
} from "./field-error.ts";
import {
  nameRule,
  validateImmutable,
  validateLabelSelector,
  validateNonnegative,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from "./metadata.ts";
import { validatePodTemplate } from "./workloads.ts";

type JobSpec = NonNullable<Job["spec"]>;
type Rule = NonNullable<JobSpec["podFailurePolicy"]>["rules"][number];

const subdomainName = nameRule(isDNS1123Subdomain);
const COUNTS = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;
const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];
const MOST_PARALLEL = 100_000;

/** What an indexed job may have and others may not. */
function validateIndexed(spec: JobSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { completionMode: mode, completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined) {
    errors.push(required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  }
  if (mode !== undefined && mode !== "NonIndexed" && mode !== "Indexed") {
    errors.push(notSupported(`${path}.completionMode`, mode, ["NonIndexed", "Indexed"]));
  }
  if (mode === "Indexed") {
    if (completions === undefined)
      errors.push(required(`${path}.completions`, "when completion mode is Indexed"));
    if (parallelism !== undefined && parallelism > MOST_PARALLEL) {
      errors.push(
        invalid(
          `${path}.parallelism`,
          parallelism,
          `must be less than or equal to ${MOST_PARALLEL} when completion mode is Indexed`,
        ),
      );
    }
    if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
      errors.push(
        invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, "must be less than or equal to completions"),
      );
    }
  } else if (mode === undefined || mode === "NonIndexed") {
    for (const field of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
      const value = spec[field];
      if (value !== undefined)
        errors.push(invalid(`${path}.${field}`, value, "requires indexed completion mode"));
    }
  }
  if (spec.successPolicy && mode !== "Indexed")
    errors.push(invalid(`${path}.successPolicy`, spec.successPolicy, "requires indexed completion mode"));
  return errors;
}

function validateExitCodes(
  codes: NonNullable<Rule["onExitCodes"]>,
  names: readonly string[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const operator = codes.operator ?? "";
  const values = codes.values ?? [];
  if (operator === "") errors.push(required(`${path}.operator`, 'valid values: ["In" "NotIn"]'));
  else if (operator !== "In" && operator !== "NotIn")
    errors.push(notSupported(`${path}.operator`, operator, ["In", "NotIn"]));
  if (codes.containerName !== undefined && !names.includes(codes.containerName)) {
    errors.push(
      invalid(
        `${path}.containerName`,
        codes.containerName,
        "must be one of the container or initContainer names in the pod template",
      ),
    );
  }
  if (values.length === 0) errors.push(invalid(`${path}.values`, values, "at least one value is required"));
  else if (values.length > 255) errors.push(tooMany(`${path}.values`, values.length, 255));
  values.forEach((value, i) => {
    if (operator === "In" && value === 0)
      errors.push(invalid(`${path}.values[${i}]`, value, "must not be 0 for the In operator"));
    if (values.indexOf(value) < i) errors.push(duplicate(`${path}.values[${i}]`, value));
  });
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? value) > value))
    errors.push(invalid(`${path}.values`, values, "must be ordered"));
  return errors;
}

function validateFailurePolicy(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const errors = rules.length > 20 ? [tooMany(`${path}.rules`, rules.length, 20)] : [];
  const names = [
    ...(spec.template?.spec?.containers ?? []),
    ...(spec.template?.spec?.initContainers ?? []),
  ].map((c) => c.name);
  rules.forEach((rule, i) => {
    const at = `${path}.rules[${i}]`;
    if (!rule.action)
      errors.push(required(`${at}.action`, `valid values: [${ACTIONS.map(goQuote).join(" ")}]`));
    else if (rule.action === "FailIndex") {
      if (spec.backoffLimitPerIndex === undefined)
        errors.push(invalid(`${at}.action`, rule.action, "requires the backoffLimitPerIndex to be set"));
    } else if (!ACTIONS.includes(rule.action))
      errors.push(notSupported(`${at}.action`, rule.action, ACTIONS));
    if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, names, `${at}.onExitCodes`));
    const patterns = rule.onPodConditions ?? [];
    patterns.forEach((pattern, j) => {
      const where = `${at}.onPodConditions[${j}]`;
      errors.push(...invalidEach(`${where}.type`, pattern.type, isQualifiedName(pattern.type ?? "")));
      if (!["True", "False", "Unknown"].includes(pattern.status ?? "")) {
        errors.push(notSupported(`${where}.status`, pattern.status ?? "", ["False", "True", "Unknown"]));
      }
    });
    if (rule.onExitCodes && patterns.length > 0)
      errors.push(invalidUnshown(at, "specifying both OnExitCodes and OnPodConditions is not supported"));
    if (!rule.onExitCodes && patterns.length === 0)
      errors.push(invalidUnshown(at, "specifying one of OnExitCodes and OnPodConditions is required"));
  });
  return errors;
}

function validateRestartPolicy(spec: JobSpec, path: string): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy ?? "";
  if (policy === "" || policy === "Always") return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== "OnFailure" && policy !== "Never")
    return [notSupported(path, policy, ["OnFailure", "Never"])];
  if (spec.podFailurePolicy && policy !== "Never") {
    return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
  }
  return [];
}

/** A job's spec without its selector, which the server makes. */
function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors = COUNTS.flatMap((field) => validateNonnegative(spec[field], `${path}.${field}`));
  errors.push(...validateIndexed(spec, path));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, `${path}.podFailurePolicy`));
  const replacement = spec.podReplacementPolicy;
  const allowed = spec.podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  if (replacement !== undefined && !allowed.includes(replacement))
    errors.push(notSupported(`${path}.podReplacementPolicy`, replacement, allowed));
  errors.push(...validatePodTemplate(spec.template, `${path}.template`));
  return [...errors, ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`)];
}

export function validateJob(job: Job): FieldError[] {
  const spec = job.spec ?? ({} as JobSpec);
  const errors = [...validateObjectMeta(job.metadata, true, subdomainName), ...validateJobSpec(spec, "spec")];
  errors.push(...validateLabelSelector(spec.selector, "spec.selector"));
  const name = job.metadata?.name ?? "";
  if (spec.completionMode === "Indexed" && (spec.completions ?? 0) > 0) {
    const hostname = `${name}-${(spec.completions ?? 0) - 1}`;
    if (isDNS1123Label(hostname).length > 0) {
      errors.push(
        invalid("metadata.name", name, `will not able to create pod with invalid DNS label: ${hostname}`),
      );
    }
  }
  return errors;
}

export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const now = job.spec ?? ({} as JobSpec);
  const before = old.spec ?? ({} as JobSpec);
  const errors = [...validateObjectMetaUpdate(job.metadata, old.metadata), ...validateJobSpec(now, "spec")];
  const scalesAlike = now.completionMode === "Indexed" && now.completions === now.parallelism;
  if (!scalesAlike)
    errors.push(...validateImmutable(now.completions, before.completions, "spec.completions"));
  errors.push(...validateImmutable(now.selector, before.selector, "spec.selector"));
  const mayChange = before.suspend === true && old.status?.startTime === undefined;
  const fixed = (spec: JobSpec): unknown => {
    if (!mayChange) return spec.template;
    const {
      nodeSelector: _,
      tolerations: __,
      affinity: ___,
      schedulingGates: ____,
      ...rest
    } = spec.template?.spec ?? { containers: [] };
    return rest;
  };
  if (!deepEqual(fixed(now), fixed(before)))
    errors.push(...validateImmutable(now.template, before.template, "spec.template"));
  errors.push(...validateImmutable(now.completionMode, before.completionMode, "spec.completionMode"));
  errors.push(...validateImmutable(now.podFailurePolicy, before.podFailurePolicy, "spec.podFailurePolicy"));
  return [
    ...errors,
    ...validateImmutable(now.backoffLimitPerIndex, before.backoffLimitPerIndex, "spec.backoffLimitPerIndex"),
  ];
}

const CONCURRENCY = ["Allow", "Forbid", "Replace"];

function validateCronJobSpec({ spec }: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  const schedule = spec?.schedule ?? "";
  if (schedule === "") errors.push(required("spec.schedule"));
  else {
    const problem = cronProblem(schedule);
    if (problem) errors.push(invalid("spec.schedule", schedule, problem));
    if (schedule.includes("TZ"))
      errors.push(
        invalid(
          "spec.schedule",
          schedule,
          "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
        ),
      );
  }
  errors.push(...validateNonnegative(spec?.startingDeadlineSeconds, "spec.startingDeadlineSeconds"));
  const zone = spec?.timeZone;
  if (zone === "") errors.push(invalid("spec.timeZone", zone, "timeZone must be nil or non-empty string"));
  else if (
    zone?.split("/").some((part) => /^\.{1,2}$|^-/.test(part) || !/^[A-Za-z._\-0-9+]{1,14}$/.test(part))
  ) {
    errors.push(invalid("spec.timeZone", zone, `unknown time zone ${zone}`));
  } else if (zone?.toLowerCase() === "local") {
    const text = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
    errors.push(invalid("spec.timeZone", zone, text));
  }
  const policy = spec?.concurrencyPolicy ?? "";
  if (!CONCURRENCY.includes(policy))
    errors.push(
      policy === ""
        ? required("spec.concurrencyPolicy")
        : notSupported("spec.concurrencyPolicy", policy, CONCURRENCY),
    );
  const job = spec?.jobTemplate?.spec;
  errors.push(...validateJobSpec(job ?? ({} as JobSpec), "spec.jobTemplate.spec"));
  if (job?.selector)
    errors.push(forbidden("spec.jobTemplate.spec.selector", "`selector` will be auto-generated"));
  errors.push(...validateNonnegative(spec?.successfulJobsHistoryLimit, "spec.successfulJobsHistoryLimit"));
  return [...errors, ...validateNonnegative(spec?.failedJobsHistoryLimit, "spec.failedJobsHistoryLimit")];
}

/** The controller adds a stamp of eleven characters to the name. */
const LONGEST_NAME = 52;

export function validateCronJob(job: CronJob): FieldError[] {
  const errors = [...validateObjectMeta(job.metadata, true, subdomainName), ...validateCronJobSpec(job)];
  const name = job.metadata?.name ?? "";
  if (name.length > LONGEST_NAME)
    errors.push(invalid("metadata.name", name, `must be no more than ${LONGEST_NAME} characters`));
  return errors;
}

export const validateCronJobUpdate = (job: CronJob, old: CronJob): FieldError[] => [
  ...validateObjectMetaUpdate(job.metadata, old.metadata),
  ...validateCronJobSpec(job),
];

/**
 * Faults that do not stop an update where the old pod has one of the same kind: what older servers let in stays
 * changeable (pkg/api/pod/util.go: GetValidationOptionsFromPodSpecAndMeta).
 */
import type { FieldError } from "./field-error.ts";

interface FaultKind {
  readonly field: RegExp;
  readonly detail?: RegExp;
}

const KINDS: readonly FaultKind[] = [
  { field: /^spec\..*resources.*hugepages-/, detail: /multiple/ },
  { field: /^spec\.affinity\.pod(Anti)?Affinity\..*[lL]abelSelector\.matchExpressions\[\d+\]\.values/ },
  {
    field:
      /^spec\.affinity\.nodeAffinity\.requiredDuringSchedulingIgnoredDuringExecution\..*matchExpressions\[\d+\]\.values\[/,
  },
  { field: /^spec\.topologySpreadConstraints\[\d+\]\.labelSelector/ },
  { field: /^spec\.topologySpreadConstraints\[\d+\]\.matchLabelKeys/ },
  {
    field:
      /^spec\.volumes\[\d+\]\.projected\.sources\[\d+\]\.serviceAccountToken\.path|^spec\.volumes\[\d+\]\.projected\.path/,
  },
  { field: /^spec\.securityContext\.sysctls\[\d+\]\.name/, detail: /may not be specified when/ },
  { field: /resizePolicy\[\d+\]\.restartPolicy$/, detail: /non-sidecar/ },
  { field: /volumeDevices$/, detail: /`hostUsers` is false/ },
  { field: /^spec\.hostNetwork$/, detail: /`hostUsers` is false/ },
  { field: /^metadata\.annotations\[controller\.kubernetes\.io\/pod-deletion-cost\]$/ },
];

const isOf = ({ field, detail }: FaultKind, error: FieldError): boolean =>
  field.test(error.field) && (detail?.test(error.detail) ?? true);

/** Errors of the new pod without those of a kind that the old one, checked alone, has as well. */
export function withoutGrandfathered(
  errors: readonly FieldError[],
  old: () => readonly FieldError[],
): FieldError[] {
  if (!errors.some((error) => KINDS.some((kind) => isOf(kind, error)))) return [...errors];
  const before = old();
  const allowed = KINDS.filter((kind) => before.some((error) => isOf(kind, error)));
  return errors.filter((error) => !allowed.some((kind) => isOf(kind, error)));
}

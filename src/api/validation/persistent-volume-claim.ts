/** Claims, of their own or in a template: `ValidatePersistentVolumeClaimSpec`. */
import { sortedKeys } from "../plain.ts";
import { compareQuantity, formatQuantity, quantity } from "../quantity.ts";
import type { ObjectMeta, PersistentVolumeClaim } from "../types.ts";
import { isDNS1123Label, isDNS1123Subdomain } from "./content.ts";
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from "./field-error.ts";
import { validateAnnotations, validateLabelSelector, validateLabels } from "./metadata.ts";

type ClaimSpec = NonNullable<PersistentVolumeClaim["spec"]>;

export const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
export const VOLUME_MODES = ["Block", "Filesystem"];

export function validateAccessModes(modes: readonly string[] | undefined, path: string): FieldError[] {
  if ((modes ?? []).length === 0) return [required(path, "at least 1 access mode is required")];
  const errors = (modes ?? [])
    .filter((m) => !ACCESS_MODES.includes(m))
    .map((m) => notSupported(path, m, ACCESS_MODES));
  if (modes?.includes("ReadWriteOncePod") && modes.length > 1) {
    errors.push(forbidden(path, "may not use ReadWriteOncePod with other access modes"));
  }
  return errors;
}

export function validateClaimSpec(spec: ClaimSpec, path: string): FieldError[] {
  const errors = validateAccessModes(spec.accessModes, `${path}.accessModes`);
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  const storage = spec.resources?.requests?.["storage"];
  if (storage === undefined) errors.push(required(`${path}.resources[storage]`));
  else if (compareQuantity(quantity(storage), quantity("0")) <= 0) {
    errors.push(
      invalid(`${path}.resources[storage]`, formatQuantity(quantity(storage)), "must be greater than zero"),
    );
  }
  if (spec.storageClassName)
    errors.push(
      ...invalidEach(
        `${path}.storageClassName`,
        spec.storageClassName,
        isDNS1123Subdomain(spec.storageClassName),
      ),
    );
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, spec.volumeMode, VOLUME_MODES));
  }
  errors.push(...validateDataSources(spec, path));
  if (spec.volumeAttributesClassName)
    errors.push(
      ...invalidEach(
        `${path}.volumeAttributesClassName`,
        spec.volumeAttributesClassName,
        isDNS1123Subdomain(spec.volumeAttributesClassName),
      ),
    );
  return errors;
}

interface DataSource {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

function validateDataSource(source: DataSource, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!source.name) errors.push(required(`${path}.name`));
  if (!source.kind) errors.push(required(`${path}.kind`));
  if (!source.apiGroup && source.kind !== "PersistentVolumeClaim") {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, source.kind ?? "", detail));
  }
  if (source.apiGroup)
    errors.push(...invalidEach(`${path}.apiGroup`, source.apiGroup, isDNS1123Subdomain(source.apiGroup)));
  if (source.namespace)
    errors.push(...invalidEach(`${path}.namespace`, source.namespace, isDNS1123Label(source.namespace)));
  return errors;
}

function validateDataSources({ dataSource, dataSourceRef }: ClaimSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (dataSource) errors.push(...validateDataSource(dataSource, `${path}.dataSource`));
  if (dataSourceRef) errors.push(...validateDataSource(dataSourceRef, `${path}.dataSourceRef`));
  if (!dataSource || !dataSourceRef) return errors;
  const shown = { goText: `${path}.dataSource` };
  if (dataSourceRef.namespace)
    errors.push(invalid(path, shown, "may not be specified when dataSourceRef.namespace is specified"));
  else if (
    dataSource.apiGroup !== dataSourceRef.apiGroup ||
    dataSource.kind !== dataSourceRef.kind ||
    dataSource.name !== dataSourceRef.name
  )
    errors.push(invalid(path, shown, "must match dataSourceRef"));
  return errors;
}

/** Only labels and annotations may be set in a template's metadata. */
function validateTemplateMeta(meta: ObjectMeta | undefined, path: string): FieldError[] {
  const errors = [
    ...validateAnnotations(meta?.annotations, `${path}.annotations`),
    ...validateLabels(meta?.labels, `${path}.labels`),
  ];
  for (const key of sortedKeys(meta))
    if (key !== "annotations" && key !== "labels")
      errors.push(forbidden(`${path}.${key === "uid" ? "uID" : key}`, "cannot be set"));
  return errors;
}

export function validateClaimTemplate(
  template: { readonly metadata?: ObjectMeta; readonly spec?: ClaimSpec },
  path: string,
): FieldError[] {
  return [
    ...validateTemplateMeta(template.metadata, `${path}.metadata`),
    ...validateClaimSpec(template.spec ?? {}, `${path}.spec`),
  ];
}

/** Projected volumes and the files of the downward API: `validateProjectionSources`, `validateDownwardAPIVolumeFile`. */
import type { Volume } from "../types.ts";
import { isDNS1123Subdomain, isQualifiedName } from "./content.ts";
import { VOLUME_FIELDS, validateObjectFieldSelector, validateResourceFieldSelector } from "./env.ts";
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from "./field-error.ts";
import { validateLabelSelector } from "./metadata.ts";
import { validateFileMode, validateKeyToPath, validateLocalNonReservedPath } from "./paths.ts";

type Projected = NonNullable<Volume["projected"]>;
type Source = NonNullable<Projected["sources"]>[number];
type DownwardFile = NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>[number];

export function validateDownwardFile(file: DownwardFile, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!file.path) errors.push(required(`${path}.path`));
  errors.push(...validateLocalNonReservedPath(file.path ?? "", `${path}.path`));
  if (file.fieldRef) {
    errors.push(...validateObjectFieldSelector(file.fieldRef, VOLUME_FIELDS, `${path}.fieldRef`));
    if (file.resourceFieldRef)
      errors.push(
        invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"),
      );
  } else if (file.resourceFieldRef) {
    errors.push(...validateResourceFieldSelector(file.resourceFieldRef, true, `${path}.resourceFieldRef`));
  } else errors.push(required(path, "one of fieldRef and resourceFieldRef is required"));
  return [...errors, ...validateFileMode(file.mode, `${path}.mode`)];
}

/** Paths taken so far; a second taker is told with `shown` as the value. */
class Paths {
  readonly #taken = new Set<string>();
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  take(path: string | undefined, shown: string | undefined): FieldError[] {
    if (!path) return [];
    if (this.#taken.has(path)) return [invalid(this.#path, shown ?? "", "conflicting duplicate paths")];
    this.#taken.add(path);
    return [];
  }
}

const MAX_TOKEN_SECONDS = 2 ** 32;

function validateToken(
  token: NonNullable<Source["serviceAccountToken"]>,
  path: string,
  at: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = token.expirationSeconds ?? 0;
  if (seconds < 600)
    errors.push(
      invalid(`${at}.expirationSeconds`, seconds, "may not specify a duration less than 10 minutes"),
    );
  if (seconds > MAX_TOKEN_SECONDS)
    errors.push(
      invalid(`${at}.expirationSeconds`, seconds, "may not specify a duration larger than 2^32 seconds"),
    );
  if (!token.path) errors.push(required(`${path}.path`));
  else errors.push(...validateLocalNonReservedPath(token.path, `${path}.path`));
  return errors;
}

/** `domain.example/path`: names of signers. */
export function validateSignerName(name: string, path: string): FieldError[] {
  if (name === "") return [required(path)];
  const parts = name.split("/");
  if (parts.length !== 2)
    return [
      invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"),
    ];
  const [domain = "", rest = ""] = parts;
  const errors = invalidEach(
    path,
    domain,
    isDNS1123Subdomain(domain).map((m) => `validating label "${domain}": ${m}`),
  );
  if (!domain.includes("."))
    errors.push(invalid(path, domain, "should be a domain with at least two segments separated by dots"));
  if (rest === "") errors.push(invalid(path, name, "validating path segments: must not be empty"));
  return errors;
}

function validateTrustBundle(
  bundle: NonNullable<Source["clusterTrustBundle"]>,
  paths: Paths,
  at: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (bundle.name !== undefined && bundle.signerName !== undefined)
    errors.push(invalid(at, bundle, "only one of name and signerName may be used"));
  else if (bundle.name !== undefined) {
    if (bundle.name === "") errors.push(required(`${at}.name`, "must be a valid object name"));
    const messages = isDNS1123Subdomain(bundle.name.replace(/:/g, "."));
    errors.push(
      ...invalidEach(
        `${at}.name`,
        bundle.name,
        messages.map((m) => `not a valid clustertrustbundlename: ${m}`),
      ),
    );
    if (bundle.labelSelector)
      errors.push(
        invalid(
          `${at}.labelSelector`,
          bundle.labelSelector,
          "labelSelector must be unset if name is specified",
        ),
      );
  } else if (bundle.signerName !== undefined) {
    if (bundle.signerName === "") errors.push(required(`${at}.signerName`, "must be a valid signer name"));
    errors.push(
      ...validateSignerName(bundle.signerName, `${at}.signerName`),
      ...validateLabelSelector(bundle.labelSelector, `${at}.labelSelector`),
    );
  } else errors.push(required(at, "either name or signerName must be specified"));
  if (!bundle.path) errors.push(required(`${at}.path`));
  errors.push(...validateLocalNonReservedPath(bundle.path ?? "", `${at}.path`));
  return [...errors, ...paths.take(bundle.path, bundle.path)];
}

const KEY_TYPES = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
const HOUR = 3600;
const LONGEST_CERTIFICATE = 91 * 24 * HOUR;
const LONGEST_OWN_CERTIFICATE = 24 * HOUR;

function validatePodCertificate(
  source: NonNullable<Source["podCertificate"]>,
  paths: Paths,
  at: string,
): FieldError[] {
  const signer = source.signerName ?? "";
  const errors = validateSignerName(signer, `${at}.signerName`);
  for (const key of Object.keys(source.userAnnotations ?? {}).sort()) {
    errors.push(
      ...invalidEach(`${at}.userAnnotations`, key.toLowerCase(), isQualifiedName(key.toLowerCase())),
    );
  }
  if (!KEY_TYPES.includes(source.keyType ?? ""))
    errors.push(notSupported(`${at}.keyType`, source.keyType ?? "", KEY_TYPES));
  const seconds = source.maxExpirationSeconds;
  if (seconds !== undefined) {
    const most = signer.split("/")[0]?.endsWith("kubernetes.io")
      ? LONGEST_OWN_CERTIFICATE
      : LONGEST_CERTIFICATE;
    const field = `${at}.maxExpirationSeconds`;
    if (seconds < HOUR)
      errors.push(invalid(field, seconds, "if provided, maxExpirationSeconds must be >= 3600"));
    if (seconds > most)
      errors.push(invalid(field, seconds, `if provided, maxExpirationSeconds must be <= ${most}`));
  }
  let count = 0;
  for (const field of ["credentialBundlePath", "keyPath", "certificateChainPath"] as const) {
    const path = source[field];
    if (!path) continue;
    count++;
    errors.push(...validateLocalNonReservedPath(path, `${at}.${field}`), ...paths.take(path, path));
  }
  if (count === 0)
    errors.push(
      required(at, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"),
    );
  return errors;
}

export function validateProjected(projected: Projected, path: string): FieldError[] {
  const errors = validateFileMode(projected.defaultMode, `${path}.defaultMode`);
  const paths = new Paths(path);
  (projected.sources ?? []).forEach((source, i) => {
    const at = `${path}.sources[${i}]`;
    for (const kind of ["secret", "configMap"] as const) {
      const files = source[kind];
      if (!files) continue;
      if (!files.name) errors.push(required(`${at}.${kind}.name`));
      (files.items ?? []).forEach((item, j) => {
        errors.push(
          ...validateKeyToPath(item, `${at}.${kind}.items[${j}]`),
          ...paths.take(item.path, files.name),
        );
      });
    }
    for (const file of source.downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFile(file, `${at}.downwardAPI`), ...paths.take(file.path, file.path));
    }
    if (source.serviceAccountToken)
      errors.push(...validateToken(source.serviceAccountToken, path, `${at}.serviceAccountToken`));
    if (source.clusterTrustBundle)
      errors.push(...validateTrustBundle(source.clusterTrustBundle, paths, `${at}.clusterTrustBundle`));
    if (source.podCertificate)
      errors.push(...validatePodCertificate(source.podCertificate, paths, `${at}.podCertificate`));
    if (Object.values(source).filter(Boolean).length > 1)
      errors.push(forbidden(at, "may not specify more than 1 volume type per source"));
  });
  return errors;
}

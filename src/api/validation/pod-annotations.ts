/** Annotations of a pod that the server understands. */
import { sortedKeys } from "../plain.ts";
import type { Pod, PodSpec } from "../types.ts";
import { containersWithPath } from "./containers.ts";
import { type FieldError, forbidden, goQuote, invalid } from "./field-error.ts";
import { validateLocalDescendingPath } from "./paths.ts";

type Annotations = Readonly<Record<string, string>>;

export const MIRROR = "kubernetes.io/config.mirror";
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";

const isInt32 = (text: string): boolean =>
  /^(-?[1-9][0-9]*|-?0)$/.test(text) && text !== "" && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;

/** Digits after a minus may begin with zero. */
const isDeletionCost = (text: string): boolean =>
  isInt32(text) || (/^-[0-9]+$/.test(text) && Number(text) >= -(2 ** 31));

function validateSeccomp(profile: string, path: string): FieldError[] {
  if (["runtime/default", "docker/default", "unconfined"].includes(profile)) return [];
  if (profile.startsWith("localhost/"))
    return validateLocalDescendingPath(profile.slice("localhost/".length), path);
  return [invalid(path, profile, "must be a valid seccomp profile")];
}

export function validatePodAnnotations(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: string,
): FieldError[] {
  const all = annotations ?? {};
  const errors: FieldError[] = [];
  const mirror = all[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    errors.push(
      invalid(`${path}[${MIRROR}]`, mirror, "must set spec.nodeName if mirror pod annotation is set"),
    );
  }
  const cost = all[DELETION_COST];
  if (cost !== undefined && !isDeletionCost(cost))
    errors.push(invalid(`${path}[${DELETION_COST}]`, cost, "must be a 32bit integer"));
  const ofPod = all[SECCOMP_POD];
  if (ofPod !== undefined) errors.push(...validateSeccomp(ofPod, `${path}.${SECCOMP_POD}`));
  for (const key of sortedKeys(all)) {
    if (key.startsWith(SECCOMP_CONTAINER)) errors.push(...validateSeccomp(all[key] ?? "", `${path}.${key}`));
  }
  const names = containersWithPath(spec, "").map(([container]) => container.name);
  for (const key of sortedKeys(all).filter((k) => k.startsWith(APP_ARMOR))) {
    const name = key.slice(APP_ARMOR.length);
    const profile = all[key] ?? "";
    if (!names.includes(name)) errors.push(invalid(`${path}[${key}]`, name, "container not found"));
    if (
      profile !== "" &&
      profile !== "runtime/default" &&
      profile !== "unconfined" &&
      !profile.startsWith("localhost/")
    ) {
      errors.push(invalid(`${path}[${key}]`, profile, `invalid AppArmor profile name: ${goQuote(profile)}`));
    }
  }
  return errors;
}

export function validatePodAnnotationUpdates(pod: Pod, old: Pod, path: string): FieldError[] {
  const now = pod.metadata?.annotations ?? {};
  const before = old.metadata?.annotations ?? {};
  const errors: FieldError[] = [];
  for (const key of sortedKeys(before)) {
    if (now[key] === before[key]) continue;
    if (key.startsWith(APP_ARMOR))
      errors.push(forbidden(`${path}[${key}]`, "may not remove or update AppArmor annotations"));
    if (key === MIRROR)
      errors.push(forbidden(`${path}[${key}]`, "may not remove or update mirror pod annotation"));
  }
  for (const key of sortedKeys(now)) {
    if (Object.hasOwn(before, key)) continue;
    if (key.startsWith(APP_ARMOR))
      errors.push(forbidden(`${path}[${key}]`, "may not add AppArmor annotations"));
    if (key === MIRROR) errors.push(forbidden(`${path}[${key}]`, "may not add mirror pod annotation"));
  }
  return [...errors, ...validatePodAnnotations(now, pod.spec ?? { containers: [] }, path)];
}

interface Profile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

/** Annotation and field of the same profile have to agree. */
function validateMatch(
  what: string,
  annotation: string | undefined,
  profile: Profile | undefined,
  path: string,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const detail = `${what === "seccomp" ? "seccomp" : "apparmor"} type in annotation and field must match`;
  const accepted = {
    Unconfined: ["unconfined"],
    RuntimeDefault: ["runtime/default", ...(what === "seccomp" ? ["docker/default"] : [])],
  };
  if (profile.type === "Unconfined" || profile.type === "RuntimeDefault") {
    return accepted[profile.type].includes(annotation) ? [] : [forbidden(`${path}.type`, detail)];
  }
  if (profile.type !== "Localhost") return [];
  if (!annotation.startsWith("localhost/")) return [forbidden(`${path}.type`, detail)];
  if (annotation.slice("localhost/".length) === profile.localhostProfile) return [];
  return [forbidden(`${path}.localhostProfile`, `${what} profile in annotation and field must match`)];
}

export function validateProfileAnnotations(pod: Pod, spec: PodSpec, path = "spec"): FieldError[] {
  const annotations = pod.metadata?.annotations ?? {};
  const own = spec.securityContext;
  const errors = validateMatch(
    "seccomp",
    annotations[SECCOMP_POD],
    own?.seccompProfile,
    `${path}.securityContext.seccompProfile`,
  );
  const all = containersWithPath(spec, path);
  for (const [container, at] of all) {
    const annotation = annotations[`${SECCOMP_CONTAINER}${container.name}`];
    errors.push(
      ...validateMatch(
        "seccomp",
        annotation,
        container.securityContext?.seccompProfile,
        `${at}.securityContext.seccompProfile`,
      ),
    );
  }
  if (spec.os?.name === "windows") return errors;
  for (const [container, at] of all) {
    const profile = container.securityContext?.appArmorProfile ?? own?.appArmorProfile;
    const annotation = annotations[`${APP_ARMOR}${container.name}`];
    errors.push(...validateMatch("apparmor", annotation, profile, `${at}.securityContext.appArmorProfile`));
  }
  return errors;
}

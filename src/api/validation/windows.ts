/** What the operating system of a pod rules out: `validateOS`, `validateLinux`, `validateWindows`, host processes. */
import type { PodSpec } from "../types.ts";
import { containersWithPath } from "./containers.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";

const NOT_FOR_WINDOWS = "cannot be set for a windows pod";

type Fields = Readonly<Record<string, unknown>>;

function validateLinux(spec: PodSpec, path: string): FieldError[] {
  const detail = "windows options cannot be set for a linux pod";
  const errors = spec.securityContext?.windowsOptions
    ? [forbidden(`${path}.securityContext.windowsOptions`, detail)]
    : [];
  for (const [container, at] of containersWithPath(spec, path)) {
    if (container.securityContext?.windowsOptions)
      errors.push(forbidden(`${at}.securityContext.windowsOptions`, detail));
  }
  return errors;
}

/** Paths relative to the spec, in the server's order. */
const POD_FIELDS = [
  "securityContext.appArmorProfile",
  "securityContext.seLinuxOptions",
  "hostUsers",
  "hostPID",
  "hostIPC",
  "securityContext.seccompProfile",
  "securityContext.fsGroup",
  "securityContext.fsGroupChangePolicy",
  "securityContext.sysctls",
  "shareProcessNamespace",
  "securityContext.runAsUser",
  "securityContext.runAsGroup",
  "securityContext.supplementalGroups",
  "securityContext.supplementalGroupsPolicy",
  "securityContext.seLinuxChangePolicy",
];
const CONTAINER_FIELDS = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
];

function validateWindows(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const own = spec as unknown as Fields;
  const context = (spec.securityContext ?? {}) as unknown as Fields;
  for (const field of POD_FIELDS) {
    const inContext = field.startsWith("securityContext.");
    const value = inContext ? context[field.slice("securityContext.".length)] : own[field];
    const set = value !== undefined && !((field === "hostPID" || field === "hostIPC") && value === false);
    if (set) errors.push(forbidden(`${path}.${field}`, NOT_FOR_WINDOWS));
  }
  for (const [container, at] of containersWithPath(spec, path)) {
    const settings = (container.securityContext ?? {}) as unknown as Fields;
    for (const field of CONTAINER_FIELDS) {
      if (settings[field] !== undefined)
        errors.push(forbidden(`${at}.securityContext.${field}`, NOT_FOR_WINDOWS));
    }
  }
  return errors;
}

export function validateOs(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return [];
  switch (spec.os.name) {
    case undefined:
    case "":
      return [required(`${path}.os.name`)];
    case "linux":
      return validateLinux(spec, path);
    case "windows":
      return validateWindows(spec, path);
    default:
      return [notSupported(`${path}.os`, spec.os.name, ["linux", "windows"])];
  }
}

/** Containers that are processes of a Windows host: all of a pod's or none. */
export function validateHostProcess(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const all = containersWithPath(spec, path);
  let count = 0;
  for (const [container, at] of all) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    if (own ?? ofPod) count++;
  }
  if (count === 0) return errors;
  if (count !== all.length) {
    errors.push(
      invalid(
        path,
        "",
        "If pod contains any hostProcess containers then all containers must be HostProcess containers",
      ),
    );
  }
  if (!spec.hostNetwork) {
    errors.push(
      invalid(
        `${path}.hostNetwork`,
        false,
        "hostNetwork must be true if pod contains any hostProcess containers",
      ),
    );
  }
  return errors;
}

/** Security contexts of pods and containers. */

import { byteLength } from "../../sim/bytes.ts";
import type { Container, PodSpec } from "../types.ts";
import { isDNS1123Subdomain, isValidId } from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  required,
  tooLong,
} from "./field-error.ts";
import { internalText } from "./internal-form.ts";
import { validateLocalDescendingPath } from "./paths.ts";

type SecurityContext = NonNullable<Container["securityContext"]>;
type PodSecurityContext = NonNullable<PodSpec["securityContext"]>;
type Windows = NonNullable<SecurityContext["windowsOptions"]>;

const PROFILE_TYPES = ["Localhost", "RuntimeDefault", "Unconfined"];

const validateIds = (
  context: PodSecurityContext | SecurityContext,
  fields: readonly ("runAsUser" | "runAsGroup")[],
  path: string,
): FieldError[] =>
  fields.flatMap((field) => {
    const id = context[field];
    return id === undefined ? [] : invalidEach(`${path}.${field}`, id, isValidId(id));
  });

function validateSeccomp(profile: SecurityContext["seccompProfile"], path: string): FieldError[] {
  if (!profile) return [];
  const errors: FieldError[] = [];
  if (!profile.type) errors.push(required(`${path}.type`, "type is required when seccompProfile is set"));
  else if (!PROFILE_TYPES.includes(profile.type))
    errors.push(notSupported(`${path}.type`, profile.type, PROFILE_TYPES));
  const local = profile.localhostProfile;
  if (profile.type === "Localhost") {
    if (local === undefined)
      errors.push(required(`${path}.localhostProfile`, "must be set when seccomp type is Localhost"));
    else errors.push(...validateLocalDescendingPath(local, `${path}.localhostProfile`));
  } else if (local !== undefined) {
    const shown = {
      goText: `{"Type":${JSON.stringify(profile.type ?? "")},"LocalhostProfile":${JSON.stringify(local)}}`,
    };
    errors.push(invalid(`${path}.localhostProfile`, shown, "can only be set when seccomp type is Localhost"));
  }
  return errors;
}

const LONGEST_PROFILE = 4095;

function validateAppArmor(profile: SecurityContext["appArmorProfile"], path: string): FieldError[] {
  if (!profile) return [];
  const local = profile.localhostProfile;
  const at = `${path}.localhostProfile`;
  if (!profile.type) return [required(`${path}.type`, "type is required when appArmorProfile is set")];
  if (!PROFILE_TYPES.includes(profile.type))
    return [notSupported(`${path}.type`, profile.type, PROFILE_TYPES)];
  if (profile.type !== "Localhost")
    return local === undefined ? [] : [invalid(at, local, "can only be set when AppArmor type is Localhost")];
  if (local === undefined) return [required(at, "must be set when AppArmor type is Localhost")];
  const errors: FieldError[] = [];
  if (local.trim() !== local) errors.push(invalid(at, local, "must not be padded with whitespace"));
  else if (local === "") errors.push(required(at, "must be set when AppArmor type is Localhost"));
  if (byteLength(local) > LONGEST_PROFILE) errors.push(tooLong(at, LONGEST_PROFILE));
  return errors;
}

function runAsUserNameProblems(name: string): string[] {
  if (name === "") return ["runAsUserName cannot be an empty string"];
  if (/[\u0000-\u001f\u007f]/.test(name)) return ["runAsUserName cannot contain control characters"];
  const parts = name.split("\\");
  if (parts.length > 2) return ["runAsUserName cannot contain more than one backslash"];
  const domain = parts.length === 2 ? (parts[0] ?? "") : null;
  const user = parts.at(-1) ?? "";
  const out: string[] = [];
  if (domain !== null && domain.length >= 256)
    out.push("runAsUserName's Domain length must be under 256 characters");
  const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
  const dns =
    /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
  if (domain !== null && !netBios.test(domain) && !dns.test(domain))
    out.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  if (user === "") out.push("runAsUserName's User cannot be empty");
  else if (user.length > 104) out.push("runAsUserName's User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) out.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    out.push("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
  return out;
}

function validateWindows(options: Windows | undefined, path: string): FieldError[] {
  if (!options) return [];
  const errors: FieldError[] = [];
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined)
    errors.push(...invalidEach(`${path}.gmsaCredentialSpecName`, name, isDNS1123Subdomain(name)));
  if (spec === "")
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, "gmsaCredentialSpec cannot be an empty string"));
  else if (spec !== undefined && byteLength(spec) > 65536) {
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, "gmsaCredentialSpec size must be under 64 KiB"));
  }
  if (user !== undefined)
    errors.push(...invalidEach(`${path}.runAsUserName`, user, runAsUserNameProblems(user)));
  return errors;
}

/** Security context of a container. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: string,
): FieldError[] {
  if (!context) return [];
  const errors = validateIds(context, ["runAsUser", "runAsGroup"], path);
  const { procMount } = context;
  if (procMount !== undefined) {
    if (procMount !== "Default" && procMount !== "Unmasked")
      errors.push(notSupported(`${path}.procMount`, procMount, ["Default", "Unmasked"]));
    if (hostUsers && procMount === "Unmasked") {
      errors.push(invalid(`${path}.procMount`, procMount, "`hostUsers` must be false to use `Unmasked`"));
    }
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  if (context.allowPrivilegeEscalation === false) {
    const shown = { goText: internalText("SecurityContext", context) };
    if (context.privileged)
      errors.push(
        invalid(path, shown, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"),
      );
    for (const capability of context.capabilities?.add ?? []) {
      if (capability !== "CAP_SYS_ADMIN") continue;
      errors.push(
        invalid(
          path,
          shown,
          "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN",
        ),
      );
    }
  }
  errors.push(...validateWindows(context.windowsOptions, `${path}.windowsOptions`));
  return [...errors, ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`)];
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_TEXT =
  "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

/** Namespace of the kernel that a parameter belongs to. */
function sysctlNamespace(name: string): "net" | "ipc" | "" {
  const dotted = name.replaceAll("/", ".");
  if (dotted.startsWith("net.")) return "net";
  return dotted === "kernel.sem" || /^(kernel\.(shm|msg)|fs\.mqueue\.)/.test(dotted) ? "ipc" : "";
}

function validateSysctls(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (spec.securityContext?.sysctls ?? []).forEach(({ name = "" }, i) => {
    const at = `${path}[${i}].name`;
    if (name === "") errors.push(required(at));
    else if (name.length > 253 || !SYSCTL.test(name)) errors.push(invalid(at, name, SYSCTL_TEXT));
    else if (seen.has(name)) errors.push(duplicate(at, name));
    const namespace = sysctlNamespace(name);
    if (spec.hostNetwork && namespace === "net")
      errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    else if (spec.hostIPC && namespace === "ipc")
      errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"));
    seen.add(name);
  });
  return errors;
}

const CHOICES = {
  fsGroupChangePolicy: ["Always", "OnRootMismatch"],
  supplementalGroupsPolicy: ["Merge", "Strict"],
  seLinuxChangePolicy: ["Recursive"],
} as const;

/** Security context of a pod; the server counts the host namespaces among it. */
export function validatePodSecurityContext(spec: PodSpec, path: string): FieldError[] {
  const context = spec.securityContext ?? {};
  const errors: FieldError[] = [];
  const choice = (field: keyof typeof CHOICES): FieldError[] => {
    const value = context[field];
    return value === undefined || (CHOICES[field] as readonly string[]).includes(value)
      ? []
      : [notSupported(`${path}.${field}`, value, CHOICES[field])];
  };
  if (context.fsGroup !== undefined)
    errors.push(...invalidEach(`${path}.fsGroup`, context.fsGroup, isValidId(context.fsGroup)));
  errors.push(...validateIds(context, ["runAsUser", "runAsGroup"], path));
  (context.supplementalGroups ?? []).forEach((id, i) => {
    errors.push(...invalidEach(`${path}.supplementalGroups[${i}]`, id, isValidId(id)));
  });
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(
      invalid(
        `${path}.shareProcessNamespace`,
        true,
        "ShareProcessNamespace and HostPID cannot both be enabled",
      ),
    );
  }
  errors.push(...validateSysctls(spec, `${path}.sysctls`), ...choice("fsGroupChangePolicy"));
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  errors.push(...validateWindows(context.windowsOptions, `${path}.windowsOptions`));
  errors.push(...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`));
  return [...errors, ...choice("supplementalGroupsPolicy"), ...choice("seLinuxChangePolicy")];
}

/** With a user namespace of its own a pod has none of the host's. */
export function validateHostUsers(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const errors: FieldError[] = [];
  const detail = "when `hostUsers` is false";
  if (spec.hostNetwork) errors.push(forbidden(`${path}.hostNetwork`, detail));
  if (spec.hostPID) errors.push(forbidden(`${path}.HostPID`, detail));
  if (spec.hostIPC) errors.push(forbidden(`${path}.HostIPC`, detail));
  return errors;
}

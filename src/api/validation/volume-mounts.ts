/** Mounts and raw devices of a container. */
import type { Container, Volume, VolumeMount } from "../types.ts";
import { type FieldError, forbidden, invalid, notFound, notSupported, required } from "./field-error.ts";
import { validateLocalDescendingPath, validatePathNoBacksteps } from "./paths.ts";

type Volumes = ReadonlyMap<string, Volume>;

const PROPAGATIONS = ["Bidirectional", "HostToContainer", "None"];
const RECURSIVE = ["Disabled", "Enabled", "IfPossible"];

function validatePropagation(mount: VolumeMount, container: Container, path: string): FieldError[] {
  const mode = mount.mountPropagation;
  if (mode === undefined) return [];
  const errors = PROPAGATIONS.includes(mode) ? [] : [notSupported(path, mode, PROPAGATIONS)];
  if (mode === "Bidirectional" && !container.securityContext?.privileged) {
    errors.push(
      forbidden(path, "Bidirectional mount propagation is available only to privileged containers"),
    );
  }
  return errors;
}

function validateRecursiveReadOnly(mount: VolumeMount, path: string): FieldError[] {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === "Disabled") return [];
  if (!RECURSIVE.includes(mode)) return [notSupported(path, mode, RECURSIVE)];
  const errors: FieldError[] = [];
  if (!mount.readOnly) errors.push(forbidden(path, "may only be specified when readOnly is true"));
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== "None") {
    errors.push(forbidden(path, "may only be specified when mountPropagation is None or not specified"));
  }
  return errors;
}

export function validateVolumeMounts(container: Container, volumes: Volumes, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  const devices = new Map((container.volumeDevices ?? []).map((d) => [d.name, d.devicePath]));
  (container.volumeMounts ?? []).forEach((mount, i) => {
    const at = `${path}[${i}]`;
    const where = mount.mountPath ?? "";
    if (!mount.name) errors.push(required(`${at}.name`));
    if (!volumes.has(mount.name)) errors.push(notFound(`${at}.name`, mount.name ?? ""));
    if (where === "") errors.push(required(`${at}.mountPath`));
    if (taken.has(where)) errors.push(invalid(`${at}.mountPath`, where, "must be unique"));
    taken.add(where);
    if (devices.has(mount.name))
      errors.push(invalid(`${at}.name`, mount.name, "must not already exist in volumeDevices"));
    if ([...devices.values()].includes(where)) {
      errors.push(invalid(`${at}.mountPath`, where, "must not already exist as a path in volumeDevices"));
    }
    // The list's own path, as the server has it.
    if (mount.subPath) errors.push(...validateLocalDescendingPath(mount.subPath, `${path}.subPath`));
    if (mount.subPathExpr) {
      if (mount.subPath)
        errors.push(
          invalid(`${at}.subPathExpr`, mount.subPathExpr, "subPathExpr and subPath are mutually exclusive"),
        );
      errors.push(...validateLocalDescendingPath(mount.subPathExpr, `${path}.subPathExpr`));
    }
    errors.push(...validatePropagation(mount, container, `${path}.mountPropagation`));
    errors.push(...validateRecursiveReadOnly(mount, `${path}.recursiveReadOnly`));
  });
  return errors;
}

export function validateVolumeDevices(container: Container, volumes: Volumes, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = new Map((container.volumeMounts ?? []).map((m) => [m.name, m.mountPath]));
  (container.volumeDevices ?? []).forEach(({ name, devicePath }, i) => {
    const at = `${path}[${i}]`;
    const volume = volumes.get(name);
    if (!name) errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, "must be unique"));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.push(
        invalid(
          `${at}.name`,
          name,
          "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
        ),
      );
    }
    if (!volume) errors.push(notFound(`${at}.name`, name ?? ""));
    if (!devicePath) errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, "must be unique"));
    if (devicePath && validatePathNoBacksteps(devicePath, "").length > 0) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.has(name)) errors.push(invalid(`${at}.name`, name, "must not already exist in volumeMounts"));
    if ([...mounts.values()].includes(devicePath)) {
      errors.push(
        invalid(`${at}.devicePath`, devicePath, "must not already exist as a path in volumeMounts"),
      );
    }
    if (name) names.add(name);
  });
  return errors;
}

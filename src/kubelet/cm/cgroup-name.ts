/** Names of cgroups for both drivers (pkg/kubelet/cm/cgroup_manager_linux.go). */
import type { QosClass } from "../../api/qos.ts";

/** Components from the root down: `["kubepods", "burstable", "podUID"]`. */
export type CgroupName = readonly string[];

const SLICE = ".slice";

/** Nested slices: each names all that are above it. A dash inside a component becomes an underscore. */
export function toSystemd(name: CgroupName | null | undefined): string {
  if (!name || name.length === 0 || (name.length === 1 && name[0] === "")) return "/";
  // A slice's own name is split at its dashes again, so an unescaped dash would nest deeper.
  const parts = name.map((part) => part.replaceAll("-", "_"));
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("-")}${SLICE}`).join("");
}

export function toCgroupfs(name: CgroupName | null | undefined): string {
  return `/${(name ?? []).filter((part) => part !== "").join("/")}`;
}

/** Components of a systemd path, read from its last element. */
export function parseSystemd(path: string): CgroupName {
  const trimmed = path.replace(/\/+$/, "");
  const base = trimmed === "" ? (path === "" ? "." : "/") : trimmed.slice(trimmed.lastIndexOf("/") + 1);
  const bare = base.endsWith(SLICE) ? base.slice(0, -SLICE.length) : base;
  return bare.split("-").map((part) => part.replaceAll("_", "-"));
}

/** Where the cgroup of a pod lies: Guaranteed pods directly below kubepods. */
export function podCgroupName(uid: string, qos: QosClass): CgroupName {
  const pod = `pod${uid}`;
  return qos === "Guaranteed" ? ["kubepods", pod] : ["kubepods", qos.toLowerCase(), pod];
}

/** What happens to the objects that a deleted one owns (registry/generic/registry/store.go: deletionFinalizersForGarbageCollection). */

export const ORPHAN = "orphan";
export const FOREGROUND = "foregroundDeletion";

/** Kinds that own others; the garbage collector looks after their finalizers. */
export const OWNER_KINDS: readonly string[] = [
  "Job",
  "ReplicaSet",
  "Deployment",
  "DaemonSet",
  "StatefulSet",
  "CronJob",
  "Node",
  "Service",
];

/** Finalizers an object has once its deletion is asked for with a policy; without one they stay as they are. */
export function finalizersForDelete(
  kind: string,
  present: readonly string[] = [],
  policy: string | undefined,
): string[] {
  if (policy === undefined || !OWNER_KINDS.includes(kind)) return [...present];
  const others = present.filter((f) => f !== ORPHAN && f !== FOREGROUND);
  if (policy === "Orphan") return [...others, ORPHAN];
  return policy === "Foreground" ? [...others, FOREGROUND] : others;
}

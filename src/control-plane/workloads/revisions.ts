/** Revisions of a deployment, kept in annotations of its replica sets (deployment/util/deployment_util.go). */
import type { Deployment, ReplicaSet } from "../../api/types.ts";

export const REVISION = "deployment.kubernetes.io/revision";
const HISTORY = "deployment.kubernetes.io/revision-history";
const DESIRED = "deployment.kubernetes.io/desired-replicas";
const MAX = "deployment.kubernetes.io/max-replicas";
const NOT_COPIED: readonly string[] = [
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  HISTORY,
  DESIRED,
  MAX,
  "deprecated.deployment.rollback.to",
];

type Annotations = Readonly<Record<string, string>>;

export const revisionOf = (set: ReplicaSet | undefined): number =>
  Number(set?.metadata?.annotations?.[REVISION] ?? 0) || 0;

/** Annotations that the newest set is to have (SetNewReplicaSetAnnotations): a set that comes back is the last revision again. */
export function newestSetAnnotations(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  maxReplicas: number,
): Annotations {
  const before: Annotations = fresh?.metadata?.annotations ?? {};
  const copied = Object.entries(deployment.metadata?.annotations ?? {}).filter(
    ([k]) => !NOT_COPIED.includes(k),
  );
  const out: Record<string, string> = { ...before, ...Object.fromEntries(copied) };
  const next = 1 + Math.max(0, ...old.map(revisionOf));
  const was = before[REVISION];
  if (revisionOf(fresh) < next) {
    out[REVISION] = String(next);
    if (was !== undefined) out[HISTORY] = [...(before[HISTORY]?.split(",") ?? []), was].join(",");
  }
  return fresh ? out : { ...out, ...replicaAnnotations(deployment, maxReplicas) };
}

/** What a set knows of its deployment's size (SetReplicasAnnotations). */
export const replicaAnnotations = (deployment: Deployment, maxReplicas: number): Annotations => ({
  [DESIRED]: String(deployment.spec?.replicas ?? 1),
  [MAX]: String(maxReplicas),
});

/** Entries of `wanted` that `present` lacks or has otherwise; null when there are none. */
export function missingAnnotations(
  present: Annotations | undefined,
  wanted: Annotations,
): Annotations | null {
  const entries = Object.entries(wanted).filter(([k, v]) => present?.[k] !== v);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

/** Old sets beyond the history that is kept, oldest first (sync.go: cleanupDeployment). */
export function setsBeyondHistory(deployment: Deployment, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const limit = deployment.spec?.revisionHistoryLimit ?? 10;
  const alive = old.filter((s) => !s.metadata?.deletionTimestamp);
  return [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, alive.length - limit))
    .filter((s) => (s.spec?.replicas ?? 0) === 0 && (s.status?.replicas ?? 0) === 0);
}

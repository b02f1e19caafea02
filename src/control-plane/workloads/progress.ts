/** A deployment's status: how far its rollout is, and whether it still gets on (deployment/progress.go). */
import type { Deployment, DeploymentCondition, ReplicaSet } from "../../api/types.ts";

const AVAILABLE = "NewReplicaSetAvailable";
const TIMED_OUT = "ProgressDeadlineExceeded";

const conditionOf = (d: Deployment, type: string): DeploymentCondition | undefined =>
  d.status?.conditions?.find((c) => c.type === type);

export interface Rollout {
  readonly sets: readonly ReplicaSet[];
  readonly fresh: ReplicaSet | undefined;
  /** As a number of pods. */
  readonly maxUnavailable: number;
  /** Name of a set that was just asked for. */
  readonly created?: string;
  /** Stamp of this moment. */
  readonly now: string;
}

/** The status as it follows from the sets, and when to look again although nothing happens (ms from now). */
export function deploymentStatus(
  deployment: Deployment,
  { sets, fresh, maxUnavailable, created, now }: Rollout,
): { readonly status: NonNullable<Deployment["status"]>; readonly lookAgainMs: number | null } {
  const sum = (f: (s: ReplicaSet) => number): number => sets.reduce((n, s) => n + f(s), 0);
  const wanted = deployment.spec?.replicas ?? 1;
  const counts = {
    replicas: sum((s) => s.status?.replicas ?? 0),
    updated: fresh?.status?.replicas ?? 0,
    ready: sum((s) => s.status?.readyReplicas ?? 0),
    available: sum((s) => s.status?.availableReplicas ?? 0),
    terminating: sum((s) => s.status?.terminatingReplicas ?? 0),
  };
  const condition = (
    type: string,
    status: "True" | "False",
    reason: string,
    message: string,
    renew = false,
  ): DeploymentCondition => {
    const old = conditionOf(deployment, type);
    if (old && old.status === status && old.reason === reason && !renew) return old;
    return {
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
      lastUpdateTime: now,
      message,
      reason,
      status,
      type,
    };
  };

  const old: Partial<NonNullable<Deployment["status"]>> = deployment.status ?? {};
  const current = conditionOf(deployment, "Progressing");
  const deadline = deployment.spec?.progressDeadlineSeconds ?? 600;
  const set = `ReplicaSet "${fresh?.metadata?.name ?? ""}"`;
  const complete = counts.updated === wanted && counts.replicas === wanted && counts.available === wanted;
  const gotOn =
    current === undefined ||
    counts.updated > (old.updatedReplicas ?? 0) ||
    counts.replicas - counts.updated < (old.replicas ?? 0) - (old.updatedReplicas ?? 0) ||
    counts.ready > (old.readyReplicas ?? 0) ||
    counts.available > (old.availableReplicas ?? 0);
  const elapsedMs = current ? Date.parse(now) - Date.parse(current.lastUpdateTime ?? now) : 0;
  let progressing = current;
  if (created !== undefined) {
    progressing = condition(
      "Progressing",
      "True",
      "NewReplicaSetCreated",
      `Created new replica set "${created}"`,
    );
  } else if (current?.reason !== AVAILABLE || counts.replicas !== counts.updated) {
    if (complete)
      progressing = condition("Progressing", "True", AVAILABLE, `${set} has successfully progressed.`);
    else if (gotOn)
      progressing = condition("Progressing", "True", "ReplicaSetUpdated", `${set} is progressing.`, true);
    else if (current.reason !== TIMED_OUT && current.reason !== AVAILABLE && elapsedMs > deadline * 1000)
      progressing = condition("Progressing", "False", TIMED_OUT, `${set} has timed out progressing.`);
  }
  const available =
    counts.available >= wanted - maxUnavailable
      ? condition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
      : condition(
          "Available",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.",
        );

  // What changes moves to the end (SetDeploymentCondition).
  let conditions = deployment.status?.conditions ?? [];
  for (const next of [available, progressing]) {
    if (next && !conditions.includes(next))
      conditions = [...conditions.filter((c) => c.type !== next.type), next];
  }
  const stuck =
    !complete && ["ReplicaSetUpdated", "NewReplicaSetCreated"].includes(progressing?.reason ?? "");
  return {
    status: {
      observedGeneration: deployment.metadata?.generation,
      replicas: counts.replicas || undefined,
      updatedReplicas: counts.updated || undefined,
      readyReplicas: counts.ready || undefined,
      availableReplicas: counts.available || undefined,
      unavailableReplicas: Math.max(0, wanted - counts.available) || undefined,
      terminatingReplicas: counts.terminating,
      conditions,
    } as NonNullable<Deployment["status"]>,
    lookAgainMs: stuck ? Math.max(1_000, deadline * 1000 - elapsedMs + 1_000) : null,
  };
}

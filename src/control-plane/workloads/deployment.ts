/** The Deployment controller: a ReplicaSet for each template, rolled over step by step (pkg/controller/deployment). */
import type { WatchMessage } from "../../api/contract.ts";
import type { Deployment, ReplicaSet } from "../../api/types.ts";
import type { SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import { ownedBy, templateHash } from "./pods.ts";
import type { WorkloadOptions } from "./replicaset.ts";

const NAME = "deployment-controller";
const TURN_MS = 4;

/** A count or a share of the replicas: surge rounds up, unavailable down (deployment/util: ResolveFenceposts). */
export function resolveFencepost(value: number | string | undefined, replicas: number, up: boolean): number {
  if (typeof value === "number") return value;
  const share = (Number.parseInt(value ?? "25%", 10) / 100) * replicas;
  return up ? Math.ceil(share) : Math.floor(share);
}

export interface RolloutStep {
  /** Replicas of the newest set. */
  readonly fresh: number;
  /** Replicas of each older set, by name. */
  readonly old: ReadonlyMap<string, number>;
}

const replicasOf = (set: ReplicaSet): number => set.spec?.replicas ?? 0;
const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

/** Next sizes of a rolling update (deployment/rolling.go: reconcileNewReplicaSet, reconcileOldReplicaSets). */
export function rollingStep(
  deployment: Deployment,
  fresh: ReplicaSet,
  old: readonly ReplicaSet[],
): RolloutStep {
  const wanted = deployment.spec?.replicas ?? 1;
  const rolling = deployment.spec?.strategy?.rollingUpdate;
  const surge = resolveFencepost(rolling?.maxSurge as number | string | undefined, wanted, true);
  let unavailable = resolveFencepost(rolling?.maxUnavailable as number | string | undefined, wanted, false);
  if (surge === 0 && unavailable === 0) unavailable = 1;
  const total = replicasOf(fresh) + old.reduce((n, s) => n + replicasOf(s), 0);
  const sizes = new Map(old.map((s) => [s.metadata?.name ?? "", replicasOf(s)]));
  if (replicasOf(fresh) > wanted) return { fresh: wanted, old: sizes };
  if (replicasOf(fresh) < wanted && total < wanted + surge)
    return { fresh: Math.min(wanted, replicasOf(fresh) + wanted + surge - total), old: sizes };
  const available = availableOf(fresh) + old.reduce((n, s) => n + availableOf(s), 0);
  let spare = Math.max(0, available - (wanted - unavailable));
  for (const set of old) {
    const name = set.metadata?.name ?? "";
    const broken = replicasOf(set) - availableOf(set);
    const cut = Math.min(replicasOf(set), broken + spare);
    spare -= Math.max(0, cut - broken);
    sizes.set(name, replicasOf(set) - cut);
  }
  return { fresh: replicasOf(fresh), old: sizes };
}

export function startDeploymentController({ sim, api, reader, stamp }: WorkloadOptions): void {
  const events = createEventWriter({ sim, api, from: "controller-manager", component: NAME, stamp });
  const keyOf = (d: { metadata?: { namespace?: string; name?: string } }): string =>
    `${d.metadata?.namespace}/${d.metadata?.name}`;
  const ask = (key: string): void =>
    sim.send({ to: NAME, key }, { type: "sync" }, { delayMs: TURN_MS, timer: "sync" });

  const scale = (deployment: Deployment, set: ReplicaSet, to: number): void => {
    const from = replicasOf(set);
    if (from === to) return;
    api.request(
      {
        verb: "patch",
        kind: "ReplicaSet",
        namespace: set.metadata?.namespace,
        name: set.metadata?.name,
        patchType: "merge",
        body: { spec: { replicas: to } },
      },
      null,
      { from: "controller-manager" },
    );
    events.event(
      deployment,
      "Normal",
      "ScalingReplicaSet",
      `Scaled ${to > from ? "up" : "down"} replica set ${set.metadata?.name} from ${from} to ${to}`,
    );
  };

  const createSet = (deployment: Deployment, hash: string, revision: number, replicas: number): void => {
    const template = deployment.spec?.template;
    const labels = { ...template?.metadata?.labels, "pod-template-hash": hash };
    const name = `${deployment.metadata?.name}-${hash}`;
    const body = {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name,
        namespace: deployment.metadata?.namespace,
        labels,
        annotations: {
          "deployment.kubernetes.io/desired-replicas": String(deployment.spec?.replicas ?? 1),
          "deployment.kubernetes.io/revision": String(revision),
        },
        ownerReferences: [
          {
            apiVersion: "apps/v1",
            kind: "Deployment",
            name: deployment.metadata?.name,
            uid: deployment.metadata?.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: {
        replicas,
        selector: {
          matchLabels: { ...deployment.spec?.selector?.matchLabels, "pod-template-hash": hash },
          matchExpressions: deployment.spec?.selector?.matchExpressions,
        },
        template: { ...template, metadata: { ...template?.metadata, labels } },
      },
    };
    api.request(
      { verb: "create", kind: "ReplicaSet", namespace: deployment.metadata?.namespace, body },
      null,
      { from: "controller-manager" },
    );
    events.event(
      deployment,
      "Normal",
      "ScalingReplicaSet",
      `Scaled up replica set ${name} from 0 to ${replicas}`,
    );
  };

  const writeStatus = (
    deployment: Deployment,
    sets: readonly ReplicaSet[],
    fresh: ReplicaSet | undefined,
  ): void => {
    const sum = (f: (s: ReplicaSet) => number): number => sets.reduce((n, s) => n + f(s), 0);
    const wanted = deployment.spec?.replicas ?? 1;
    const available = sum(availableOf);
    const unavailable = resolveFencepost(
      deployment.spec?.strategy?.rollingUpdate?.maxUnavailable as number | string | undefined,
      wanted,
      false,
    );
    const now = stamp();
    const condition = (type: string, status: string, reason: string, message: string): unknown => {
      const old = deployment.status?.conditions?.find((c) => c.type === type);
      return {
        type,
        status,
        reason,
        message,
        lastUpdateTime: old?.reason === reason ? old.lastUpdateTime : now,
        lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
      };
    };
    const done =
      fresh !== undefined &&
      (fresh.status?.availableReplicas ?? 0) >= wanted &&
      sum((s) => s.status?.replicas ?? 0) === wanted;
    const name = fresh?.metadata?.name ?? "";
    const enough = available >= wanted - unavailable;
    const status = {
      observedGeneration: deployment.metadata?.generation,
      replicas: sum((s) => s.status?.replicas ?? 0) || undefined,
      updatedReplicas: fresh?.status?.replicas || undefined,
      readyReplicas: sum((s) => s.status?.readyReplicas ?? 0) || undefined,
      availableReplicas: available || undefined,
      unavailableReplicas: Math.max(0, wanted - available) || undefined,
      conditions: [
        enough
          ? condition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
          : condition(
              "Available",
              "False",
              "MinimumReplicasUnavailable",
              "Deployment does not have minimum availability.",
            ),
        done
          ? condition(
              "Progressing",
              "True",
              "NewReplicaSetAvailable",
              `ReplicaSet "${name}" has successfully progressed.`,
            )
          : condition("Progressing", "True", "ReplicaSetUpdated", `ReplicaSet "${name}" is progressing.`),
      ],
    };
    if (JSON.stringify(status) === JSON.stringify(pickLike(deployment.status, status))) return;
    api.request(
      {
        verb: "update",
        kind: "Deployment",
        namespace: deployment.metadata?.namespace,
        name: deployment.metadata?.name,
        subresource: "status",
        body: { ...deployment, status },
      },
      null,
      { from: "controller-manager" },
    );
  };

  const sync = (key: string): void => {
    const slash = key.indexOf("/");
    const deployment = reader.get<Deployment>("Deployment", key.slice(0, slash), key.slice(slash + 1));
    if (!deployment || deployment.metadata?.deletionTimestamp) return;
    const sets = reader
      .list<ReplicaSet>("ReplicaSet", key.slice(0, slash))
      .filter((s) => ownedBy(deployment, s));
    const hash = templateHash(deployment.spec?.template);
    const fresh = sets.find((s) => s.metadata?.labels?.["pod-template-hash"] === hash);
    const old = sets.filter((s) => s !== fresh);
    const wanted = deployment.spec?.replicas ?? 1;
    if (!deployment.spec?.paused) {
      const recreate = deployment.spec?.strategy?.type === "Recreate";
      const oldGone = old.every((s) => (s.status?.replicas ?? 0) === 0 && replicasOf(s) === 0);
      if (!fresh) {
        const revision =
          1 +
          Math.max(
            0,
            ...sets.map((s) => Number(s.metadata?.annotations?.["deployment.kubernetes.io/revision"] ?? 0)),
          );
        const surge = resolveFencepost(
          deployment.spec?.strategy?.rollingUpdate?.maxSurge as number | string | undefined,
          wanted,
          true,
        );
        const running = old.reduce((n, s) => n + replicasOf(s), 0);
        const first = recreate
          ? oldGone
            ? wanted
            : -1
          : Math.min(wanted, Math.max(0, wanted + surge - running));
        if (first >= 0) createSet(deployment, hash, revision, first);
        else for (const set of old) scale(deployment, set, 0);
      } else if (recreate) {
        for (const set of old) scale(deployment, set, 0);
        if (oldGone) scale(deployment, fresh, wanted);
      } else {
        const step = rollingStep(deployment, fresh, old);
        scale(deployment, fresh, step.fresh);
        for (const set of old)
          scale(deployment, set, step.old.get(set.metadata?.name ?? "") ?? replicasOf(set));
      }
    }
    writeStatus(deployment, sets, fresh);
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    deployments(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") for (const d of watch.objects as Deployment[]) ask(keyOf(d));
      else if (watch.type !== "DELETED") ask(keyOf(watch.object as Deployment));
    },
    sets(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const owner = watch.object.metadata?.ownerReferences?.find((o) => o.kind === "Deployment");
      if (owner) ask(`${watch.object.metadata?.namespace}/${owner.name}`);
    },
    sync: (_event, key) => sync(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "Deployment" }, { to: NAME, event: { type: "deployments" } });
  api.watch({ kind: "ReplicaSet" }, { to: NAME, event: { type: "sets" } });
}

/** The fields of `from` that `like` has, in its order. */
function pickLike(from: unknown, like: Record<string, unknown>): Record<string, unknown> {
  const source = (from ?? {}) as Record<string, unknown>;
  return Object.fromEntries(Object.keys(like).map((key) => [key, source[key]]));
}

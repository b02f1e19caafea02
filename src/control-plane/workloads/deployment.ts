/** The Deployment controller: a ReplicaSet for each template, rolled over step by step (pkg/controller/deployment). */
import type { WatchMessage } from "../../api/contract.ts";
import type { Deployment, ReplicaSet } from "../../api/types.ts";
import type { SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import { controllerRef, ownedBy, templateHash } from "./pods.ts";
import { deploymentStatus } from "./progress.ts";
import type { WorkloadOptions } from "./replicaset.ts";
import {
  missingAnnotations,
  newestSetAnnotations,
  REVISION,
  replicaAnnotations,
  setsBeyondHistory,
} from "./revisions.ts";

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

  const annotate = (
    kind: "Deployment" | "ReplicaSet",
    object: Deployment | ReplicaSet,
    wanted: Readonly<Record<string, string>>,
  ): void => {
    const annotations = missingAnnotations(object.metadata?.annotations, wanted);
    if (!annotations) return;
    api.request(
      {
        verb: "patch",
        kind,
        namespace: object.metadata?.namespace,
        name: object.metadata?.name,
        patchType: "merge",
        body: { metadata: { annotations } },
      },
      null,
      { from: "controller-manager" },
    );
  };

  const surgeOf = (deployment: Deployment): number =>
    deployment.spec?.strategy?.type === "Recreate"
      ? 0
      : resolveFencepost(
          deployment.spec?.strategy?.rollingUpdate?.maxSurge as number | string | undefined,
          deployment.spec?.replicas ?? 1,
          true,
        );

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
        body: {
          metadata: {
            annotations: replicaAnnotations(
              deployment,
              (deployment.spec?.replicas ?? 1) + surgeOf(deployment),
            ),
          },
          spec: { replicas: to },
        },
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

  const createSet = (
    deployment: Deployment,
    hash: string,
    replicas: number,
    annotations: Readonly<Record<string, string>>,
  ): string => {
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
        annotations,
        ownerReferences: [controllerRef(deployment)],
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
    return name;
  };

  const writeStatus = (
    deployment: Deployment,
    sets: readonly ReplicaSet[],
    fresh: ReplicaSet | undefined,
    created: string | undefined,
  ): void => {
    const { status, lookAgainMs } = deploymentStatus(deployment, {
      sets,
      fresh,
      maxUnavailable: resolveFencepost(
        deployment.spec?.strategy?.rollingUpdate?.maxUnavailable as number | string | undefined,
        deployment.spec?.replicas ?? 1,
        false,
      ),
      ...(created !== undefined ? { created } : {}),
      now: stamp(),
    });
    if (lookAgainMs !== null)
      sim.send(
        { to: NAME, key: keyOf(deployment) },
        { type: "sync" },
        { delayMs: lookAgainMs, timer: "progress" },
      );
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
    const most = wanted + surgeOf(deployment);
    let created: string | undefined;
    if (fresh) {
      const annotations = newestSetAnnotations(deployment, fresh, old, most);
      annotate("ReplicaSet", fresh, annotations);
      annotate("Deployment", deployment, { [REVISION]: annotations[REVISION] ?? "1" });
    }
    if (!deployment.spec?.paused) {
      const recreate = deployment.spec?.strategy?.type === "Recreate";
      const oldGone = old.every((s) => (s.status?.replicas ?? 0) === 0 && replicasOf(s) === 0);
      if (!fresh) {
        const running = old.reduce((n, s) => n + replicasOf(s), 0);
        const first = recreate ? (oldGone ? wanted : -1) : Math.min(wanted, Math.max(0, most - running));
        if (first >= 0)
          created = createSet(deployment, hash, first, newestSetAnnotations(deployment, fresh, old, most));
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
    writeStatus(deployment, sets, fresh, created);
    for (const set of fresh ? setsBeyondHistory(deployment, old) : [])
      api.request(
        { verb: "delete", kind: "ReplicaSet", namespace: set.metadata?.namespace, name: set.metadata?.name },
        null,
        { from: "controller-manager" },
      );
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

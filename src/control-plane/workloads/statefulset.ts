/** The StatefulSet controller: pods with names of their own, one after the other (pkg/controller/statefulset). */
import type { ApiResult, WatchMessage } from "../../api/contract.ts";
import type { ApiObject, PersistentVolumeClaim, Pod, StatefulSet } from "../../api/types.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import { ownedBy, saysAlready, updateStatus } from "./pods.ts";
import type { WorkloadOptions } from "./replicaset.ts";
import { claimsOf, nextSteps, statefulPod, statefulStatus } from "./stateful-decide.ts";

const NAME = "statefulset-controller";
const TURN_MS = 4;
/** What the server refused is tried again. */
const AGAIN_MS = 5000;

export function startStatefulSetController({ sim, api, reader, stamp }: WorkloadOptions): void {
  const events = createEventWriter({ sim, api, from: "controller-manager", component: NAME, stamp });
  /** What was asked for and is not seen yet: `create NAMESPACE/NAME`, `delete UID`. */
  const asked = sim.table<true>(`${NAME}/asked`);
  /** Pods are watched from the first set on: most clusters here have none. */
  const watching = sim.cell<boolean>(`${NAME}/watching`, false);
  const keyOf = (object: ApiObject): string => `${object.metadata?.namespace}/${object.metadata?.name}`;
  const setOf = (key: string): StatefulSet | undefined =>
    reader.get<StatefulSet>("StatefulSet", key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1));
  const ask = (key: string, delayMs: Ms = TURN_MS): void =>
    sim.send({ to: NAME, key }, { type: "sync" }, { delayMs, timer: "sync" });

  const createClaims = (set: StatefulSet, ordinal: number): void => {
    for (const claim of claimsOf(set, ordinal)) {
      const { namespace, name } = claim.metadata ?? {};
      const id = `create claim ${namespace}/${name}`;
      if (asked.has(id) || reader.get<PersistentVolumeClaim>("PersistentVolumeClaim", namespace, name ?? ""))
        continue;
      asked.set(id, true);
      api.request(
        { verb: "create", kind: "PersistentVolumeClaim", namespace, body: claim },
        { to: NAME, key: keyOf(set), event: { type: "made", id, ordinal, claim: name } },
        { from: "controller-manager" },
      );
    }
  };
  const create = (set: StatefulSet, ordinal: number): void => {
    const id = `create ${keyOf(set)}-${ordinal}`;
    if (asked.has(id)) return;
    createClaims(set, ordinal);
    asked.set(id, true);
    api.request(
      {
        verb: "create",
        kind: "Pod",
        namespace: set.metadata?.namespace,
        body: statefulPod(set, ordinal),
      },
      { to: NAME, key: keyOf(set), event: { type: "made", id, ordinal } },
      { from: "controller-manager" },
    );
  };
  const remove = (set: StatefulSet, pod: Pod): void => {
    const id = `delete ${pod.metadata?.uid}`;
    if (asked.has(id)) return;
    asked.set(id, true);
    api.request(
      { verb: "delete", kind: "Pod", namespace: pod.metadata?.namespace, name: pod.metadata?.name },
      null,
      { from: "controller-manager" },
    );
    const message = `delete Pod ${pod.metadata?.name} in StatefulSet ${set.metadata?.name} successful`;
    events.event(set, "Normal", "SuccessfulDelete", message);
  };

  const sync = (key: string): void => {
    const set = setOf(key);
    if (!set || set.metadata?.deletionTimestamp) return;
    const pods = reader.list<Pod>("Pod", set.metadata?.namespace).filter((pod) => ownedBy(set, pod));
    const now = Date.parse(stamp());
    for (const step of nextSteps(set, pods, now)) {
      if (step.do === "create") create(set, step.ordinal);
      else if (step.do === "claims") createClaims(set, step.ordinal);
      else remove(set, step.pod);
    }
    const status = statefulStatus(set, pods, now);
    if (!saysAlready(set.status, status)) updateStatus(api, set, status);
    const minReady = set.spec?.minReadySeconds ?? 0;
    const { readyReplicas, availableReplicas } = set.status ?? {};
    if (minReady > 0 && (readyReplicas ?? 0) !== (availableReplicas ?? 0)) ask(key, minReady * 1000);
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    sets(event) {
      const watch = event["watch"] as WatchMessage;
      const sets = (watch.type === "SYNCED" ? watch.objects : [watch.object]) as readonly StatefulSet[];
      if (watch.type !== "DELETED") for (const set of sets) ask(keyOf(set));
      if (sets.length === 0 || watching.get()) return;
      watching.set(true);
      api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
    },
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const pod = watch.object;
      const owner = pod.metadata?.ownerReferences?.find((o) => o.kind === "StatefulSet");
      if (!owner) return;
      if (watch.type === "DELETED") {
        asked.delete(`delete ${pod.metadata?.uid}`);
        asked.delete(`create ${keyOf(pod)}`);
      }
      ask(`${pod.metadata?.namespace}/${owner.name}`);
    },
    made(event, key) {
      const { id, ordinal, claim, result } = event as unknown as {
        id: string;
        ordinal: number;
        claim?: string;
        result: ApiResult<ApiObject>;
      };
      const set = setOf(key);
      if (!result.ok || claim) asked.delete(id);
      if (!set) return;
      const pod = `Pod ${set.metadata?.name}-${ordinal} in StatefulSet ${set.metadata?.name}`;
      if (result.ok) {
        const message = claim ? `create Claim ${claim} ${pod} success` : `create ${pod} successful`;
        events.event(set, "Normal", "SuccessfulCreate", message);
        return;
      }
      ask(key, AGAIN_MS);
      const what = claim ? `create Claim ${claim} for ${pod}` : `create ${pod}`;
      events.event(set, "Warning", "FailedCreate", `${what} failed error: ${result.error.message}`);
    },
    sync: (_event, key) => sync(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "StatefulSet" }, { to: NAME, event: { type: "sets" } });
}

/** Reads, patches and deletes pods for the status manager: the effects of its machine. */
import type { ApiReply } from "../../api/contract.ts";
import type { Pod } from "../../api/types.ts";
import type { Effect, Table } from "../../sim/index.ts";
import type { ReplyTo, Seq } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import { podObject } from "../types.ts";
import { canBeDeleted } from "./can-be-deleted.ts";
import { isStaticPod } from "./lookup.ts";
import { mergePodStatus } from "./merge.ts";
import { normalizeStatus } from "./normalize.ts";
import { podStatusPatch } from "./patch.ts";
import { isPodStatusByKubeletEqual } from "./status-equal.ts";
import {
  type PodSync,
  type StatusManagerContext,
  type StatusManagerEvent,
  SYNC_PERIOD_MS,
} from "./status-manager.machine.ts";
import type { VersionedPodStatus } from "./update-status.ts";

/** A status in the cache, and the record that led to it. */
export interface CachedStatus extends VersionedPodStatus {
  readonly cause: Seq | null;
}

export interface StatusRows {
  readonly pods: Table<CachedStatus>;
  /** Version last sent, by the UID of the pod in the API. */
  readonly sent: Table<number>;
  readonly forget: (uid: string) => void;
}

type Effects = Readonly<Record<string, Effect<StatusManagerContext, StatusManagerEvent>>>;
type Raise = (event: StatusManagerEvent) => void;

export function podSyncEffects(k: Kubelet, name: string, rows: StatusRows): Effects {
  const { sim } = k;
  const self = { to: name };
  const calls = sim.cell<number>(`${name}/calls`, 0);
  /** Each call has a number: an answer to a call of a kubelet process that has ended is dropped. */
  const reply = (): ReplyTo => {
    calls.update((n) => n + 1);
    return { to: name, key: "", event: { type: "answer", call: calls.get() } };
  };
  const isLate = (event: { readonly [field: string]: unknown }): boolean => event["call"] !== calls.get();
  const tickIn = (delayMs: number): void =>
    sim.send(self, { type: "tick" }, { delayMs, timer: "sync", cause: null });
  /** The pod that the answer of the read gave, for the steps after it. */
  const live = sim.cell<Pod | null>(`${name}/live`, null);
  const patch = sim.cell<ReturnType<typeof podStatusPatch> | null>(`${name}/patch`, null);

  /** Pairs found equal: comparing the same two values again would only cost time. */
  const equal = new Map<string, readonly [Pod, CachedStatus]>();

  /** Somebody else changed what the kubelet owns. */
  function needsReconcile(uid: string, entry: CachedStatus): boolean {
    const pod = k.podManager.byUid(uid);
    const shown = pod && isStaticPod(pod) ? k.podManager.mirrorOf(pod) : pod;
    if (!shown) return false;
    const known = equal.get(uid);
    if (known?.[0] === shown && known[1] === entry) return false;
    if (!isPodStatusByKubeletEqual(normalizeStatus(shown, shown.status ?? {}), entry.status)) return true;
    equal.set(uid, [shown, entry]);
    return false;
  }

  function needsUpdate(statusUid: string, entry: CachedStatus): boolean {
    const sent = rows.sent.get(statusUid);
    if (sent === undefined || sent < entry.version) return true;
    const pod = k.podManager.byUid(statusUid);
    return pod !== undefined && canBeDeleted(pod, entry.podIsFinished);
  }

  function collect(all: boolean, raise: Raise): Partial<StatusManagerContext> {
    if (all) dropOrphanedVersions();
    const batch: PodSync[] = [];
    for (const [uid, entry] of rows.pods) {
      const statusUid = k.podManager.apiUid(uid);
      // A static pod has no place in the API before its mirror pod has.
      if (statusUid === "") continue;
      if (!all) {
        if ((rows.sent.get(statusUid) ?? 0) >= entry.version) continue;
      } else if (!needsUpdate(statusUid, entry)) {
        if (!needsReconcile(uid, entry)) continue;
        rows.sent.delete(statusUid);
      }
      batch.push({ uid, entry, cause: entry.cause });
    }
    raise({ type: batch.length > 0 ? "send" : "empty" });
    return { batch };
  }

  function dropOrphanedVersions(): void {
    for (const uid of [...rows.sent.keys()])
      if (!rows.pods.has(uid) && k.podManager.translateUid(uid) === uid) rows.sent.delete(uid);
  }

  function failed(sync: PodSync, step: "get" | "patch" | "delete", error: string): void {
    sim.record({
      from: k.id("status-manager"),
      to: k.id("status-manager"),
      type: "status.failed",
      object: `pod/${sync.entry.podNamespace}/${sync.entry.podName}`,
      data: { step, error, uid: sync.uid },
    });
  }

  /** After the write: the version counts as sent, and the object may be removed. */
  function written(sync: PodSync, pod: Pod, raise: Raise): void {
    rows.sent.set(pod.metadata?.uid ?? "", sync.entry.version);
    live.set(pod);
    raise({ type: canBeDeleted(pod, sync.entry.podIsFinished) ? "delete" : "next" });
  }

  const first = (context: StatusManagerContext): PodSync => context.batch[0] as PodSync;
  const from = k.id("status-manager");

  return {
    firstTick: ({ context }) => tickIn(context.firstTickMs),
    nextTick: () => tickIn(SYNC_PERIOD_MS),
    collectChanged: ({ raise }) => collect(false, raise),
    collectAll: ({ raise }) => collect(true, raise),

    getPod: ({ context }) => {
      const { entry, cause } = first(context);
      const request = {
        verb: "get",
        kind: "Pod",
        namespace: entry.podNamespace,
        name: entry.podName,
      } as const;
      sim.under(cause, () => k.api.request(request, reply(), { from }));
    },

    judgePod: ({ context, event, raise }) => {
      if (isLate(event)) return;
      const sync = first(context);
      const { result } = event as unknown as ApiReply<Pod>;
      if (!result.ok) {
        if (result.error.reason !== "NotFound") failed(sync, "get", result.error.message);
        raise({ type: "next" });
        return;
      }
      const pod = result.object;
      if (k.podManager.translateUid(pod.metadata?.uid ?? "") !== sync.uid) {
        rows.forget(sync.uid);
        raise({ type: "next" });
        return;
      }
      const running = k.podWorkers.couldHaveRunningContainers(
        k.podManager.translateUid(pod.metadata?.uid ?? ""),
      );
      const merged = mergePodStatus(pod, pod.status ?? {}, sync.entry.status, running, k.stamp());
      const body = podStatusPatch(pod.metadata?.uid ?? "", pod.status ?? {}, merged);
      live.set(pod);
      if (!body) return written(sync, pod, raise);
      patch.set(body);
      raise({ type: "patch" });
    },

    patchStatus: ({ context }) => {
      const { entry, cause } = first(context);
      const pod = live.get() as Pod;
      const body = patch.get();
      const record = {
        type: "status.patch",
        object: podObject(pod),
        data: { version: entry.version, patch: body?.status ?? {} },
      };
      sim.under(cause, () =>
        k.api.request(
          {
            verb: "patch",
            kind: "Pod",
            subresource: "status",
            namespace: entry.podNamespace,
            name: entry.podName,
            patchType: "strategic",
            body,
          },
          reply(),
          { from, record },
        ),
      );
    },

    judgePatch: ({ context, event, raise }) => {
      if (isLate(event)) return;
      const sync = first(context);
      const { result } = event as unknown as ApiReply<Pod>;
      patch.set(null);
      if (!result.ok) {
        failed(sync, "patch", result.error.message);
        raise({ type: "next" });
        return;
      }
      written(sync, result.object, raise);
    },

    deletePod: ({ context }) => {
      const { entry, cause } = first(context);
      const uid = live.get()?.metadata?.uid;
      sim.under(cause, () =>
        k.api.request(
          {
            verb: "delete",
            kind: "Pod",
            namespace: entry.podNamespace,
            name: entry.podName,
            options: { gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) },
          },
          reply(),
          { from },
        ),
      );
    },

    judgeDelete: ({ context, event, raise }) => {
      if (isLate(event)) return;
      const sync = first(context);
      const { result } = event as unknown as ApiReply;
      if (result.ok) rows.forget(sync.uid);
      else failed(sync, "delete", result.error.message);
      raise({ type: "next" });
    },
  };
}

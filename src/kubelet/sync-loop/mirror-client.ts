/** Mirror pods in the API, for static pods to be seen there (pkg/kubelet/pod/mirror_client.go). */
import type { ApiReply } from "../../api/contract.ts";
import { CONFIG_HASH, CONFIG_MIRROR } from "../config/static.ts";
import type { Kubelet } from "../contract.ts";
import type { Pod } from "../types.ts";
import { podFullName, podObject } from "../types.ts";

export interface MirrorClient {
  /** Creates a missing mirror pod; deletes one that is being deleted or has another hash, then creates it. */
  reconcile(pod: Pod, mirror: Pod | undefined): void;
  /** Deletes the mirror pod of that full name. */
  remove(fullName: string): void;
  /** Creates the mirror pods of a new kubelet as soon as its Node is known (fastStaticPodsRegistration). */
  registerWhenNodeIsKnown(): void;
}

const LOOK_MS = 100;

/** The object that is written for a static pod. The API gives it a UID of its own. */
export function mirrorPodOf(pod: Pod, nodeName: string, nodeUid: string): Pod {
  const { uid: _, ...metadata } = pod.metadata ?? {};
  const { status: __, ...rest } = pod;
  return {
    ...rest,
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [CONFIG_MIRROR]: metadata.annotations?.[CONFIG_HASH] ?? "" },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: nodeName, uid: nodeUid, controller: true }],
    },
  };
}

/** Whether a mirror pod stands for this version of the static pod. */
export function isMirrorPodOf(mirror: Pod, pod: Pod): boolean {
  return (
    podFullName(mirror) === podFullName(pod) &&
    mirror.metadata?.annotations?.[CONFIG_MIRROR] === (pod.metadata?.annotations?.[CONFIG_HASH] ?? "")
  );
}

type DeletedEvent = ApiReply & { readonly type: "DELETED"; readonly uid: string };

export function createMirrorClient(k: Kubelet): MirrorClient {
  const { sim, nodeName } = k;
  const name = `${nodeName}/mirror-client`;

  function create(pod: Pod): void {
    const node = k.objects.node();
    // Without a Node there is nothing a mirror pod could belong to; the next sync tries again.
    if (!node?.metadata?.uid || node.metadata.deletionTimestamp) return;
    const namespace = pod.metadata?.namespace ?? "default";
    const body = mirrorPodOf(pod, nodeName, node.metadata.uid);
    k.api.request({ verb: "create", kind: "Pod", namespace, body }, null, { from: k.id("kubelet") });
  }

  function remove(namespace: string, podName: string, uid: string | undefined, staticUid: string): void {
    const options = { gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) };
    const reply = { to: name, event: { type: "DELETED", uid: staticUid } };
    k.api.request({ verb: "delete", kind: "Pod", namespace, name: podName, options }, reply, {
      from: k.id("kubelet"),
    });
  }

  const lookLater = (): void =>
    sim.send({ to: name }, { type: "LOOK" }, { delayMs: LOOK_MS, timer: "look", cause: null });

  sim.component(name, (event) => {
    if (!k.running()) return;
    if (event.type === "LOOK") {
      if (k.objects.node())
        for (const pod of k.podManager.pods()) k.podManager.reconcileMirror(pod, k.podManager.mirrorOf(pod));
      else lookLater();
      return;
    }
    const { uid, result } = event as DeletedEvent;
    const pod = k.podManager.byUid(uid);
    if (!pod || !result.ok) return;
    sim.record({
      from: k.id("kubelet"),
      to: "apiserver",
      type: "mirror.Recreate",
      object: podObject(pod),
      data: { uid },
    });
    create(pod);
  });

  return {
    registerWhenNodeIsKnown: lookLater,
    reconcile(pod, mirror) {
      if (!mirror) return create(pod);
      if (!mirror.metadata?.deletionTimestamp && isMirrorPodOf(mirror, pod)) return;
      const { namespace = "default", name: podName = "", uid } = mirror.metadata ?? {};
      remove(namespace, podName, uid, pod.metadata?.uid ?? "");
    },
    remove(fullName) {
      const cut = fullName.lastIndexOf("_");
      remove(fullName.slice(cut + 1), fullName.slice(0, cut), undefined, "");
    },
  };
}

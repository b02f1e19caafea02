/** Pods that the sources want, mirror pods kept apart (pkg/kubelet/pod/pod_manager.go). */

import { isMirrorPod, isStaticPod } from "../config/static.ts";
import type { Kubelet, PodManager } from "../contract.ts";
import { type Pod, podFullName } from "../types.ts";
import { createMirrorClient } from "./mirror-client.ts";

const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";

/** Mirror pods that no static pod stands behind, by full name. */
export interface KubeletPodManager extends PodManager {
  orphanedMirrors(): readonly string[];
  mirrors(): readonly Pod[];
  deleteMirror(fullName: string): void;
  /** At the start of the process: mirror pods as soon as the Node is known. */
  registerMirrors(): void;
  /** The process ends: the pods are told anew by the sources. */
  clear(): void;
}

export function createPodManager(k: Kubelet): KubeletPodManager {
  const { sim, nodeName } = k;
  const pods = sim.table<Pod>(`${nodeName}/pods`);
  /** Full name to UID: the pod that came last under a name. */
  const names = sim.table<string>(`${nodeName}/pods/names`);
  const mirrors = sim.table<Pod>(`${nodeName}/pods/mirrors`);
  /** UID of a mirror pod to that of the static pod it stands for. */
  const translations = sim.table<string>(`${nodeName}/pods/translations`);
  const mirrorClient = createMirrorClient(k);
  let list: readonly Pod[] | null = null;
  sim.onRestore(() => {
    list = null;
  });

  const byFullName = (name: string): Pod | undefined => pods.get(names.get(name) ?? "");
  const manager: KubeletPodManager = {
    pods: () => (list ??= [...pods.values()]),
    byUid: (uid) => pods.get(uid),
    byFullName,
    byName: (namespace, name) => byFullName(`${name}_${namespace}`),
    mirrorOf: (pod) => mirrors.get(podFullName(pod)),
    staticOf: (mirror) => byFullName(podFullName(mirror)),
    mirrors: () => [...mirrors.values()],
    apiUid(uid) {
      for (const [mirror, of] of translations) if (of === uid) return mirror;
      const pod = pods.get(uid);
      return pod && isStaticPod(pod) ? "" : uid;
    },
    translateUid: (uid) => translations.get(uid) ?? uid,
    set(pod) {
      const name = podFullName(pod);
      if (isMirrorPod(pod)) {
        mirrors.set(name, pod);
        const of = names.get(name);
        if (of !== undefined) translations.set(uidOf(pod), of);
        return;
      }
      list = null;
      pods.set(uidOf(pod), pod);
      names.set(name, uidOf(pod));
      const mirror = mirrors.get(name);
      if (mirror) translations.set(uidOf(mirror), uidOf(pod));
    },
    remove(pod) {
      const name = podFullName(pod);
      if (isMirrorPod(pod)) {
        mirrors.delete(name);
        translations.delete(uidOf(pod));
        return;
      }
      list = null;
      pods.delete(uidOf(pod));
      if (names.get(name) === uidOf(pod)) names.delete(name);
    },
    orphanedMirrors: () => [...mirrors.keys()].filter((name) => !names.has(name)),
    deleteMirror: (fullName) => mirrorClient.remove(fullName),
    registerMirrors: () => mirrorClient.registerWhenNodeIsKnown(),
    reconcileMirror(pod, mirror) {
      if (isStaticPod(pod)) mirrorClient.reconcile(pod, mirror);
    },
    clear() {
      list = null;
      for (const table of [pods, names, mirrors, translations])
        for (const key of [...table.keys()]) table.delete(key);
    },
  };
  return manager;
}

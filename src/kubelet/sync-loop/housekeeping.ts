/** Cleaning up after pods that are gone (pkg/kubelet/kubelet_pods.go: HandlePodCleanups). */
import type { Kubelet } from "../contract.ts";
import { isPodPhaseTerminal } from "../status/lookup.ts";
import type { Pod, RuntimePodStatus } from "../types.ts";
import { POD_ROOT } from "../volume-manager/paths.ts";
import { activePods } from "./handlers.ts";
import type { KubeletPodManager } from "./pod-manager.ts";

const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";

/** Removes `pods/UID` of pods that nobody wants, that do not run and whose volumes are unmounted. */
function cleanupOrphanedPodDirs(k: Kubelet, known: ReadonlySet<string>): number {
  let removed = 0;
  for (const uid of k.host.fs.list(POD_ROOT) ?? []) {
    if (known.has(uid) || k.volumes.podHasVolumesOnDisk(uid)) continue;
    k.host.fs.remove(`${POD_ROOT}/${uid}`);
    removed++;
  }
  return removed;
}

/**
 * One pass, in upstream's order. `running`: pods that run something now, from a fresh listing.
 * Answers how many things were done; 0 for the usual pass.
 */
export function handlePodCleanups(k: Kubelet, running: readonly RuntimePodStatus[]): number {
  const manager = k.podManager as KubeletPodManager;
  const cgroups = k.cgroups.podCgroups();
  const all = k.podManager.pods();
  let done = 0;
  const working = new Map(k.podWorkers.syncKnownPods(all));
  const possiblyRunning = new Set<string>();
  for (const [uid, { state }] of working) if (state !== "TerminatedPod") possiblyRunning.add(uid);

  k.prober.cleanupPods(possiblyRunning);
  const desired = new Set(all.map(uidOf));
  k.status.removeOrphanedStatuses(new Set([...desired, ...manager.mirrors().map(uidOf)]));
  done += cleanupOrphanedPodDirs(k, new Set([...desired, ...running.map(({ uid }) => uid)]));
  for (const fullName of manager.orphanedMirrors()) {
    if (k.podWorkers.isPodForMirrorPodTerminatingByFullName(fullName)) continue;
    manager.deleteMirror(fullName);
    done++;
  }

  for (const pod of activePods(k)) {
    if (working.has(uidOf(pod))) continue;
    const mirrorPod = k.podManager.mirrorOf(pod);
    k.podWorkers.updatePod({ updateType: "create", pod, ...(mirrorPod ? { mirrorPod } : {}) });
    working.set(uidOf(pod), { state: "SyncPod", hasConfig: true, orphan: false, static: false });
    done++;
  }
  const runs = new Set(running.map(({ uid }) => uid));
  for (const pod of all) {
    const uid = uidOf(pod);
    if (
      !pod.metadata?.deletionTimestamp ||
      !isPodPhaseTerminal(pod.status?.phase) ||
      working.has(uid) ||
      runs.has(uid)
    )
      continue;
    k.podWorkers.updatePod({ updateType: "kill", pod });
    done++;
  }
  for (const runningPod of running) {
    if (working.has(runningPod.uid)) continue;
    k.podWorkers.updatePod({ updateType: "kill", runningPod, kill: { gracePeriodSecondsOverride: 1 } });
    done++;
  }
  for (const uid of cgroups) {
    if (possiblyRunning.has(uid) || runs.has(uid)) continue;
    k.cgroups.destroyPodCgroup(uid);
    done++;
  }
  return done;
}

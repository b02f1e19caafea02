/** Cleaning up after pods that are gone (pkg/kubelet/kubelet_pods.go: HandlePodCleanups). */
import type { Kubelet } from "../contract.ts";
import { isPodPhaseTerminal } from "../status/lookup.ts";
import type { Pod, RuntimePodStatus } from "../types.ts";
import { POD_ROOT } from "../volume-manager/paths.ts";
import { activePods } from "./handlers.ts";
import type { KubeletPodManager } from "./pod-manager.ts";

const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";

/** Removes `pods/UID` of pods that nobody wants, that do not run and whose volumes are unmounted. */
function cleanupOrphanedPodDirs(k: Kubelet, known: (uid: string) => boolean, act: () => void): void {
  for (const uid of k.host.fs.list(POD_ROOT) ?? []) {
    if (known(uid) || k.volumes.podHasVolumesOnDisk(uid)) continue;
    act();
    k.host.fs.remove(`${POD_ROOT}/${uid}`);
  }
}

/**
 * One pass, in upstream's order. `running`: pods that run something now, from a fresh listing. `act` is called
 * before each thing that is done; the usual pass does nothing.
 */
export function handlePodCleanups(k: Kubelet, running: readonly RuntimePodStatus[], act: () => void): void {
  const manager = k.podManager as KubeletPodManager;
  const cgroups = k.cgroups.podCgroups();
  const all = k.podManager.pods();
  const working = k.podWorkers.syncKnownPods(all);
  const started = new Set<string>();
  const isWorkedOn = (uid: string): boolean => working.has(uid) || started.has(uid);
  const possiblyRunning = new Set<string>();
  for (const [uid, { state }] of working) if (state !== "TerminatedPod") possiblyRunning.add(uid);

  k.prober.cleanupPods(possiblyRunning);
  const isDesired = (uid: string): boolean => manager.byUid(uid) !== undefined;
  const mirrors = new Set(manager.mirrors().map(uidOf));
  const runs = new Set(running.map(({ uid }) => uid));
  k.allocation.removeOrphans(isDesired);
  k.status.removeOrphanedStatuses((uid) => isDesired(uid) || mirrors.has(uid));
  cleanupOrphanedPodDirs(k, (uid) => isDesired(uid) || runs.has(uid), act);
  for (const fullName of manager.orphanedMirrors()) {
    if (k.podWorkers.isPodForMirrorPodTerminatingByFullName(fullName)) continue;
    act();
    manager.deleteMirror(fullName);
  }

  for (const pod of activePods(k)) {
    if (isWorkedOn(uidOf(pod))) continue;
    const mirrorPod = k.podManager.mirrorOf(pod);
    act();
    k.podWorkers.updatePod({ updateType: "create", pod, ...(mirrorPod ? { mirrorPod } : {}) });
    started.add(uidOf(pod));
  }
  for (const pod of all) {
    const uid = uidOf(pod);
    if (
      !pod.metadata?.deletionTimestamp ||
      !isPodPhaseTerminal(pod.status?.phase) ||
      isWorkedOn(uid) ||
      runs.has(uid)
    )
      continue;
    act();
    k.podWorkers.updatePod({ updateType: "kill", pod });
  }
  for (const runningPod of running) {
    if (isWorkedOn(runningPod.uid)) continue;
    act();
    k.podWorkers.updatePod({ updateType: "kill", runningPod, kill: { gracePeriodSecondsOverride: 1 } });
  }
  for (const uid of cgroups) {
    if (possiblyRunning.has(uid) || runs.has(uid)) continue;
    act();
    k.cgroups.destroyPodCgroup(uid);
  }
}

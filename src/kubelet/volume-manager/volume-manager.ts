/**
 * Volumes of pods: wanted, set up, kept up to date, torn down (pkg/kubelet/volumemanager). The populator's and the
 * reconciler's loops of 100 ms turn only while something waits for them, on a raster of their own.
 */
import type { PersistentVolume, PersistentVolumeClaim, Volume } from "../../api/types.ts";
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { Ms, ReplyTo, Seq } from "../../sim/types.ts";
import type { Kubelet, VolumeManager } from "../contract.ts";
import { type Pod, podObject } from "../types.ts";
import { podDir, volumeDir, volumesDir } from "./paths.ts";
import type { Payload } from "./payload.ts";
import { contentOf, hasContent, persistentVolumePath, pluginOf, samePayload, setUpVolume } from "./set-up.ts";
import { createTokenManager } from "./tokens.ts";
import { type VolumeContext, type VolumeEvent, volumeMachine } from "./volume.machine.ts";

const LOOP_MS: Ms = 100;
const POLL_MS: Ms = 300;
const TIMEOUT_MS: Ms = 123_000;
const FIRST_BACKOFF_MS: Ms = 500;
const LONGEST_BACKOFF_MS: Ms = 122_000;
/** A mount that waits for its volume to be attached, or for a cache, looks again after so long. */
const LOOK_AGAIN_MS: Ms = 100;

interface Waiter {
  readonly reply: ReplyTo;
  readonly since: Ms;
  readonly cause: Seq | null;
  readonly pod: Pod;
}

export interface KubeletVolumeManager extends VolumeManager {
  /** Unique names of attachable volumes in use, for the node's status. */
  volumesInUse(): readonly string[];
}

/** Names of the volumes that some container mounts, sorted: only these are set up and waited for. */
export function expectedVolumes(pod: Pod): string[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const used = new Set<string>();
  for (const container of [...initContainers, ...containers, ...ephemeralContainers]) {
    for (const { name } of container.volumeMounts ?? []) used.add(name);
    for (const { name } of container.volumeDevices ?? []) used.add(name);
  }
  return (pod.spec?.volumes ?? [])
    .map(({ name }) => name)
    .filter((name) => used.has(name))
    .sort();
}

export function createVolumeManager(k: Kubelet): KubeletVolumeManager {
  const { sim, nodeName } = k;
  const name = `${nodeName}/volumes`;
  const waiterName = `${name}/waiters`;
  const waiters = sim.table<Waiter>(waiterName);
  const contents = sim.table<Payload>(`${name}/contents`);
  /** Set-ups that a fault makes fail: `NAMESPACE/POD/VOLUME` (or `*` for the volume) to the error's text. */
  const faults = sim.table<string>(`${name}/faults`);
  const phases = sim.cell<{ readonly populator: Ms; readonly reconciler: Ms }>(`${name}/phases`, {
    populator: 0,
    reconciler: 0,
  });
  const tokens = createTokenManager(k);
  const keyOf = (uid: string, volume: string): string => `${uid}/${volume}`;
  const podOf = (uid: string): Pod | undefined => k.podManager.byUid(uid) ?? waiters.get(uid)?.pod;
  const tokenSource = (uid: string, volume: Volume) => ({
    token: (index: number) => tokens.get(uid, volume.name, index),
  });

  /** First pass of a loop with that phase at or after a time. */
  const pass = (phase: Ms, at: Ms): Ms => phase + Math.ceil((at - phase) / LOOP_MS) * LOOP_MS;
  /** The reconciler's pass after the populator's pass that will see a change made now. */
  const nextPass = (): Ms => pass(phases.get().reconciler, pass(phases.get().populator, sim.now + 1));

  const record = (
    type: string,
    pod: Pod | undefined,
    volume: Volume,
    data: Record<string, unknown> = {},
  ): void => {
    sim.record({
      from: k.id("volume-manager"),
      to: k.id("disk"),
      type: `volume.${type}`,
      object: pod ? podObject(pod) : "",
      data: {
        volume: volume.name,
        plugin: pluginOf(volume) ?? "kubernetes.io~host-path",
        ...(pod?.metadata?.uid ? { uid: pod.metadata.uid } : {}),
        ...data,
      },
    });
  };

  const effects: Record<string, Effect<VolumeContext, VolumeEvent>> = {
    process({ key, context, raise }) {
      const claim = context.volume.persistentVolumeClaim?.claimName;
      if (claim === undefined) return raise({ type: "PROCESSED" });
      const namespace = podOf(context.uid)?.metadata?.namespace ?? "";
      const reply = { to: name, key, event: { type: "CLAIM" } };
      k.api.request({ verb: "get", kind: "PersistentVolumeClaim", namespace, name: claim }, reply, {
        record: false,
        from: k.id("volume-manager"),
      });
    },
    takeClaim({ key, context, event, raise }) {
      if (event.type !== "CLAIM") return;
      const claim = context.volume.persistentVolumeClaim?.claimName ?? "";
      const fail = (text: string): Partial<VolumeContext> => {
        raise({ type: "UNPROCESSED" });
        return {
          problem: `error processing PVC ${podOf(context.uid)?.metadata?.namespace ?? ""}/${claim}: ${text}`,
        };
      };
      if (!event.result.ok) return fail(`failed to fetch PVC from API server: ${event.result.error.message}`);
      const { spec, status } = event.result.object as PersistentVolumeClaim;
      if (status?.phase !== "Bound" || !spec?.volumeName) return fail("PVC is not bound");
      const reply = { to: name, key, event: { type: "PERSISTENT_VOLUME" } };
      k.api.request({ verb: "get", kind: "PersistentVolume", name: spec.volumeName }, reply, {
        record: false,
        from: k.id("volume-manager"),
      });
      return { persistentVolume: spec.volumeName };
    },
    takePersistentVolume({ context, event, raise }) {
      if (event.type !== "PERSISTENT_VOLUME") return;
      if (!event.result.ok) {
        raise({ type: "UNPROCESSED" });
        return { problem: `failed to get PV ${context.persistentVolume}: ${event.result.error.message}` };
      }
      raise({ type: "PROCESSED" });
      return { path: persistentVolumePath(context.uid, event.result.object as PersistentVolume) };
    },
    tellWaiter: ({ context }) => poll(context.uid),
    arm({ key, context }) {
      const at = Math.max(nextPass(), pass(phases.get().reconciler, context.notBefore));
      sim.send({ to: name, key }, { type: "ATTEMPT" }, { delayMs: at - sim.now, timer: "attempt" });
    },
    setUp({ key, context, raise }) {
      const pod = podOf(context.uid);
      if (!pod) return;
      const missing = tokens.missing(context.uid, context.volume);
      for (const index of missing) tokens.request(pod, context.volume, index, name, key);
      if (missing.length > 0) return { awaiting: missing.length };
      return attempt(key, context, pod, raise);
    },
    takeToken({ key, context, event, raise }) {
      if (event.type !== "TOKEN") return;
      tokens.take(context.uid, context.volume, event.index, event.result);
      const awaiting = context.awaiting - 1;
      const pod = podOf(context.uid);
      if (awaiting > 0 || !pod) return { awaiting };
      return { awaiting, ...attempt(key, context, pod, raise) };
    },
    noteMounted({ context }) {
      if (!context.mounted) record("Mounted", podOf(context.uid), context.volume, { path: context.path });
      return { mounted: true, backoffMs: 0, notBefore: 0 };
    },
    noteFailure({ context }) {
      const backoffMs =
        context.backoffMs === 0 ? FIRST_BACKOFF_MS : Math.min(context.backoffMs * 2, LONGEST_BACKOFF_MS);
      return { backoffMs, notBefore: sim.now + backoffMs };
    },
  };

  const machine = new MachineTable<VolumeContext, VolumeEvent>(sim, name, volumeMachine, effects);

  function attempt(
    key: string,
    context: VolumeContext,
    pod: Pod,
    raise: (event: VolumeEvent) => void,
  ): Partial<VolumeContext> {
    const { volume, uid } = context;
    const again = (): Partial<VolumeContext> => {
      raise({ type: "LOOK_AGAIN" });
      return { notBefore: sim.now + LOOK_AGAIN_MS };
    };
    const fault =
      faults.get(`${podObject(pod).slice("pod/".length)}/${volume.name}`) ??
      faults.get(`${podObject(pod).slice("pod/".length)}/*`);
    if (fault !== undefined) return failed(pod, volume, fault, raise);
    if (context.persistentVolume !== null) {
      if (!attached(context)) return again();
      if (context.path) k.host.fs.mkdir(context.path);
      raise({ type: "DONE" });
      return {};
    }
    const known = contents.get(key);
    const result = setUpVolume(k, pod, volume, known, tokenSource(uid, volume));
    if ("later" in result) return again();
    if (!result.ok) return failed(pod, volume, result.error, raise);
    if (result.payload) {
      if (known && !samePayload(known, result.payload))
        record("Updated", pod, volume, { files: Object.keys(result.payload) });
      contents.set(key, result.payload);
    }
    raise({ type: "DONE" });
    return { path: result.path };
  }

  function failed(
    pod: Pod,
    volume: Volume,
    error: string,
    raise: (event: VolumeEvent) => void,
  ): Partial<VolumeContext> {
    k.events.event(
      { pod },
      "Warning",
      "FailedMount",
      `MountVolume.SetUp failed for volume "${volume.name}" : ${error}`,
    );
    raise({ type: "FAILED" });
    return {};
  }

  /** Attachable volumes are set up once the node's status lists them. */
  function attached({ persistentVolume, path }: VolumeContext): boolean {
    if (!path?.endsWith("/mount")) return true;
    return (k.objects.node()?.status?.volumesAttached ?? []).some((v) =>
      v.name.endsWith(`^${persistentVolume}`),
    );
  }

  const stateOf = (uid: string, volume: string): VolumeContext | undefined =>
    machine.get(keyOf(uid, volume))?.context;
  const unmounted = (pod: Pod): string[] => {
    const uid = pod.metadata?.uid ?? "";
    return expectedVolumes(pod).filter((volume) => !stateOf(uid, volume)?.mounted);
  };

  /** `unmounted volumes=[…], unattached volumes=[…], failed to process volumes=[…]: CAUSE`. */
  function waitError(pod: Pod, cause: string): string {
    const uid = pod.metadata?.uid ?? "";
    const open = unmounted(pod);
    const unattached = open.filter((volume) => {
      const state = stateOf(uid, volume);
      return state?.persistentVolume && !state.problem && !attached(state);
    });
    const unprocessed = open.filter((volume) => stateOf(uid, volume)?.problem);
    const list = (names: readonly string[]): string => `[${names.join(" ")}]`;
    return `unmounted volumes=${list(open)}, unattached volumes=${list(unattached)}, failed to process volumes=${list(unprocessed)}: ${cause}`;
  }

  const problemsOf = (pod: Pod): string[] =>
    expectedVolumes(pod).flatMap((volume) => stateOf(pod.metadata?.uid ?? "", volume)?.problem ?? []);

  /** Something changed for a pod that waits: its next poll looks. Polls in between would find nothing. */
  function poll(uid: string): void {
    const waiter = waiters.get(uid);
    if (!waiter) return;
    if (unmounted(waiter.pod).length > 0 && problemsOf(waiter.pod).length === 0) return;
    const delayMs = POLL_MS - ((sim.now - waiter.since) % POLL_MS);
    sim.send({ to: waiterName, key: uid }, { type: "POLL" }, { delayMs, timer: "poll", cause: waiter.cause });
  }

  function answer(uid: string, fields: Readonly<Record<string, unknown>>): void {
    const waiter = waiters.get(uid);
    if (!waiter) return;
    waiters.delete(uid);
    sim.cancelAll({ to: waiterName, key: uid });
    sim.reply(waiter.reply, fields, { cause: waiter.cause });
  }

  sim.component(waiterName, (event, uid) => {
    const waiter = waiters.get(uid);
    if (!waiter) return;
    const problems = problemsOf(waiter.pod);
    if (problems.length > 0)
      answer(uid, { error: waitError(waiter.pod, problems.join("; ")), populatorError: true });
    else if (unmounted(waiter.pod).length === 0) answer(uid, {});
    else if (event.type === "TIMEOUT")
      answer(uid, { error: waitError(waiter.pod, "context deadline exceeded") });
  });

  /** Starts what is not there yet; looks again at what may have changed. */
  function want(pod: Pod): void {
    const uid = pod.metadata?.uid ?? "";
    const expected = new Set(expectedVolumes(pod));
    for (const volume of pod.spec?.volumes ?? []) {
      if (!expected.has(volume.name)) continue;
      const key = keyOf(uid, volume.name);
      const row = machine.get(key);
      if (!row) machine.start(key, { uid, volume });
      else if (row.value === "unprocessed" || (row.value === "mounted" && contentChanged(pod, volume, key)))
        machine.send(key, { type: "REMOUNT" });
    }
  }

  function contentChanged(pod: Pod, volume: Volume, key: string): boolean {
    if (!hasContent(volume)) return false;
    const uid = pod.metadata?.uid ?? "";
    if (tokens.missing(uid, volume).length > 0) return true;
    const content = contentOf(k, pod, volume, tokenSource(uid, volume));
    if ("later" in content) return false;
    const known = contents.get(key);
    return !content.ok || !known || !samePayload(known, content.payload);
  }

  /** Takes down all volumes of a pod; a volume of the pod's own goes with its files. */
  function tearDown(uid: string, pod: Pod | undefined): void {
    for (const key of [...machine.keys()].filter((key) => key.startsWith(`${uid}/`))) {
      const { volume } = machine.get(key)?.context ?? {};
      machine.stop(key);
      contents.delete(key);
      if (!volume) continue;
      const plugin = pluginOf(volume);
      if (plugin) k.host.fs.remove(volumeDir(uid, plugin, volume.name));
      record("Unmounted", pod, volume);
    }
    tokens.forget(uid);
    k.host.fs.remove(volumesDir(uid));
    k.host.fs.remove(`${podDir(uid)}/volume-subpaths`);
  }

  return {
    waitForAttachAndMount(pod, reply) {
      const uid = pod.metadata?.uid ?? "";
      if (expectedVolumes(pod).length === 0) return sim.reply(reply, {});
      waiters.set(uid, { reply, since: sim.now, cause: sim.cause, pod });
      want(pod);
      if (unmounted(pod).length === 0) return answer(uid, {});
      sim.send({ to: waiterName, key: uid }, { type: "TIMEOUT" }, { delayMs: TIMEOUT_MS, timer: "timeout" });
    },
    cancelWait(uid) {
      const waiter = waiters.get(uid);
      if (waiter) answer(uid, { error: waitError(waiter.pod, "context canceled") });
    },
    waitForUnmount(pod, reply) {
      // The loops have taken the volumes down since the containers stopped; this is the first look at it.
      tearDown(pod.metadata?.uid ?? "", pod);
      sim.reply(reply, {});
    },
    volumePath(uid, volume) {
      const state = stateOf(uid, volume);
      return state?.mounted ? (state.path ?? undefined) : undefined;
    },
    podHasVolumesOnDisk(uid) {
      const plugins = k.host.fs.list(volumesDir(uid)) ?? [];
      if (plugins.length === 0) return false;
      // Volumes that an earlier kubelet left for a pod that is gone are taken down by the reconciler.
      if (k.podManager.byUid(uid) || k.podWorkers.couldHaveRunningContainers(uid)) return true;
      tearDown(uid, undefined);
      return false;
    },
    failSetUps(now) {
      for (const where of [...faults.keys()]) if (!(where in now)) faults.delete(where);
      for (const [where, error] of Object.entries(now)) faults.set(where, error);
    },
    volumesInUse: () =>
      [...machine.keys()].flatMap((key) => {
        const { persistentVolume, path } = machine.get(key)?.context ?? {};
        return persistentVolume && path?.endsWith("/mount")
          ? [`kubernetes.io/csi/csi.example.com^${persistentVolume}`]
          : [];
      }),
    start() {
      const phase = (loop: string): Ms =>
        sim.now + Math.floor(sim.draw(`volumes.${loop}`, nodeName) * LOOP_MS);
      phases.set({ populator: phase("populator"), reconciler: phase("reconciler") });
    },
    stop() {
      for (const key of [...machine.keys()]) machine.stop(key);
      for (const uid of [...waiters.keys()]) {
        sim.cancelAll({ to: waiterName, key: uid });
        waiters.delete(uid);
      }
      for (const key of [...contents.keys()]) contents.delete(key);
    },
  };
}

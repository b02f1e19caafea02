/**
 * How the kubelet's managers see each other. Each manager lives in a folder of its own, keeps its state in kernel
 * tables named `NODE/<folder>` or `NODE/<folder>/<what>`, and is made by a function
 * `create<Manager>(k: Kubelet): <Manager>`; `src/kubelet/kubelet.ts` puts them together. Calls between managers are
 * plain synchronous calls, as upstream's are; whatever takes time answers through the heap (`ReplyTo`).
 *
 * Folder and maker: events createEventRecorder · sync-loop createPodManager, createWorkQueue, createSyncLoop · config
 * createPodConfig · pod-workers createPodWorkers · pleg createPodCache, createPleg · kuberuntime createRuntime · images
 * createImageManager · prober createProberManager · status createStatusManager · volume-manager createVolumeManager ·
 * env createObjectStore (and `generateRunContainerOptions(k, pod, container, podIps)`) · cm createContainerManager ·
 * admission createAdmission · eviction createEvictionManager · node-status createNodeStatusManager · lease createLeaseController ·
 * logs createContainerLogManager. Each folder's
 * `index.ts` exports its maker.
 *
 * A manager must not call another one while it is being created: the fields of `Kubelet` are filled in order and are
 * complete before the first event is dispatched (`start()` of each manager is called then, in the order of Run).
 */
import type { ComponentId, NodePart } from "../api/component-ids.ts";
import type { ApiClient } from "../api/contract.ts";
import type {
  ConfigMap,
  Container,
  ContainerStatus,
  EphemeralContainer,
  Node,
  Pod,
  PodStatus,
  Secret,
  Service,
} from "../api/types.ts";
import type { CriClient, Mount, RuntimeImage } from "../cri/contract.ts";
import type { NodeHost } from "../node/contract.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms, ReplyTo, Seq } from "../sim/types.ts";
import type {
  FeatureGates,
  PlegEvent,
  PodOperation,
  PodSource,
  ProbeResult,
  ProbeType,
  RuntimePodStatus,
  StartError,
  SyncPodType,
} from "./types.ts";

/** KubeletConfiguration v1beta1, the fields the model reads; defaults in `kubelet-config.ts`. Durations in ms. */
export interface KubeletConfig {
  readonly syncFrequencyMs: Ms;
  readonly fileCheckFrequencyMs: Ms;
  readonly httpCheckFrequencyMs: Ms;
  readonly staticPodPath: string;
  readonly staticPodUrl: string;
  readonly nodeStatusUpdateFrequencyMs: Ms;
  readonly nodeStatusReportFrequencyMs: Ms;
  readonly nodeLeaseDurationSeconds: number;
  readonly maxPods: number;
  /** Most processes of a pod; -1: no limit. */
  readonly podPidsLimit: number;
  readonly serializeImagePulls: boolean;
  readonly maxParallelImagePulls?: number;
  readonly registryPullQps: number;
  readonly registryBurst: number;
  readonly maxContainerRestartPeriodMs: Ms;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly runtimeRequestTimeoutMs: Ms;
  /** Bytes; negative: logs are not rotated. */
  readonly containerLogMaxSize: number;
  readonly containerLogMaxFiles: number;
  readonly containerLogMonitorIntervalMs: Ms;
  readonly imageMinimumGcAgeMs: Ms;
  readonly imageHighThresholdPercent: number;
  readonly imageLowThresholdPercent: number;
  readonly evictionHard: Readonly<Record<string, string>>;
  readonly evictionSoft: Readonly<Record<string, string>>;
  readonly evictionSoftGracePeriodMs: Readonly<Record<string, Ms>>;
  readonly evictionMinimumReclaim: Readonly<Record<string, string>>;
  readonly evictionPressureTransitionMs: Ms;
  readonly evictionMaxPodGracePeriod: number;
  readonly enforceNodeAllocatable: readonly string[];
  readonly localStorageCapacityIsolation: boolean;
  /** Out of memory ends one process, and not its whole container. */
  readonly singleProcessOomKill: boolean;
  readonly systemReserved: Readonly<Record<string, string>>;
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly shutdownGracePeriodMs: Ms;
  readonly shutdownGracePeriodCriticalPodsMs: Ms;
  /** Periods by priority, instead of the two above where there is one. */
  readonly shutdownGracePeriodByPodPriority: readonly ShutdownGracePeriodByPodPriority[];
  readonly eventRecordQps: number;
  readonly eventBurst: number;
  readonly enableServer: boolean;
  readonly featureGates: FeatureGates;
  /** Log verbosity of the klog view (2 by default, as most installers set it). */
  readonly verbosity: number;
}

/** Pods of this priority and more, below that of the next period, get that long when the node shuts down. */
export interface ShutdownGracePeriodByPodPriority {
  readonly priority: number;
  readonly shutdownGracePeriodSeconds: number;
}

/** What all managers share. */
export interface Kubelet {
  readonly sim: Simulation;
  readonly nodeName: string;
  readonly config: KubeletConfig;
  readonly cri: CriClient;
  readonly api: ApiClient;
  readonly host: NodeHost;
  /** Virtual ms at which this kubelet process started; before 0 s for a cluster that has been up. */
  startedAt(): Ms;
  /** True while the process runs; a stopped kubelet drops events that reach it. */
  running(): boolean;
  /** Component id of a part: `NODE/PART`. */
  id(part: NodePart): ComponentId;
  /** Now as an RFC 3339 stamp with whole seconds, as the API keeps it. */
  stamp(at?: Ms): string;
  /** Virtual ms of an RFC 3339 stamp. */
  timeOf(stamp: string): Ms;

  readonly podManager: PodManager;
  readonly podConfig: PodConfig;
  readonly syncLoop: SyncLoop;
  readonly workQueue: WorkQueue;
  readonly podWorkers: PodWorkers;
  readonly podCache: PodCache;
  readonly pleg: Pleg;
  readonly runtime: GenericRuntime;
  readonly images: ImageManager;
  readonly prober: ProberManager;
  readonly status: StatusManager;
  readonly volumes: VolumeManager;
  readonly objects: ObjectStore;
  readonly cgroups: ContainerManager;
  readonly admission: Admission;
  readonly allocation: AllocationManager;
  readonly eviction: EvictionManager;
  readonly events: EventRecorder;
  readonly nodeShutdown: NodeShutdownManager;
  readonly nodeStatus: NodeStatusManager;
  readonly lease: LeaseController;
  readonly containerLogs: ContainerLogManager;
}

/** Every manager may have these; `kubelet.ts` calls them in the order of Run, and at a stop of the process. */
export interface Lifecycle {
  /** Starts loops. `warm`: the kubelet has been up for ten minutes at 0 s; loops start at drawn phases. */
  start?(options: { readonly warm: boolean }): void;
  /** The process ends: forget what only memory held (tables that stand for the kubelet's memory), stop machines. */
  stop?(): void;
}

// --- events (events/) --------------------------------------------------------------------------------------

export interface EventTarget {
  readonly pod?: Pod;
  /** Event on a container: involvedObject.fieldPath is set, container ids in the message become the name. */
  readonly container?: { readonly name: string; readonly kind: "init" | "regular" | "ephemeral" };
  /** Event on the node. */
  readonly node?: string;
}

export interface EventRecorder extends Lifecycle {
  /** Writes `event.<Reason>` and sends it through the correlator to the API. Returns the record. */
  event(target: EventTarget, type: "Normal" | "Warning", reason: string, message: string): Seq;
}

// --- pods known to the kubelet (sync-loop/) ----------------------------------------------------------------

export interface PodManager {
  /** All pods but mirror pods, in order of arrival. */
  pods(): readonly Pod[];
  byUid(uid: string): Pod | undefined;
  byFullName(fullName: string): Pod | undefined;
  byName(namespace: string, name: string): Pod | undefined;
  mirrorOf(pod: Pod): Pod | undefined;
  /**
   * UID of the mirror pod that stands for a static pod in the API: "" for a static pod without one, the UID itself for
   * any other pod. It is known on after the static pod is gone, as long as the mirror is there (GetUIDTranslations).
   */
  apiUid(uid: string): string;
  /** UID of the static pod that a mirror pod stands for, else the UID itself (TranslatePodUID). */
  translateUid(uid: string): string;
  staticOf(mirror: Pod): Pod | undefined;
  set(pod: Pod): void;
  remove(pod: Pod): void;
  /** tryReconcileMirrorPods, in every sync of a static pod: creates or replaces the mirror pod that the sync was given. */
  reconcileMirror(pod: Pod, mirrorPod: Pod | undefined): void;
}

export interface WorkQueue {
  /** Sets when a pod is to be synced again; a newer call replaces the older. */
  enqueue(uid: string, delayMs: Ms): void;
  /** UIDs due before now, taken out. */
  takeDue(): readonly string[];
  dueAt(uid: string): Ms | undefined;
  /** The process ends. */
  clear(): void;
}

// --- configuration (config/) ---------------------------------------------------------------------------------

export interface PodUpdate {
  readonly op: PodOperation;
  readonly source: PodSource;
  readonly pods: readonly Pod[];
}

export interface PodConfig extends Lifecycle {
  /** Every source has sent a set and the loop has handled it. */
  allSourcesReady(): boolean;
  addSource(source: PodSource): void;
}

// --- the loop (sync-loop/) -----------------------------------------------------------------------------------

export interface ProbeUpdate {
  readonly probe: ProbeType;
  readonly podUid: string;
  readonly containerId: string;
  readonly result: ProbeResult;
}

export interface SyncLoop extends Lifecycle {
  /** The loop's channels. Each call leaves an item in its channel and lets the loop turn. */
  config(update: PodUpdate): void;
  plegEvent(event: PlegEvent): void;
  probeResult(update: ProbeUpdate): void;
  /** Errors that hold the gate closed, in upstream's order; empty when the loop may work. */
  runtimeErrors(): readonly string[];
  /** Text of the network error, or null. */
  networkError(): string | null;
  /** Asks the runtime for its status now, as the fast node status does at start-up. */
  updateRuntimeUp(): void;
  /** Pods that count on this node: admitted and not finished. */
  activePods(): readonly Pod[];
  /** A victim of a preemption has stopped: the loop may go on admitting. */
  preempted(): void;
}

// --- pod workers (pod-workers/) --------------------------------------------------------------------------------

/** Fields that the status of a pod gets when it is killed. */
export interface KilledStatus extends Partial<PodStatus> {
  /** A pod that has succeeded keeps its phase. */
  readonly keepSucceeded?: boolean;
}

export interface KillPodOptions {
  readonly evict?: boolean;
  readonly gracePeriodSecondsOverride?: number;
  /** Status to set when the kill begins (eviction, preemption). */
  readonly status?: KilledStatus;
  /** Told when the containers are stopped. */
  readonly completed?: ReplyTo;
}

export interface UpdatePodOptions {
  readonly updateType: SyncPodType;
  readonly pod?: Pod;
  /** Runtime-only pod: known to the runtime, not to any source. */
  readonly runningPod?: RuntimePodStatus;
  readonly mirrorPod?: Pod;
  readonly startTimeMs?: Ms;
  readonly kill?: KillPodOptions;
}

export interface KnownPodWorker {
  readonly state: "SyncPod" | "TerminatingPod" | "TerminatedPod";
  readonly orphan: boolean;
  readonly hasConfig: boolean;
  readonly static: boolean;
}

export interface PodWorkers extends Lifecycle {
  updatePod(options: UpdatePodOptions): void;
  /** Housekeeping: forget finished workers that nobody wants, end orphans. */
  syncKnownPods(desired: readonly Pod[]): ReadonlyMap<string, KnownPodWorker>;
  isPodKnownTerminated(uid: string): boolean;
  couldHaveRunningContainers(uid: string): boolean;
  shouldPodBeFinished(uid: string): boolean;
  isPodTerminationRequested(uid: string): boolean;
  shouldPodContainersBeTerminating(uid: string): boolean;
  shouldPodRuntimeBeRemoved(uid: string): boolean;
  shouldPodContentBeRemoved(uid: string): boolean;
  isPodForMirrorPodTerminatingByFullName(fullName: string): boolean;
}

// --- PLEG and its cache (pleg/) ---------------------------------------------------------------------------------

export interface Pleg extends Lifecycle {
  /** Asks for a relist of one pod at once (gate PLEGOnDemandRelist). */
  requestRelist(uid: string): void;
  /** The next relist inspects the pod even when nothing changed. */
  requestReinspect(uid: string): void;
  /** Null when healthy, else the text after `PLEG is not healthy: `. */
  unhealthy(): string | null;
}

export interface PodCacheEntry {
  readonly status: RuntimePodStatus;
  readonly error?: string;
}

export interface PodCache {
  /** An empty status where nothing is known. */
  get(uid: string): PodCacheEntry;
  /** Answers `{entry}` once the cache is newer than `minMs` for this pod: at once, or after a relist. */
  getNewerThan(uid: string, minMs: Ms, reply: ReplyTo): void;
  /** Of every pod that was seen last. */
  statuses(): Iterable<RuntimePodStatus>;
}

// --- the runtime manager (kuberuntime/) ---------------------------------------------------------------------------

export interface SyncResult {
  readonly action:
    | "StartContainer"
    | "KillContainer"
    | "InitContainer"
    | "CreatePodSandbox"
    | "ConfigPodSandbox"
    | "KillPodSandbox"
    | "ResizePodInPlace"
    | "RemoveContainer";
  /** Container or pod it was done to. */
  readonly target: string;
  readonly error?: StartError;
}

export interface PodSyncResult {
  readonly results: readonly SyncResult[];
  /** Error of the sync as a whole (`failed to SyncPod: …`). */
  readonly syncError?: string;
}

export interface GenericRuntime extends Lifecycle {
  /** SyncPod of kuberuntime; answers `{podSyncResult}`. */
  syncPod(
    pod: Pod,
    apiStatus: PodStatus,
    runtimeStatus: RuntimePodStatus,
    options: { restartAllContainers: boolean },
    reply: ReplyTo,
  ): void;
  /** killPod; answers `{error?: string}` once every container and sandbox is stopped. */
  killPod(
    pod: Pod | undefined,
    runtimeStatus: RuntimePodStatus,
    gracePeriodOverride: number | undefined,
    reply: ReplyTo,
  ): void;
  /** Reads the pod straight from the runtime; answers `{status?: RuntimePodStatus, error?: string}`. */
  getPodStatus(pod: { uid: string; name: string; namespace: string }, reply: ReplyTo): void;
  /** Pods that run something now, as the runtime cache has them (housekeeping; forced refresh): `{pods?, error?}`. */
  runningPods(reply: ReplyTo): void;
  /** Last error of a start of that container, until a start succeeds (reason cache). */
  startError(uid: string, container: string): StartError | undefined;
  /** Removes dead instances of a container but the newest `keep` (cleanUpContainersInPod). */
  cleanUpContainers(uid: string, exitedContainerId: string, removeAll: boolean): void;
  /** A running container was given other cpu or memory than the pod now asks for. */
  isPodResizeInProgress(pod: Pod, runtimeStatus: RuntimePodStatus): boolean;
  /** One pass of the container garbage collection now; answers `{errors}`. `evictNonDeletedPods`: the node is out of disk. */
  garbageCollect(evictNonDeletedPods: boolean, reply: ReplyTo | null): void;
}

// --- logs (logs/) -----------------------------------------------------------------------------------------------

/** Rotates logs of running containers; they go with their container (see kuberuntime/removal.ts). */
export interface ContainerLogManager extends Lifecycle {}

// --- images (images/) ------------------------------------------------------------------------------------------------

export interface ImageManager extends Lifecycle {
  /** EnsureImageExists; answers `{imageRef?, image?: RuntimeImage, error?: StartError}`. Events are its own. */
  ensureImageExists(
    pod: Pod,
    container: Container | EphemeralContainer,
    target: EventTarget,
    reply: ReplyTo,
  ): void;
  /** Images as the node status lists them. */
  imageList(): readonly RuntimeImage[];
  /** Removes every unused image (the node is out of disk); answers `{error: string | null, freed, removed}`. */
  deleteUnusedImages(reply: ReplyTo | null): void;
}

// --- probes (prober/) ---------------------------------------------------------------------------------------------------

export interface ProberManager extends Lifecycle {
  addPod(pod: Pod): void;
  stopLivenessAndStartup(pod: Pod): void;
  removePod(pod: Pod): void;
  /** Stops workers of pods that are not in the set. */
  cleanupPods(desiredUids: ReadonlySet<string>): void;
  /** Sets `ready` and `started` in the container statuses; triggers readiness workers that wait. */
  updatePodStatus(pod: Pod, status: PodStatus): PodStatus;
  /** Stored result of a container, if there is one. */
  result(probe: ProbeType, containerId: string): ProbeResult | undefined;
}

// --- status (status/) ------------------------------------------------------------------------------------------------------

export interface StatusManager extends Lifecycle {
  getPodStatus(uid: string): PodStatus | undefined;
  setPodStatus(pod: Pod, status: PodStatus): void;
  setContainerReadiness(podUid: string, containerId: string, ready: boolean): void;
  setContainerStartup(podUid: string, containerId: string, started: boolean): void;
  /** The pod's containers are gone and will not come back: final status, API deletion allowed. */
  terminatePod(pod: Pod): void;
  removeOrphanedStatuses(isKnown: (uid: string) => boolean): void;
  /** Readiness gates: the Ready condition in the API copy is not what it should be. */
  needToReconcilePodReadiness(pod: Pod): boolean;
  /** PodReadyToStartContainers = True at once, when the sandbox is up (OnPodSandboxReady). */
  onPodSandboxReady(pod: Pod): void;
  /** generateAPIPodStatus: what the kubelet would report of the pod now. */
  generateAPIPodStatus(pod: Pod, runtime: RuntimePodStatus, podIsTerminal: boolean): PodStatus;
  /** Condition PodResizeInProgress: true where it changed, and the generation of one that was taken away. */
  readonly resize: {
    /** Reasons other than Infeasible become Deferred. True when reason or generation changed. */
    setPending(uid: string, reason: string, message: string, observedGeneration: number): boolean;
    clearPending(uid: string): void;
    /** What the API knows of a resize, after a restart of the kubelet. */
    backfill(uid: string, conditions: NonNullable<PodStatus["conditions"]>): void;
    setInProgress(uid: string, reason: string, message: string, observedGeneration: number): boolean;
    clearInProgress(uid: string): number | undefined;
  };
}

// --- allocation (allocation/) ------------------------------------------------------------------------------------

export interface AllocationManager extends Lifecycle {
  /** The pod with the resources it holds; the same pod where they are what its spec asks for. */
  holding(pod: Pod): Pod;
  /** The pod was admitted: it holds what it asks for, or, after a restart of the kubelet, what it held before. */
  admitted(pod: Pod): void;
  /** A pod changed: a resize it may ask for is tried. */
  updated(pod: Pod): void;
  /** Resources may have become free: resizes that wait are tried again. */
  retry(): void;
  removeOrphans(isKnown: (uid: string) => boolean): void;
}

// --- volumes (volume-manager/) -----------------------------------------------------------------------------------------------

export interface VolumeManager extends Lifecycle {
  /** Answers `{error?: string, populatorError?: boolean}`: ready, or why not after at most 2 m 3 s. */
  waitForAttachAndMount(pod: Pod, reply: ReplyTo): void;
  cancelWait(uid: string): void;
  /** Answers `{error?: string}` once all volumes of the pod are unmounted. */
  waitForUnmount(pod: Pod, reply: ReplyTo): void;
  /** Host directory of a mounted volume; undefined when it is not mounted. */
  volumePath(uid: string, volume: string): string | undefined;
  podHasVolumesOnDisk(uid: string): boolean;
  /**
   * Faults of what is behind volumes, from now on: set-up of `NAMESPACE/POD/VOLUME` (`*` for any volume of the pod)
   * fails with that text.
   */
  failSetUps(faults: Readonly<Record<string, string>>): void;
}

/** Objects that pods refer to (secret, configmap and service managers): what the kubelet has seen last. */
export interface ObjectStore extends Lifecycle {
  registerPod(pod: Pod): void;
  unregisterPod(pod: Pod): void;
  configMap(namespace: string, name: string): { ok: true; value: ConfigMap } | { ok: false; error: string };
  secret(namespace: string, name: string): { ok: true; value: Secret } | { ok: false; error: string };
  /** Handler of a pod's RuntimeClass; empty where it names none. */
  runtimeHandler(pod: Pod): { ok: true; value: string } | { ok: false; error: string };
  services(namespace: string): readonly Service[];
  node(): Node | undefined;
}

export interface RunContainerOptions {
  readonly env: readonly (readonly [string, string])[];
  readonly mounts: readonly Mount[];
  readonly hostname: string;
}

/** GenerateRunContainerOptions (env/): environment and mounts, or the text of CreateContainerConfigError. */
export type RunContainerOptionsResult =
  | { ok: true; options: RunContainerOptions }
  | { ok: false; error: string };

// --- cgroups (cm/) and admission (admission/) -----------------------------------------------------------------------------------

export interface ContainerManager extends Lifecycle {
  podCgroupExists(uid: string): boolean;
  /** Creates or updates; null, or the text of the error. */
  ensurePodCgroup(pod: Pod): string | null;
  destroyPodCgroup(uid: string): void;
  /** UIDs that have a cgroup. */
  podCgroups(): readonly string[];
  cgroupParent(pod: Pod): string;
}

export interface Admission extends Lifecycle {
  /** Null when admitted, else reason and message of the rejection. */
  admit(pod: Pod, activePods: readonly Pod[]): { reason: string; message: string } | null;
  /** UIDs of pods being killed for the critical pod that was admitted last; the loop waits until none is left. */
  preempting(): readonly string[];
}

// --- evictions (eviction/) ---------------------------------------------------------------------------------------------------------

export interface EvictionManager extends Lifecycle {
  /** Null when the node's pressure lets the pod come, else reason and message of the rejection. */
  admit(pod: Pod): { reason: string; message: string } | null;
  underPressure(type: "MemoryPressure" | "DiskPressure" | "PIDPressure"): boolean;
}

// --- graceful node shutdown (nodeshutdown/) ---------------------------------------------------------------------------------------

export interface NodeShutdownManager extends Lifecycle {
  /** Null unless the node is shutting down, else reason and message of the rejection. */
  admit(): { reason: string; message: string } | null;
  /** Error of the Ready condition while the node is shutting down, else null. */
  shutdownStatus(): string | null;
  /** logind's PrepareForShutdown. `released` is told when the kubelet lets go of its delay lock, at once if it has none. */
  prepareForShutdown(shuttingDown: boolean, released: ReplyTo | null): void;
}

// --- node (node-status/, lease/) -----------------------------------------------------------------------------------------------------

export interface NodeStatusManager extends Lifecycle {
  /** A report now, out of turn. */
  sync(): void;
  /** The Node as last read or written. */
  node(): Node | undefined;
  /** Who is asked for the pressure conditions (the eviction manager); called once while the kubelet is put together. */
  setPressureSource(source: (type: "MemoryPressure" | "DiskPressure" | "PIDPressure") => boolean): void;
}

export interface LeaseController extends Lifecycle {
  lastRenewalMs(): Ms | undefined;
}

export type { ContainerStatus };

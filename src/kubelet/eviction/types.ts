/** Shapes of the eviction manager (pkg/kubelet/eviction/api/types.go) and what it reads of the stats summary (v1alpha1). */
import type { Ms } from "../../sim/types.ts";

export type NodePressure = "MemoryPressure" | "DiskPressure" | "PIDPressure";

/** What runs short, as messages name it. */
export type StarvedResource = "memory" | "ephemeral-storage" | "inodes" | "pids";

/** A quantity as written, or a fraction of the capacity (0…1, single precision as upstream keeps it). */
export type ThresholdValue = { readonly quantity: string } | { readonly percentage: number };

/** A threshold is met when less than its value is available. Grace period 0: hard. */
export interface Threshold {
  readonly signal: string;
  readonly value: ThresholdValue;
  readonly gracePeriodMs: Ms;
  readonly minReclaim?: ThresholdValue;
}

/** What was seen of a signal: bytes, inodes or processes. */
export interface Observation {
  readonly available: number;
  readonly capacity: number;
  /** How amounts of it are written: bytes in powers of two. */
  readonly format: "BinarySI" | "DecimalSI";
  /** When it was measured, ms; absent where the summary does not say. */
  readonly timeMs?: number;
}

export type Observations = Readonly<Record<string, Observation>>;

export interface FsStats {
  readonly time?: string;
  readonly availableBytes?: number;
  readonly capacityBytes?: number;
  readonly usedBytes?: number;
  readonly inodesFree?: number;
  readonly inodes?: number;
  readonly inodesUsed?: number;
}

export interface MemoryStats {
  readonly time?: string;
  readonly availableBytes?: number;
  readonly workingSetBytes?: number;
}

export interface ContainerStats {
  readonly name?: string;
  readonly memory?: MemoryStats;
  readonly rootfs?: FsStats;
  readonly logs?: FsStats;
}

export interface PodStats {
  readonly podRef?: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly containers?: readonly ContainerStats[];
  readonly memory?: MemoryStats;
  readonly volume?: readonly (FsStats & { readonly name: string })[];
  readonly "ephemeral-storage"?: FsStats;
  readonly process_stats?: { readonly process_count?: number };
}

export interface Summary {
  readonly node: {
    readonly memory?: MemoryStats;
    readonly fs?: FsStats;
    readonly runtime?: { readonly imageFs?: FsStats; readonly containerFs?: FsStats };
    readonly rlimit?: { readonly time?: string; readonly maxpid?: number; readonly curproc?: number };
    readonly systemContainers?: readonly ContainerStats[];
  };
  readonly pods?: readonly PodStats[];
}

/** Statistics of a pod, if there are any. */
export type StatsOf = (pod: { readonly metadata?: { readonly uid?: string } }) => PodStats | undefined;

/** How the disks of a node are laid out. */
export interface DiskLayout {
  /** Images have a disk of their own. */
  readonly imageFs: boolean;
  /** Writable layers are not where the images are. */
  readonly splitContainerFs: boolean;
}

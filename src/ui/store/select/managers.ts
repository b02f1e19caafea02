/** One or two live lines for each manager's plate, read from its tables and the trace. */
import type { TraceRecord } from "../../../sim/index.ts";
import { byWorld } from "../memo.ts";
import { rows } from "../world.ts";
import { nodeOf } from "./nodes.ts";
import { type PodView, podsOnNode } from "./pods.ts";
import { indexOf } from "./trace-index.ts";

/** Time of the latest renewal or report; the key is `NODE TYPE`. */
export const periodOf = byWorld((w, key): number | undefined => {
  const [node = "", type = ""] = key.split(" ");
  const index = indexOf(w.trace);
  if (type === "lease.renew")
    return index.latest("lease.renew", `node/${node}`)?.record.time ?? index.latestAt(`${node}/lease`)?.time;
  return index.latestAt(`${node}/node-status`)?.time;
});

export interface ConfigView {
  readonly op: string;
  readonly object: string;
  readonly source: string;
}

const OPS = new Set(["ADD", "UPDATE", "DELETE", "REMOVE", "RECONCILE"]);

/** The last operation that a source handed to the loop. */
export const configOf = byWorld((w, node): ConfigView | undefined => {
  const found = w.trace.records.findLast(
    (r) => r.type.startsWith("syncloop.") && OPS.has(r.type.slice(9)) && r.to.startsWith(`${node}/`),
  );
  return (
    found && { op: found.type.slice(9), object: found.object, source: String(found.data["source"] ?? "api") }
  );
});

export interface StatusView {
  readonly latest: readonly { readonly object: string; readonly fresh: boolean }[];
  readonly queue: number;
}

/** The pods reported last; fresh while the answer is out. */
export const statusOf = byWorld((w, node): StatusView => {
  const latest = new Map<string, boolean>();
  const answered = new Set<number>();
  const { records } = w.trace;
  for (let i = records.length - 1, seen = 0; i >= 0 && seen < 400 && latest.size < 2; i--, seen++) {
    const r = records[i]!;
    if (r.type === "reply" && r.cause !== null) answered.add(r.cause);
    if (r.type === "status.patch" && r.from.startsWith(`${node}/`) && !latest.has(r.object))
      latest.set(r.object, !answered.has(r.seq));
  }
  const queue = [...latest.values()].filter(Boolean).length;
  return { latest: [...latest].map(([object, fresh]) => ({ object, fresh })), queue };
});

export interface WorkerView {
  readonly pod: PodView;
  /** It runs one of the three syncs at this moment. */
  readonly working: boolean;
  /** `SyncPod`, `SyncTerminatingPod`, `SyncTerminatedPod`. */
  readonly activity: string;
  /** When the work queue wakes it, if it waits for something. */
  readonly wakesAt: number | undefined;
  readonly lastSeq: number;
}

const SYNCS = ["SyncPod", "SyncTerminatingPod", "SyncTerminatedPod"] as const;

export const workersOf = byWorld((w, node): readonly WorkerView[] => {
  const index = indexOf(w.trace);
  const queue = rows<unknown>(w.tables, `${node}/sync-loop/work-queue`);
  return podsOnNode(w.tables, node).map((pod) => {
    const found = SYNCS.map((s) => index.latest(`podworker.${s}`, pod.id)?.record).filter(
      (r): r is TraceRecord => r !== undefined,
    );
    const last = found.sort((a, b) => b.seq - a.seq)[0];
    const due = queue.get(pod.uid);
    const wakesAt = typeof due === "number" ? due : undefined;
    return {
      pod,
      working: last?.data["start"] !== undefined && last.data["start"] !== false,
      activity: last?.type.slice(10) ?? "",
      wakesAt: pod.state === "waiting" ? wakesAt : undefined,
      lastSeq: last?.seq ?? 0,
    };
  });
});

/** Volumes that the volume manager has mounted on a node. */
export const volumesOf = byWorld((w, node): number => {
  const mounted = rows<{ state?: string }>(w.tables, `${node}/volume-manager/mounted`);
  return mounted.size;
});

/** Name of the image that is being pulled, if one is. */
export const imagesLineOf = byWorld((w, node): string => {
  const { records } = w.trace;
  const answered = new Set<number>();
  for (let i = records.length - 1, seen = 0; i >= 0 && seen < 600; i--, seen++) {
    const r = records[i]!;
    if (r.type === "reply" && r.cause !== null) answered.add(r.cause);
    if (r.type === "cri.PullImage" && r.from.startsWith(`${node}/`))
      return answered.has(r.seq) ? "" : shortImage(String(r.data["image"] ?? ""));
  }
  return "";
});

/** The call to the runtime that is out, if one is. */
export const runtimeLineOf = byWorld(
  (w, node): { readonly rpc: string; readonly object: string } | undefined => {
    const { records } = w.trace;
    const answered = new Set<number>();
    for (let i = records.length - 1, seen = 0; i >= 0 && seen < 60; i--, seen++) {
      const r = records[i]!;
      if (r.type === "reply" && r.cause !== null) answered.add(r.cause);
      if (r.type.startsWith("cri.") && r.from === `${node}/kuberuntime` && !answered.has(r.seq))
        return { rpc: r.type.slice(4), object: r.object };
    }
    return undefined;
  },
);

export interface ImageView {
  readonly name: string;
  readonly bytes: number;
  readonly pulling: boolean;
}

/** `registry.k8s.io/pause:3.10` as `pause:3.10`. */
export const shortImage = (name: string): string =>
  name
    .split("/")
    .at(-1)
    ?.replace(/@.*$/, "")
    .replace(/:latest$/, "") ?? name;

/** Images of a node, the largest first, one that is being pulled before them. */
export const imagesOf = byWorld((w, node): readonly ImageView[] => {
  const status = nodeOf(w.tables, node)?.node.status?.images ?? [];
  const known = status.map((i) => ({
    name: shortImage(i.names?.find((n) => !n.includes("@")) ?? i.names?.[0] ?? ""),
    bytes: i.sizeBytes ?? 0,
    pulling: false,
  }));
  const pulling = imagesLineOf(w, node);
  return [
    ...(pulling && !known.some((i) => i.name === pulling)
      ? [{ name: pulling, bytes: 0, pulling: true }]
      : []),
    ...known.sort((a, b) => b.bytes - a.bytes),
  ];
});

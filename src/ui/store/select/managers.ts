/** One or two live lines for each manager's plate, read from its tables and the trace. */
import type { RuntimeImage } from "../../../cri/contract.ts";
import type { TraceRecord } from "../../../sim/index.ts";
import { byWorld } from "../memo.ts";
import { rows } from "../world.ts";
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

/** The pods reported last; fresh while the answer is out. The queue holds versions that have not been sent. */
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
  const sent = rows<number>(w.tables, `${node}/status/sent`);
  let queue = 0;
  for (const [uid, entry] of rows<{ version?: number }>(w.tables, `${node}/status/pods`))
    if ((entry.version ?? 0) > (sent.get(uid) ?? 0)) queue++;
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
  const queue = rows<number>(w.tables, `${node}/work-queue`);
  const status = rows<{ working?: boolean }>(w.tables, `${node}/pod-workers/status`);
  return podsOnNode(w.tables, node).map((pod) => {
    const found = SYNCS.map((s) => index.latest(`podworker.${s}`, pod.id)?.record).filter(
      (r): r is TraceRecord => r !== undefined,
    );
    const last = found.sort((a, b) => b.seq - a.seq)[0];
    return {
      pod,
      working: status.get(pod.uid)?.working ?? false,
      activity: last?.type.slice(10) ?? "",
      wakesAt: pod.state === "waiting" ? queue.get(pod.uid) : undefined,
      lastSeq: last?.seq ?? 0,
    };
  });
});

/** Volumes that the volume manager has mounted on a node. */
export const volumesOf = byWorld((w, node): number => {
  let mounted = 0;
  for (const v of rows<{ value?: unknown }>(w.tables, `${node}/volumes`).values())
    if (v.value === "mounted") mounted++;
  return mounted;
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
  const stored = rows<{ image: RuntimeImage }>(w.tables, `${node}/containerd/images`);
  const known = [...stored.values()].map(({ image }) => ({
    name: shortImage(image.repoTags[0] ?? image.repoDigests[0] ?? image.id),
    bytes: image.sizeBytes,
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

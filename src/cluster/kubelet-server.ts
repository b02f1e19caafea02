/**
 * What the API server proxies to a node's kubelet: container logs and exec; and what a node's journal shows
 * (pkg/kubelet/server, pkg/registry/core/pod/strategy.go: ResourceLocation).
 */
import type { Pod } from "../api/types.ts";
import { writeKubeletConfig } from "../kubelet/kubelet-config.ts";
import {
  findContainerLog,
  formatKlogLine,
  isKubeletRecord,
  klogLines,
  type LogReader,
  openLog,
  readOn,
  rotatedLogs,
} from "../kubelet/logs/index.ts";
import type { Ms, ReplyTo, TraceRecord } from "../sim/types.ts";
import type { Cluster, ClusterNode } from "./cluster.ts";

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly sinceTime?: string;
  readonly timestamps: boolean;
  readonly follow: boolean;
}

/** What `/configz` answers: the configuration in effect. */
export const kubeletConfigz = (node: ClusterNode): Readonly<Record<string, unknown>> =>
  writeKubeletConfig(node.process.kubelet.config);

/** Where a follower stands: the file and the reader in it, and the latest that was rotated away before. */
interface Cursor {
  readonly path: string;
  readonly reader: LogReader;
  readonly rotated: string;
  /** Bytes that the file had, and what of its end was not read yet: a long file loses its beginning. */
  readonly size: number;
  readonly behind: number;
}

/** How much of a text's end, in UTF-16 units, has that many bytes. */
function unitsOfLast(text: string, bytes: number): number {
  let at = text.length;
  for (let left = bytes; left > 0 && at > 0; ) {
    const unit = text.charCodeAt(--at);
    left -= unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return text.length - at;
}

/** Where a follower's reader stands in a file that has grown. */
function standing({ reader, size, behind }: Cursor, content: string, now: number): LogReader {
  if (now < size) return reader;
  return { ...reader, offset: Math.max(0, content.length - unitsOfLast(content, now - size) - behind) };
}

export type LogReply =
  | { readonly ok: true; readonly text: string; readonly cursor: unknown; readonly ended: boolean }
  | {
      readonly ok: false;
      readonly code: number;
      readonly reason: string;
      readonly message: string;
      /** How long the API server tried before it gave up. */
      readonly afterMs?: Ms;
    };

/** A neighbour that does not answer is given up after three probes of a second. */
const NO_ROUTE_MS: Ms = 3_050;
const KUBELET_PORT = 10250;
const REASONS: Readonly<Record<number, string>> = {
  400: "BadRequest",
  404: "NotFound",
  500: "InternalError",
};

function nodeOf(cluster: Cluster, pod: Pod): ClusterNode | undefined {
  return pod.spec?.nodeName ? cluster.node(pod.spec.nodeName) : undefined;
}

interface Unreachable {
  readonly message: string;
  readonly afterMs: Ms;
}

/** Why a kubelet does not answer, or null when it does. */
function unreachable(node: ClusterNode, method: string, path: string): Unreachable | null {
  const off = node.machine.loads.get().off;
  if (!off && node.process.kubelet.running()) return null;
  const address = `${node.machine.info.internalIp}:${KUBELET_PORT}`;
  const why = off ? "no route to host" : "connection refused";
  return {
    message: `${method} "https://${address}${path}": dial tcp ${address}: connect: ${why}`,
    afterMs: off ? NO_ROUTE_MS : 0,
  };
}

/** Reads a container's log as the kubelet's `/containerLogs` does; with a cursor, what came since. */
export function readContainerLog(cluster: Cluster, query: LogRequest, cursor: unknown): LogReply {
  const pod = cluster.store.get<Pod>("Pod", query.namespace, query.pod);
  const refuse = (code: number, message: string, afterMs?: Ms): LogReply => ({
    ok: false,
    ...(afterMs ? { afterMs } : {}),
    code,
    reason: REASONS[code] ?? "InternalError",
    message,
  });
  if (!pod) return refuse(404, `pods "${query.pod}" not found`);
  const node = nodeOf(cluster, pod);
  if (!node) return { ok: true, text: "", cursor: null, ended: true };
  const down = unreachable(node, "Get", `/containerLogs/${query.namespace}/${query.pod}/${query.container}`);
  if (down) return refuse(500, down.message, down.afterMs);
  const known = cursor as Cursor | null;
  const found = findContainerLog(
    node.process.kubelet,
    query.namespace,
    query.pod,
    query.container,
    query.previous,
  );
  if (!known && !found.ok)
    return found.code === 200
      ? { ok: true, text: found.error, cursor: null, ended: true }
      : refuse(found.code, found.error);
  const path = known?.path ?? (found.ok ? found.path : "");
  const running = found.ok && found.path === path && found.running;
  const content = node.machine.fs.read(path);
  if (content === undefined && !known)
    return refuse(
      404,
      `failed to try resolving symlinks in path "${path}": lstat ${path}: no such file or directory`,
    );
  const options = {
    ...(query.tailLines !== undefined ? { tailLines: query.tailLines } : {}),
    ...(query.limitBytes !== undefined ? { limitBytes: query.limitBytes } : {}),
    ...(query.sinceTime !== undefined ? { sinceTime: query.sinceTime } : {}),
    timestamps: query.timestamps,
    follow: query.follow,
  };
  let reader = known?.reader ?? openLog(content ?? "", options);
  let text = "";
  let behind = 0;
  const read = (from: string): void => {
    const more = readOn(reader, from, options, new Set(["stdout", "stderr"] as const));
    reader = more.reader;
    behind = Math.max(0, from.length - reader.offset);
    text += more.output.map((o) => o.text).join("");
  };
  const { latest, since } = rotatedSince(node, path, known);
  // A follower reads the file it began with to its end, wherever it has gone, then the one that took its place.
  const old = since ?? path;
  let size = node.machine.fs.size(old) ?? 0;
  if (known) {
    const begun = (since === undefined ? content : node.machine.fs.read(since)) ?? "";
    reader = standing(known, begun, size);
    read(begun);
  }
  if (content !== undefined && (!known || since !== undefined)) {
    if (known) reader = { ...reader, offset: 0 };
    read(content);
    size = node.machine.fs.size(path) ?? 0;
  }
  const rotated = known && content === undefined ? known.rotated : latest;
  const at: Cursor = { path, reader, rotated, size, behind };
  return {
    ok: true,
    text,
    cursor: at,
    ended: !query.follow || !running || reader.done,
  };
}

/** The latest log that was rotated away, and the first since a follower looked last. */
function rotatedSince(
  node: ClusterNode,
  path: string,
  known: Cursor | null,
): { readonly latest: string; readonly since: string | undefined } {
  const names = node.machine.fs.list(path.slice(0, path.lastIndexOf("/"))) ?? [];
  const rotated = rotatedLogs(path, names);
  const uncompressed = (log: string): string => log.replace(/\.gz$/, "");
  const since = known ? rotated.find((log) => uncompressed(log) > known.rotated) : undefined;
  return { latest: uncompressed(rotated.at(-1) ?? known?.rotated ?? ""), since };
}

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin?: string;
}

/** Runs a command in a container; pieces and the end come as `exec` on the reply's event. */
export function execInContainer(cluster: Cluster, query: ExecRequest, reply: ReplyTo): void {
  const { sim } = cluster;
  const fail = (message: string): void => sim.reply(reply, { exec: { type: "error", message } });
  const pod = cluster.store.get<Pod>("Pod", query.namespace, query.pod);
  if (!pod) {
    fail(`pods "${query.pod}" not found`);
    return;
  }
  const node = nodeOf(cluster, pod);
  if (!node) {
    fail(`pod ${query.pod} does not have a host assigned`);
    return;
  }
  const asked = [
    ...query.command.map((word) => `command=${encodeURIComponent(word)}`),
    "error=1",
    ...(query.stdin !== undefined ? ["input=1"] : []),
    "output=1",
  ].join("&");
  const path = `/exec/${query.namespace}/${query.pod}/${query.container}?${asked}`;
  const down = unreachable(node, "Post", path);
  if (down) {
    const message = `Internal error occurred: error sending request: ${down.message}`;
    sim.reply(reply, { exec: { type: "error", message } }, { delayMs: down.afterMs });
    return;
  }
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.ephemeralContainerStatuses ?? []),
  ];
  const status = statuses.find((s) => s.name === query.container);
  const instance = node.process.kubelet.podCache
    .get(pod.metadata?.uid ?? "")
    .status.containers.find((c) => c.name === query.container && c.state === "running");
  if (!instance) {
    fail(
      status
        ? `Internal error occurred: unable to upgrade connection: container not found ("${query.container}")`
        : `unable to upgrade connection: container not found ("${query.container}")`,
    );
    return;
  }
  node.runtime.exec(
    {
      containerId: instance.id,
      command: query.command,
      ...(query.stdin !== undefined ? { stdin: true, input: query.stdin } : {}),
    },
    reply,
  );
}

export interface JournalEntry {
  readonly at: number;
  readonly identifier: string;
  readonly pid: number;
  readonly text: string;
  readonly priority: number;
}

const PRIORITY: Readonly<Record<string, number>> = { I: 6, W: 4, E: 3 };

/** Index of the first record at or after a time; records stand in order of time. */
function firstAt(records: readonly TraceRecord[], time: Ms): number {
  let [from, to] = [0, records.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((records[middle]?.time ?? 0) < time) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Process of the kubelet that ran at 0 s. */
const FIRST_PID = 812;

/** The kubelet's log as the journal has it, from the trace. */
export function kubeletJournal(cluster: Cluster, node: ClusterNode, since: number): JournalEntry[] {
  const { verbosity } = node.process.kubelet.config;
  const unit = node.machine.unit("kubelet");
  const out: JournalEntry[] = [];
  const records = cluster.sim.trace.all();
  for (let i = firstAt(records, since); i < records.length; i++) {
    const record = records[i] as TraceRecord;
    if (!isKubeletRecord(record, node.name)) continue;
    // Lines from before the last start are those of a process that is gone.
    const pid = record.time < unit.since ? FIRST_PID : unit.pid;
    for (const line of klogLines(record)) {
      if (line.verbosity > verbosity) continue;
      const text = formatKlogLine(line, record.time, { epochMs: cluster.epochMs, verbosity, pid });
      out.push({
        at: record.time + (line.after ?? 0),
        identifier: "kubelet",
        pid,
        text,
        priority: PRIORITY[text[0] ?? "I"] ?? 6,
      });
    }
  }
  return out.sort((a, b) => a.at - b.at);
}

/** One record into the life of one container. */
import type { ContainerStatus, PodStatus } from "../../api/types.ts";
import type { TraceRecord } from "../../sim/types.ts";
import { begin, type ContainerDraft, close, openSegment, type PodDraft } from "./drafts.ts";
import type { ProbeRun, ProbeType } from "./model.ts";

const alive = (c: ContainerDraft): boolean =>
  /^(running|ready|terminating)$/.test(openSegment(c.segments)?.kind ?? "");

export function foldContainer(pod: PodDraft, c: ContainerDraft, record: TraceRecord): void {
  const { type, time, seq, data } = record;
  switch (type) {
    case "cri.PullImage":
      c.pulling = seq;
      begin(c.segments, "pulling", time, seq, String(data["image"] ?? ""));
      return;
    case "event.Pulling":
      if (openSegment(c.segments)?.kind !== "pulling")
        begin(c.segments, "pulling", time, seq, imageIn(data["message"]));
      return;
    case "event.Pulled":
      if (openSegment(c.segments)?.kind !== "running") begin(c.segments, "creating", time, seq);
      return;
    case "cri.CreateContainer":
      begin(c.segments, "creating", time, seq);
      return;
    case "cri.StartContainer":
      c.starting = seq;
      begin(c.segments, "creating", time, seq);
      return;
    case "reply":
      foldReply(c, record);
      return;
    case "container.start":
    case "container.started":
    case "event.Started":
    case "pleg.ContainerStarted":
      started(c, record);
      return;
    case "container.exit":
    case "container.exited":
    case "pleg.ContainerDied":
      exited(pod, c, record);
      return;
    case "cri.StopContainer":
      stopping(c, record);
      return;
    case "event.Killing":
      if (alive(c)) begin(c.segments, "terminating", time, seq);
      return;
    case "event.BackOff":
    case "event.Failed":
      failing(c, record);
      return;
    case "syncloop.PROBE":
      if (data["probe"] === "readiness")
        ready(c, record, data["result"] === "success" || data["status"] === "ready");
      return;
    case "prober.liveness":
    case "prober.readiness":
    case "prober.startup":
      probed(c, type.slice(7) as ProbeType, record);
  }
}

/** The sandbox is up, or could not be made: its span ends, and the wait for what comes next begins. */
export function endSandbox(pod: PodDraft, { time, seq }: TraceRecord): void {
  pod.sandbox = 0;
  for (const c of pod.containers.values()) {
    const open = openSegment(c.segments);
    if (open?.kind !== "creating" || open.label !== "sandbox") continue;
    close(c.segments, time);
    begin(c.segments, "creating", time, seq, c.reason);
  }
}

function foldReply(c: ContainerDraft, record: TraceRecord): void {
  const failed = record.data["error"] !== undefined;
  if (record.cause === c.pulling && c.pulling > 0) {
    c.pulling = 0;
    if (!failed && openSegment(c.segments)?.kind === "pulling")
      begin(c.segments, "creating", record.time, record.seq);
  } else if (record.cause === c.starting && c.starting > 0) {
    c.starting = 0;
    if (!failed) started(c, record);
  }
}

function started(c: ContainerDraft, { time, seq }: TraceRecord): void {
  if (alive(c)) return;
  // PLEG tells of it a second later: by then it may have ended again.
  const last = c.segments.at(-1);
  if (last?.kind === "exited" && time - last.from < 3_000 && c.starts.length > 0) return;
  c.starts.push(time);
  begin(c.segments, "running", time, seq);
}

function exited(pod: PodDraft, c: ContainerDraft, record: TraceRecord): void {
  const { time, seq, data } = record;
  const code =
    typeof data["exitCode"] === "number"
      ? data["exitCode"]
      : typeof data["code"] === "number"
        ? data["code"]
        : null;
  const last = c.exits.at(-1);
  const id = String(data["containerId"] ?? "");
  const told = id !== "" && c.ended.has(id);
  if (id !== "") c.ended.add(id);
  if (told || !alive(c) || (last && last.at >= (c.starts.at(-1) ?? 0))) {
    if (last && last.code === null && code !== null) c.exits[c.exits.length - 1] = { ...last, code };
    return;
  }
  c.exits.push({ at: time, seq, code, reason: String(data["reason"] ?? "") });
  if (code === 137 && c.signals.at(-1)?.signal === "SIGTERM")
    c.signals.push({ at: time, seq, signal: "SIGKILL" });
  if (pod.deleting) begin(c.segments, "terminating", time, seq);
  else begin(c.segments, "exited", time, seq).code = code;
}

function stopping(c: ContainerDraft, { time, seq, data }: TraceRecord): void {
  if (!alive(c)) return;
  const open = begin(c.segments, "terminating", time, seq);
  const grace = Number(data["timeoutMs"]);
  if (Number.isFinite(grace) && grace > 0) open.until = time + grace;
  c.signals.push({ at: time, seq, signal: "SIGTERM" });
}

/** An image that cannot be had, a container that cannot be made: it waits, and the reason says for what. */
function failing(c: ContainerDraft, { type, time, seq, data }: TraceRecord): void {
  if (alive(c)) return;
  const message = String(data["message"] ?? "");
  if (type === "event.BackOff") {
    const image = /^Back-off pulling image/.test(message);
    const open = openSegment(c.segments);
    if (open?.kind === "exited") open.label = "CrashLoopBackOff";
    else waiting(c, time, seq, image ? "ImagePullBackOff" : "CrashLoopBackOff");
    return;
  }
  const reason = /^Error: (\w+)/.exec(message)?.[1] ?? "";
  if (/^(ErrImage|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|RegistryUnavailable)/.test(reason))
    waiting(c, time, seq, reason);
  else if (/^Failed to pull image/.test(message)) waiting(c, time, seq, "ErrImagePull");
  else waiting(c, time, seq, String(data["reason"] ?? "Failed"));
}

function waiting(c: ContainerDraft, time: number, seq: number, reason: string): void {
  const open = openSegment(c.segments);
  if (open?.kind === "waiting") open.label = reason;
  else begin(c.segments, "waiting", time, seq, reason);
}

function ready(c: ContainerDraft, { time, seq }: TraceRecord, yes: boolean): void {
  const open = openSegment(c.segments);
  if (yes && open?.kind === "running") begin(c.segments, "ready", time, seq);
  else if (!yes && open?.kind === "ready") begin(c.segments, "running", time, seq);
}

function probed(c: ContainerDraft, type: ProbeType, { time, seq, data }: TraceRecord): void {
  const runs = c.probes.get(type) ?? [];
  const result =
    data["result"] === "success" ? "success" : data["result"] === "failure" ? "failure" : "unknown";
  const run: ProbeRun = { at: time, seq, result, output: String(data["output"] ?? "") };
  runs.push(run);
  c.probes.set(type, runs);
}

/** What a patch of the status tells the API of each container: readiness, and why one waits. */
export function foldStatus(
  containers: { container(pod: PodDraft, name: string): ContainerDraft },
  pod: PodDraft,
  record: TraceRecord,
): void {
  const patch = (record.data["patch"] ?? record.data["status"]) as Partial<PodStatus> | undefined;
  if (typeof patch !== "object" || patch === null) return;
  const statuses = [
    ...(patch.initContainerStatuses ?? []),
    ...(patch.containerStatuses ?? []),
  ] as readonly ContainerStatus[];
  for (const status of statuses) {
    const c = containers.container(pod, status.name);
    const { waiting: wait, running } = status.state ?? {};
    if (running) ready(c, record, status.ready);
    else if (wait?.reason && /BackOff$|^Err|Error$|^InvalidImageName$/.test(wait.reason)) {
      const open = openSegment(c.segments);
      if (open?.kind === "exited" || open?.kind === "waiting") open.label = wait.reason;
      else if (!alive(c) && open?.kind === "creating") waiting(c, record.time, record.seq, wait.reason);
    } else if (wait?.reason === "PodInitializing" && !alive(c) && c.starts.length === 0) {
      c.reason = wait.reason;
      if (pod.sandbox === 0)
        begin(c.segments, "creating", c.segments.length === 0 ? pod.from : record.time, record.seq, c.reason);
    }
  }
}

const imageIn = (message: unknown): string => /image "([^"]+)"/.exec(String(message ?? ""))?.[1] ?? "";

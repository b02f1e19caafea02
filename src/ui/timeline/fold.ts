/**
 * The trace, record by record, into lives of pods, containers and nodes. Only the trace is read, so that the past is
 * drawn the same whether it was watched, rewound to or opened from a link; what the specs add comes in `lanes.ts`.
 */
import type { Ms, Seq, TraceRecord } from "../../sim/types.ts";
import {
  begin,
  type ContainerDraft,
  close,
  type NodeDraft,
  newContainer,
  newNode,
  newPod,
  type PodDraft,
} from "./drafts.ts";
import { endSandbox, foldContainer, foldStatus } from "./fold-container.ts";
import { foldNode } from "./fold-node.ts";
import { type FaultDraft, faultOf, inputLabel, targetOf } from "./inputs.ts";

/** How far down an input's consequences are still called its own. */
const INPUT_DEPTH = 6;

export class RunFold {
  /** Number of the last record read. */
  seq: Seq = 0;
  time: Ms = 0;
  readonly pods = new Map<string, PodDraft>();
  readonly nodes = new Map<string, NodeDraft>();
  /** Inputs and faults that no pod has claimed; they stand on the node's lane. */
  readonly inputs: FaultDraft[] = [];
  readonly claimed = new Set<Seq>();
  readonly #roots = new Map<Seq, { input: TraceRecord; depth: number }>();
  readonly #containerIds = new Map<string, string>();

  feed(record: TraceRecord): void {
    this.seq = record.seq;
    this.time = record.time;
    this.#root(record);
    if (record.type.startsWith("input.")) {
      this.#input(record);
      return;
    }
    if (record.object.startsWith("node/")) {
      this.#node(record, record.object);
      return;
    }
    const { pods, container } = this.place(record);
    for (const id of pods) this.#pod(record, id, container);
  }

  /** Pods and container a record is about. */
  place(record: TraceRecord): { pods: readonly string[]; container: string } {
    const { object, data } = record;
    const said = typeof data["pod"] === "string" ? data["pod"] : "";
    const id = object.startsWith("pod/") ? object : said.startsWith("pod/") ? said : "";
    if (id) {
      const [, namespace, name, named] = id.split("/");
      const known = this.#containerIds.get(bareId(data["containerId"]));
      const container =
        named ?? (typeof data["container"] === "string" ? data["container"] : known?.split("/")[3]);
      return { pods: [`pod/${namespace}/${name}`], container: container ?? "" };
    }
    const many = data["pods"];
    if (Array.isArray(many) && record.type.startsWith("syncloop."))
      return { pods: many.map((p) => `pod/${String(p)}`), container: "" };
    return { pods: [], container: "" };
  }

  pod(id: string, at: Ms): PodDraft {
    let pod = this.pods.get(id);
    if (!pod) {
      pod = newPod(id, at);
      this.pods.set(id, pod);
    }
    return pod;
  }

  node(id: string): NodeDraft {
    let node = this.nodes.get(id);
    if (!node) {
      node = newNode(id);
      this.nodes.set(id, node);
    }
    return node;
  }

  container(pod: PodDraft, name: string): ContainerDraft {
    let container = pod.containers.get(name);
    if (!container) {
      container = newContainer(name);
      container.segments.push(...pod.own.map((s) => ({ ...s })));
      pod.containers.set(name, container);
    }
    return container;
  }

  #root(record: TraceRecord): void {
    if (record.type.startsWith("input.")) this.#roots.set(record.seq, { input: record, depth: 0 });
    else if (record.cause !== null) {
      const above = this.#roots.get(record.cause);
      if (above && above.depth < INPUT_DEPTH)
        this.#roots.set(record.seq, { input: above.input, depth: above.depth + 1 });
    }
  }

  #input(record: TraceRecord): void {
    if (record.type === "input.clear") {
      const clear = (record.data["clear"] ?? record.data) as Readonly<Record<string, unknown>>;
      for (const fault of this.inputs) {
        if (
          fault.kind === "fault" &&
          fault.to > record.time &&
          (fault.seq === clear["id"] || fault.label === clear["type"])
        )
          fault.to = record.time;
      }
      for (const { inputs } of [...this.pods.values(), ...this.nodes.values()]) {
        for (const [i, mark] of inputs.entries()) {
          if (
            mark.kind === "fault" &&
            (mark.to ?? 0) > record.time &&
            (mark.seq === clear["id"] || mark.label === clear["type"])
          )
            inputs[i] = { ...mark, to: record.time };
        }
      }
      return;
    }
    if (record.type === "input.fault") {
      const fault = faultOf(record);
      const target = targetOf(record);
      const draft = target.startsWith("pod/")
        ? this.pods.get(target)
        : target
          ? this.node(target)
          : undefined;
      if (!draft) this.inputs.push(fault);
      else {
        draft.inputs.push({
          at: fault.at,
          seq: fault.seq,
          kind: "fault",
          label: fault.label,
          ...(fault.oneShot ? {} : { to: fault.to }),
        });
        draft.version++;
      }
      return;
    }
    this.inputs.push({
      at: record.time,
      seq: record.seq,
      kind: "input",
      label: inputLabel(record),
      to: record.time,
      oneShot: true,
    });
  }

  #pod(record: TraceRecord, id: string, container: string): void {
    const { type, time, seq, data } = record;
    const known = this.pods.get(id);
    // A life is over; only a new creation begins another on the same lane.
    if (
      known?.ended !== null &&
      known &&
      !/^(api\.create|scheduler\.bind|syncloop\.ADD|event\.Scheduled)$/.test(type)
    )
      return;
    const pod = this.pod(id, time);
    if (known?.ended !== null && known) {
      pod.ended = null;
      pod.deleting = null;
      pod.own.length = 0;
      begin(pod.own, "creating", time, seq);
      for (const c of pod.containers.values()) begin(c.segments, "creating", time, seq);
    }
    pod.version++;
    pod.seen = time;
    if (!known) begin(pod.own, "creating", time, seq);
    this.#claim(record, pod);
    if (typeof data["node"] === "string" && data["node"] !== "" && type === "scheduler.bind")
      pod.node = data["node"];
    if (record.from.includes("/") && pod.node === "") pod.node = record.from.split("/")[0] ?? "";
    const bare = bareId(data["containerId"]);
    if (bare && container && type.startsWith("cri.")) this.#containerIds.set(bare, `${id}/${container}`);

    if (type.startsWith("event.")) {
      const reason = type.slice(6);
      pod.events.push({
        at: time,
        seq,
        reason,
        warning: data["type"] === "Warning",
        message: String(data["message"] ?? ""),
      });
    }
    switch (type) {
      case "api.delete":
      case "syncloop.DELETE":
        if (record.from !== "apiserver" && !record.from.endsWith("/status-manager"))
          this.#deleting(pod, record);
        break;
      case "podworker.SyncTerminatingPod":
        if (pod.deleting === null) for (const c of pod.containers.values()) terminate(c, record);
        break;
      case "syncloop.REMOVE":
        this.#end(pod, time);
        return;
      case "reply":
        if (record.cause === pod.deleting?.seq && Number(data["code"]) >= 400) this.#kept(pod, record);
        // The network plugin answers containerd while the call is still under way.
        if (record.cause === pod.sandbox && pod.sandbox > 0 && !record.from.endsWith("/cni"))
          endSandbox(pod, record);
        break;
      case "cri.RunPodSandbox":
        pod.sandbox = seq;
        begin(pod.own, "creating", time, seq, "sandbox");
        for (const c of pod.containers.values())
          if (c.segments.at(-1)?.kind === "creating") begin(c.segments, "creating", time, seq, "sandbox");
        break;
      case "status.patch":
        foldStatus(this, pod, record);
        break;
    }
    if (container) foldContainer(pod, this.container(pod, container), record);
    else if (type === "reply") for (const c of pod.containers.values()) foldContainer(pod, c, record);
  }

  /** The input that led to a change of the pod's object is drawn under the pod. */
  #claim(record: TraceRecord, pod: PodDraft): void {
    if (!record.type.startsWith("api.") || record.cause === null) return;
    const input = this.#roots.get(record.cause)?.input;
    if (!input || pod.inputs.some((i) => i.seq === input.seq)) return;
    this.claimed.add(input.seq);
    pod.inputs.push({ at: input.time, seq: input.seq, kind: "input", label: inputLabel(input) });
  }

  #deleting(pod: PodDraft, record: TraceRecord): void {
    if (pod.deleting !== null) return;
    pod.deleting = { at: record.time, seq: record.seq };
    begin(pod.own, "terminating", record.time, record.seq);
    for (const c of pod.containers.values()) terminate(c, record);
  }

  /** The deletion was refused: all is as it was before it was asked for. */
  #kept(pod: PodDraft, { time, cause }: TraceRecord): void {
    pod.deleting = null;
    for (const segments of [pod.own, ...[...pod.containers.values()].map((c) => c.segments)]) {
      if (segments.at(-1)?.seq !== cause) continue;
      segments.pop();
      const before = segments.at(-1);
      if (before) before.to = Number.POSITIVE_INFINITY;
      else begin(segments, "creating", time, cause ?? 0);
    }
  }

  #end(pod: PodDraft, at: Ms): void {
    pod.ended = at;
    close(pod.own, at);
    for (const c of pod.containers.values()) close(c.segments, at);
  }

  #node(record: TraceRecord, id: string): void {
    const node = this.node(id);
    node.version++;
    foldNode(node, record);
  }
}

/** Whatever the container does, it is now on its way out; a finished one stays finished. */
function terminate(container: ContainerDraft, { time, seq }: TraceRecord): void {
  if (container.segments.at(-1)?.kind !== "exited") begin(container.segments, "terminating", time, seq);
}

const bareId = (id: unknown): string => (typeof id === "string" ? (id.split("://").at(-1) ?? "") : "");

/**
 * containerd behind the CRI of one node. Calls are records; what changes state does so when the call's latency is
 * over, then the answer goes out. Reads that the kubelet repeats all the time (`quiet`) cost one heap entry and no
 * record. State lies in kernel tables named `NODE/containerd/…`.
 */
import type { DirNode } from "../../node/fs.ts";
import type { Machine } from "../../node/machine.ts";
import type { ClusterNetwork } from "../../node/network.ts";
import type { Cell, Simulation, Table } from "../../sim/index.ts";
import type { Ms, ReplyTo, Seq } from "../../sim/types.ts";
import type { ContainerStatusCri, CriClient, CriError, CriRpc, CriRpcs, PodSandbox } from "../contract.ts";
import type { Registry } from "../images/registry.ts";
import type { Os } from "../os/os.ts";
import type { OsState } from "../os/state.ts";
import * as containers from "./containers.ts";
import { addImage } from "./images.ts";
import * as memory from "./memory.ts";
import { runOs } from "./os-world.ts";
import { about, begin, caller, type Outcome, perform, READS, read, resultOf, summary } from "./rpcs.ts";
import * as sandboxes from "./sandboxes.ts";
import { serve } from "./server.ts";
import * as sessions from "./sessions.ts";
import {
  type CallRow,
  type ContainerRow,
  CUT_OFF,
  DOWN,
  type ImageRow,
  LATENCIES,
  type Listing,
  NO_FAULTS,
  objectOf,
  type RuntimeFaults,
  type RuntimeLatencies,
  type SandboxRow,
  type SessionRow,
} from "./state.ts";

export interface ContainerdOptions {
  readonly sim: Simulation;
  readonly machine: Machine;
  readonly network: ClusterNetwork;
  readonly registry: Registry;
  readonly latencies?: Partial<RuntimeLatencies>;
  /** Images present at 0 s. */
  readonly images?: readonly string[];
}

export class Containerd implements CriClient {
  readonly sim: Simulation;
  readonly machine: Machine;
  readonly network: ClusterNetwork;
  readonly registry: Registry;
  readonly latencies: RuntimeLatencies;
  readonly node: string;
  readonly id: string;
  readonly sandboxes: Table<SandboxRow>;
  readonly containers: Table<ContainerRow>;
  /** Lines in the logs of containers so far, for the digits of stamps. */
  readonly logged: Table<number>;
  readonly images: Table<ImageRow>;
  readonly rootfs: Table<DirNode>;
  readonly os: Table<OsState>;
  readonly sessions: Table<SessionRow>;
  /** Dispatches under way, by sandbox; empty between events. */
  readonly dispatches = new Map<string, Os>();
  readonly #faults: Cell<RuntimeFaults>;
  readonly #listing: Cell<Listing>;
  /** Who follows the stream of events. */
  readonly #watcher: Cell<ReplyTo | null>;
  readonly #sessionCount: Cell<number>;
  readonly #whole = new WeakMap<
    Listing,
    { sandboxes: readonly PodSandbox[]; containers: readonly ContainerStatusCri[] }
  >();

  constructor(options: ContainerdOptions) {
    const { sim, machine } = options;
    this.sim = sim;
    this.machine = machine;
    this.network = options.network;
    this.registry = options.registry;
    this.latencies = { ...LATENCIES, ...options.latencies };
    this.node = machine.info.name;
    this.id = `${this.node}/containerd`;
    this.sandboxes = sim.table(`${this.id}/sandboxes`);
    this.containers = sim.table(`${this.id}/containers`);
    this.logged = sim.table(`${this.id}/logged`);
    this.images = sim.table(`${this.id}/images`);
    this.rootfs = sim.table(`${this.id}/rootfs`);
    this.os = sim.table(`${this.id}/os`);
    this.sessions = sim.table(`${this.id}/sessions`);
    this.#faults = sim.cell(`${this.id}/faults`, NO_FAULTS);
    this.#listing = sim.cell<Listing>(`${this.id}/listing`, { pods: {} });
    this.#watcher = sim.cell<ReplyTo | null>(`${this.id}/watcher`, null);
    this.#sessionCount = sim.cell(`${this.id}/session-count`, 0);
    sim.component(this.id, (event, key) => this.#event(event as never, key));
    sim.component(`${this.node}/container`, (event, key) => {
      if (event.type === "wake") this.runOs(key, (os) => os.timer(event.pid, event.tag));
      else if (event.type === "net")
        this.runOs(key, (os) =>
          os.post(event.pid, { type: "net", tag: event.tag, result: { kind: event.kind, ...event.result } }),
        );
    });
    this.network.attach(this.node, serve(this));
    machine.attachUsage(memory.usageSource(this));
    for (const name of options.images ?? []) addImage(this, name);
  }

  // --- calls -----------------------------------------------------------------------------------------------

  call<R extends CriRpc>(
    rpc: R,
    request: CriRpcs[R]["request"],
    reply: ReplyTo,
    options: { quiet?: boolean; data?: Record<string, unknown> } = {},
  ): void {
    const { pod, container, attempt, from, ...more } = (options.data ?? {}) as {
      pod?: string;
      container?: string;
      attempt?: number;
      from?: string;
    };
    const subject = about(this, rpc, request);
    const call: CallRow = {
      rpc,
      request,
      reply,
      seq: null,
      startedAt: this.sim.now,
      from: from ?? `${this.node}/${caller(rpc, request, more)}`,
      object: subject.pod ? objectOf(subject.pod, subject.container) : "",
    };
    const down = this.down();
    if (options.quiet && !down && READS.has(rpc)) {
      this.sim.reply(reply, { result: resultOf(read(this, call)) }, { delayMs: this.latencies.cri });
      return;
    }
    const whose = pod?.startsWith("pod/") ? pod.split("/") : undefined;
    const data = {
      ...more,
      ...((pod ?? subject.pod)
        ? { pod: whose?.[2] ?? pod ?? subject.pod!.name, namespace: whose?.[1] ?? subject.pod?.namespace }
        : {}),
      ...((container ?? subject.container) ? { container: container ?? subject.container } : {}),
      ...((attempt ?? subject.attempt) !== undefined ? { attempt: attempt ?? subject.attempt } : {}),
      ...summary(rpc, request),
    };
    const seq =
      options.quiet && !down
        ? null
        : this.sim.record({ from: call.from, to: this.id, type: `cri.${rpc}`, object: call.object, data });
    this.sim.under(seq ?? this.sim.cause, () => {
      const numbered = { ...call, seq };
      if (down) this.later(numbered, 1, { error: DOWN });
      else begin(this, numbered);
    });
  }

  /** Latency with its small seeded jitter. */
  jittered(ms: Ms, object: string): Ms {
    return Math.max(1, Math.round(ms * (0.9 + 0.2 * this.sim.draw("cri.latency", `${this.node}/${object}`))));
  }

  /** Goes on with a call when its latency is over; with an error, only the answer is left to do. */
  later(call: CallRow, delayMs: Ms, outcome: { error?: CriError } = {}): void {
    this.sim.send(
      { to: this.id },
      { type: "call", call, ...outcome },
      { delayMs, cause: call.seq ?? this.sim.cause },
    );
  }

  /** Sends the answer of a call, with its record. */
  answer(call: CallRow, found: Outcome, extraMs: Ms = 0): void {
    // An answer that is due while containerd is gone: the connection had broken.
    const outcome = this.down() && !("error" in found) ? { error: CUT_OFF } : found;
    let cause = call.seq;
    if (call.seq !== null) {
      const data = {
        rpc: call.rpc,
        latency: this.sim.now - call.startedAt,
        ...("error" in outcome ? { error: outcome.error.desc, code: outcome.error.code } : {}),
      };
      cause = this.sim.record({
        from: this.id,
        to: call.from,
        type: "reply",
        object: call.object,
        data,
        cause: call.seq,
        // What it had waited for: the end of a process, say.
        also: this.sim.cause !== null && this.sim.cause !== call.seq ? [this.sim.cause] : [],
      });
    }
    this.sim.reply(
      call.reply,
      { result: resultOf(outcome) },
      { delayMs: extraMs, cause: cause ?? this.sim.cause },
    );
  }

  #event(
    event: { type: string; call: CallRow; error?: CriError; id: string; key: string },
    key: string,
  ): void {
    switch (event.type) {
      case "call":
        if (event.error) this.answer(event.call, { error: event.error });
        else if (this.down()) this.answer(event.call, { error: CUT_OFF });
        else perform(this, event.call);
        return;
      case "kill":
        containers.killNow(this, key);
        return;
      case "oom":
        memory.oom(this, key);
        return;
      case "exec.start":
        sessions.startExec(this, event.call);
        return;
      case "exec.timeout":
        sessions.timeout(this, key);
        return;
    }
  }

  imageFs(): { usedBytes: number; inodesUsed: number; capacityBytes: number } {
    const fs = this.machine.stats.node().imagefs;
    return { usedBytes: fs.usedBytes, inodesUsed: fs.inodesUsed, capacityBytes: fs.capacityBytes };
  }

  // --- listings --------------------------------------------------------------------------------------------

  /** A pod's sandboxes and containers, newest first; the same value as long as nothing of it changed. */
  pod(uid: string): {
    readonly sandboxes: readonly PodSandbox[];
    readonly containers: readonly ContainerStatusCri[];
  } {
    return this.#listing.get().pods[uid] ?? EMPTY;
  }

  /** Everything, newest first; the same arrays as long as nothing changed. */
  all(): { readonly sandboxes: readonly PodSandbox[]; readonly containers: readonly ContainerStatusCri[] } {
    const listing = this.#listing.get();
    let whole = this.#whole.get(listing);
    if (!whole) {
      const pods = Object.values(listing.pods);
      whole = {
        sandboxes: pods.flatMap((p) => p.sandboxes).sort(newest),
        containers: pods.flatMap((p) => p.containers).sort(newest),
      };
      this.#whole.set(listing, whole);
    }
    return whole;
  }

  watchEvents(reply: ReplyTo | null): void {
    this.#watcher.set(reply);
    if (this.down()) this.loseWatcher();
  }

  /** The stream of events breaks off. */
  loseWatcher(): void {
    const watcher = this.#watcher.get();
    if (!watcher) return;
    this.#watcher.set(null);
    this.sim.reply(watcher, { lost: true }, { delayMs: 1 });
  }

  /** A pod's rows have changed: its listing is made anew. */
  changed(uid: string): void {
    const watcher = this.#watcher.get();
    if (watcher && !this.down()) this.sim.reply(watcher, { podUid: uid }, { delayMs: 1 });
    const own: PodSandbox[] = [];
    const list: ContainerStatusCri[] = [];
    for (const { sandbox } of this.sandboxes.values()) if (sandbox.pod.uid === uid) own.push(sandbox);
    for (const { status } of this.containers.values()) if (status.pod.uid === uid) list.push(status);
    this.#listing.update(({ pods }) => {
      if (own.length === 0 && list.length === 0) {
        const { [uid]: _gone, ...rest } = pods;
        return { pods: rest };
      }
      return { pods: { ...pods, [uid]: { sandboxes: own.sort(newest), containers: list.sort(newest) } } };
    });
  }

  putContainer(row: ContainerRow): void {
    this.containers.set(row.status.id, row);
    this.changed(row.status.pod.uid);
  }

  putSandbox(row: SandboxRow): void {
    this.sandboxes.set(row.sandbox.id, row);
    this.changed(row.sandbox.pod.uid);
  }

  // --- processes -------------------------------------------------------------------------------------------

  /** Lets a sandbox's processes go on after `act` has given them something to do. */
  runOs(sandbox: string, act: (os: Os) => void): void {
    runOs(this, sandbox, act);
  }

  /** Name of a new exec session. */
  nextSession(): string {
    const n = this.#sessionCount.get() + 1;
    this.#sessionCount.set(n);
    return `exec-${n}`;
  }

  memoryOf(container: string): number {
    return memory.containerBytes(this, container);
  }

  // --- for faults, the console and the kubelet's server --------------------------------------------------------

  faults(): RuntimeFaults {
    return this.#faults.get();
  }

  setFaults(change: Partial<RuntimeFaults>): void {
    this.#faults.update((f) => ({ ...f, ...change }));
    if (change.down) {
      containers.cutOff(this);
      this.loseWatcher();
    }
  }

  /** Its socket does not answer: by a fault, or because its unit was stopped. */
  down(): boolean {
    return this.#faults.get().down || !this.machine.unit("containerd").active;
  }

  /** Containers that run now, newest first. */
  running(): readonly ContainerStatusCri[] {
    return this.all().containers.filter((c) => c.state === "running");
  }

  /** A running container of a pod by name; the newest one otherwise. */
  find(namespace: string, pod: string, container: string): ContainerRow | undefined {
    let best: ContainerRow | undefined;
    for (const [, row] of this.containers) {
      const { status } = row;
      if (
        status.pod.namespace !== namespace ||
        status.pod.name !== pod ||
        (container !== "" && status.name !== container)
      )
        continue;
      if (
        !best ||
        (status.state === "running" && best.status.state !== "running") ||
        (status.state === best.status.state && status.createdAt >= best.status.createdAt)
      )
        best = row;
    }
    return best;
  }

  /** Sends a signal to a container's first process from the node; without a container, to the sandbox's pause. */
  kill(namespace: string, pod: string, container: string, signal: string): boolean {
    return container === ""
      ? sandboxes.killPause(this, namespace, pod)
      : containers.signal(this, this.find(namespace, pod, container)?.status.id ?? "", signal);
  }

  /** A command in a container, as `kubectl exec` runs it. Pieces of output come as `exec` on the reply's event. */
  exec(options: sessions.ExecOptions, reply: ReplyTo): string {
    return sessions.exec(this, options, reply);
  }

  /** What is typed into an exec session; `close` ends its input. */
  execInput(session: string, text: string, close = false): void {
    sessions.input(this, session, text, close);
  }

  /** The client of an exec session has gone. */
  execEnd(session: string): void {
    sessions.end(this, session);
  }

  /** The machine loses its power: everything that ran has ended when it is seen again. */
  powerOff(): void {
    for (const [id] of [...this.sessions]) this.sessions.delete(id);
    for (const [id, row] of [...this.containers])
      if (row.status.state === "running") containers.lost(this, id);
    for (const [, row] of [...this.sandboxes]) sandboxes.lost(this, row);
  }

  /** Puts an image on the node's disk. */
  addImage(name: string): boolean {
    return addImage(this, name) !== undefined;
  }

  record(fields: {
    to: string;
    from?: string;
    type: string;
    object: string;
    data?: Record<string, unknown>;
    cause?: Seq | null;
  }): Seq {
    return this.sim.record({
      from: fields.from ?? this.id,
      to: fields.to,
      type: fields.type,
      object: fields.object,
      ...(fields.data ? { data: fields.data } : {}),
      ...(fields.cause !== undefined ? { cause: fields.cause } : {}),
    });
  }
}

const EMPTY = { sandboxes: [], containers: [] } as const;

function newest(
  a: { readonly createdAt: Ms; readonly id: string },
  b: { readonly createdAt: Ms; readonly id: string },
): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

export function createContainerd(options: ContainerdOptions): Containerd {
  return new Containerd(options);
}

/** A container runtime for tests: answers after set latencies; containers do what the test says. */
import type {
  ContainerConfig,
  ContainerStatusCri,
  CriClient,
  CriResult,
  CriRpc,
  PodSandbox,
} from "../../../cri/contract.ts";
import type { Simulation, Table } from "../../../sim/index.ts";
import type { Ms, ReplyTo } from "../../../sim/types.ts";

/** What a container of an image does. */
export interface Behaviour {
  /** It exits by itself so long after its start. */
  readonly exit?: { readonly afterMs: Ms; readonly code: number };
  /** How it takes SIGTERM; absent: it ignores it. */
  readonly onTerm?: { readonly afterMs: Ms; readonly code: number };
}

export interface FakeRuntime extends CriClient {
  readonly calls: { at: Ms; rpc: CriRpc; about: string }[];
  readonly images: Set<string>;
  /** Behaviour by container name. */
  behaviour: Record<string, Behaviour>;
  /** What a command in a container gives; null: it never ends. */
  execs: (() => { exitCode: number; stdout: string; stderr: string }) | null;
  /** What ReopenContainerLog does. */
  reopen: ((id: string) => void) | null;
  /** An RPC fails with this text while it is set. */
  failing: Partial<Record<CriRpc, string>>;
  containers(): readonly ContainerStatusCri[];
  sandboxes(): readonly PodSandbox[];
  /** Ends a running container now. */
  end(name: string, code: number): void;
  killSandbox(uid: string): void;
}

const LATENCY: Partial<Record<CriRpc, Ms>> = {
  RunPodSandbox: 90,
  CreateContainer: 15,
  StartContainer: 50,
  PullImage: 2000,
};

export function createFakeRuntime(sim: Simulation): FakeRuntime {
  const sandboxes = sim.table<PodSandbox>("fake-runtime/sandboxes");
  const containers = sim.table<ContainerStatusCri>("fake-runtime/containers");
  const ids = sim.cell<number>("fake-runtime/ids", 1);
  const nextId = (): number => {
    ids.update((n) => n + 1);
    return ids.get();
  };
  const calls: FakeRuntime["calls"] = [];
  const images = new Set<string>();
  const waiting = sim.table<readonly ReplyTo[]>("fake-runtime/waiting");
  const all = <T extends { createdAt: Ms; id: string }>(map: Table<T>): T[] =>
    [...map.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  const ok = (value: object): CriResult<CriRpc> => ({ ok: true, value }) as CriResult<CriRpc>;
  const error = (code: string, desc: string): CriResult<CriRpc> => ({ ok: false, error: { code, desc } });

  const exit = (id: string, code: number): void => {
    const c = containers.get(id);
    if (c?.state !== "running") return;
    const reason = code === 0 ? "Completed" : "Error";
    containers.set(id, { ...c, state: "exited", finishedAt: sim.now, exitCode: code, reason });
    for (const reply of waiting.get(id) ?? []) sim.reply(reply, { result: ok({}) });
    waiting.delete(id);
  };
  sim.component("fake-runtime", (event) => exit(event["id"], event["code"]));
  const later = (id: string, afterMs: Ms, code: number): void =>
    sim.send({ to: "fake-runtime" }, { type: "exit", id, code }, { delayMs: afterMs });

  const handlers: Partial<Record<CriRpc, (request: any, reply: ReplyTo) => CriResult<CriRpc> | null>> = {};
  handlers["RunPodSandbox"] = ({ config }) => {
    const n = nextId();
    const id = `sandbox-${n}`;
    const ips = config.hostNetwork ? [] : [`10.0.0.${n}`];
    const { pod, attempt, hostNetwork } = config;
    sandboxes.set(id, { id, pod, attempt, state: "READY", createdAt: sim.now, ips, hostNetwork });
    return ok({ sandboxId: id });
  };
  handlers["StopPodSandbox"] = ({ sandboxId }) => {
    const s = sandboxes.get(sandboxId);
    if (s) sandboxes.set(sandboxId, { ...s, state: "NOTREADY", ips: [] });
    return ok({});
  };
  handlers["RemovePodSandbox"] = ({ sandboxId }) => {
    sandboxes.delete(sandboxId);
    return ok({});
  };
  handlers["PodSandboxStatus"] = ({ sandboxId }) => ok({ sandbox: sandboxes.get(sandboxId) });
  const ofPod = <T extends { pod: { uid: string } }>(list: T[], uid?: string): T[] =>
    uid === undefined ? list : list.filter((x) => x.pod.uid === uid);
  handlers["ListPodSandbox"] = ({ podUid }) => ok({ sandboxes: ofPod(all(sandboxes), podUid) });
  handlers["ListContainers"] = ({ podUid }) => ok({ containers: ofPod(all(containers), podUid) });
  handlers["CreateContainer"] = ({ sandboxId, config }: { sandboxId: string; config: ContainerConfig }) => {
    const id = `container-${nextId()}`;
    const { name, attempt, image, imageId, labels, annotations, mounts, logPath } = config;
    const { pod } = sandboxes.get(sandboxId) as PodSandbox;
    const made = {
      id,
      sandboxId,
      pod,
      name,
      attempt,
      image,
      imageRef: imageId,
      imageId,
      labels,
      annotations,
      mounts,
      logPath,
    };
    containers.set(id, { ...made, state: "created", createdAt: sim.now });
    return ok({ containerId: id });
  };
  handlers["StartContainer"] = ({ containerId }) => {
    const c = containers.get(containerId) as ContainerStatusCri;
    containers.set(containerId, { ...c, state: "running", startedAt: sim.now });
    const { exit: ends } = runtime.behaviour[c.name] ?? {};
    if (ends) later(containerId, ends.afterMs, ends.code);
    return ok({});
  };
  handlers["StopContainer"] = ({ containerId, timeoutMs }, reply) => {
    const c = containers.get(containerId);
    if (c?.state !== "running") return ok({});
    waiting.set(containerId, [...(waiting.get(containerId) ?? []), reply]);
    const { onTerm } = runtime.behaviour[c.name] ?? {};
    if (onTerm && onTerm.afterMs < timeoutMs) later(containerId, onTerm.afterMs, onTerm.code);
    else later(containerId, timeoutMs, 137);
    return null;
  };
  handlers["RemoveContainer"] = ({ containerId }) => {
    containers.delete(containerId);
    return ok({});
  };
  handlers["ImageStatus"] = ({ image }) =>
    ok({
      image: images.has(image)
        ? { id: `sha256:${image}`, repoTags: [image], repoDigests: [], sizeBytes: 42 }
        : null,
    });
  handlers["PullImage"] = ({ image }) => {
    images.add(image);
    return ok({ imageRef: `sha256:${image}`, sizeBytes: 42 });
  };
  handlers["ExecSync"] = () => (runtime.execs ? ok(runtime.execs()) : null);
  handlers["ContainerStatus"] = ({ containerId }) => {
    const container = containers.get(containerId);
    return container ? ok({ container }) : error("NotFound", `container "${containerId}" not found`);
  };
  handlers["ReopenContainerLog"] = ({ containerId }) => {
    runtime.reopen?.(containerId);
    return ok({});
  };
  handlers["UpdateContainerResources"] = () => ok({});

  /** The call takes effect when its time is over. */
  sim.component("fake-runtime/call", ({ rpc, request, reply }) => {
    const failure = runtime.failing[rpc as CriRpc];
    const answer =
      failure === undefined ? handlers[rpc as CriRpc]?.(request, reply) : error("Unknown", failure);
    if (answer) sim.reply(reply, { result: answer });
  });

  const runtime: FakeRuntime = {
    calls,
    images,
    behaviour: {},
    execs: () => ({ exitCode: 0, stdout: "", stderr: "" }),
    reopen: null,
    failing: {},
    call(rpc, request, reply, options) {
      if (!options?.quiet) {
        const { container, image } = (options?.data ?? {}) as { container?: string; image?: string };
        calls.push({ at: sim.now, rpc, about: container ?? image ?? "" });
      }
      sim.send(
        { to: "fake-runtime/call" },
        { type: "call", rpc, request, reply },
        { delayMs: LATENCY[rpc] ?? 3 },
      );
    },
    containers: () => all(containers),
    sandboxes: () => all(sandboxes),
    end(name, code) {
      for (const c of containers.values()) if (c.name === name && c.state === "running") exit(c.id, code);
    },
    killSandbox(uid) {
      for (const s of sandboxes.values())
        if (s.pod.uid === uid) sandboxes.set(s.id, { ...s, state: "NOTREADY", ips: [] });
    },
  };
  return runtime;
}

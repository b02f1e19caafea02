/**
 * Faults: what can be broken, and mended. Each is an input with an id (its record's number); faults of one type on
 * different targets stand side by side, on one target the later replaces the earlier; all but one-shot ones last until
 * their time is up or they are cleared.
 */
import { durationMs } from "../api/duration.ts";
import { wholeValueOf } from "../api/quantity.ts";
import type { Pod } from "../api/types.ts";
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import type { Ms, Seq } from "../sim/types.ts";
import { type Fault, type FaultClear, ONE_SHOT } from "./format.ts";
import type { ActiveFault } from "./types.ts";

export interface Faults {
  set(fault: Fault, id: Seq | null): void;
  clear(which: FaultClear): void;
  active(): readonly ActiveFault[];
}

const NAME = "faults";
/** A restart of the kubelet's unit: stopping it takes a moment. */
const RESTART_MS: Ms = 1000;

/** A storage backend that does not answer, as a CSI driver puts it. */
const ATTACH_FAILURE = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";
/** A file system that cannot be mounted (mount-utils: mount failed). */
const MOUNT_FAILURE =
  "mount failed: exit status 32\nMounting command: mount\nOutput: mount: can't read superblock.\n";

/** Fields that say what a fault is on; two faults with the same target replace each other. */
const TARGET = ["node", "pod", "container", "image", "fs", "path", "volume", "phase"] as const;
const targetOf = (f: Fault): string => `${f.type}|${TARGET.map((k) => f[k] ?? "").join("|")}`;

export function createFaults(cluster: Cluster): Faults {
  const { sim } = cluster;
  const rows = sim.table<ActiveFault>(`scenario/${NAME}`);

  const nodes = (f: Fault): ClusterNode[] =>
    (f.node !== undefined ? [f.node] : cluster.nodeNames).flatMap((name) => cluster.node(name) ?? []);
  /** Nodes that a fault without a node is about: those of its pod, else all. */
  const first = (f: Fault): ClusterNode[] =>
    f.node === undefined && !f.pod ? nodes(f).slice(0, 1) : nodes(f);

  /** Faults of one kind on several targets at once: what the runtime is told is what the rows say. */
  const rowsOf = (type: Fault["type"]): ActiveFault[] =>
    [...rows.values()].filter((r) => r.fault.type === type);

  const podName = (f: Fault): { namespace: string; pod: string } => {
    const [namespace, pod] = (f.pod ?? "").includes("/")
      ? (f.pod ?? "").split("/")
      : ["default", f.pod ?? ""];
    return { namespace: namespace ?? "default", pod: pod ?? "" };
  };

  /** Puts the registry, the runtimes and the machines into the state that the rows in force describe. */
  const settle = (type: Fault["type"]): void => {
    const active = rowsOf(type);
    switch (type) {
      case "registry-down":
        cluster.registry.setFaults({ down: active.length > 0 });
        return;
      case "registry-slow":
        cluster.registry.setFaults({ slow: Math.max(1, ...active.map((r) => r.fault.factor ?? 10)) });
        return;
      case "image-missing":
        cluster.registry.setFaults({ missing: active.flatMap((r) => r.fault.image ?? []) });
        return;
      case "http":
        for (const name of cluster.nodeNames) {
          cluster.node(name)?.runtime.setFaults({
            http: active.map(({ id, fault: f }) => ({
              id: String(id),
              ...podName(f),
              ...(f.container !== undefined ? { container: f.container } : {}),
              ...(f.path !== undefined ? { path: f.path } : {}),
              ...(f.status !== undefined ? { status: f.status } : {}),
              ...(f.latency !== undefined ? { latencyMs: f.latency } : {}),
            })),
          });
        }
        return;
      case "exec":
        for (const name of cluster.nodeNames) {
          cluster.node(name)?.runtime.setFaults({
            exec: active.map(({ id, fault: f }) => ({
              id: String(id),
              ...podName(f),
              ...(f.container !== undefined ? { container: f.container } : {}),
              ...(f.exit !== undefined ? { exit: f.exit } : {}),
              ...(f.latency !== undefined ? { latencyMs: f.latency } : {}),
            })),
          });
        }
        return;
      case "volume-fail":
        return;
      default:
        for (const name of cluster.nodeNames) {
          const node = cluster.node(name);
          if (!node) continue;
          const mine = active.filter((r) => first(r.fault).includes(node)).map((r) => r.fault);
          settleNode(node, type, mine);
        }
    }
  };

  const settleNode = (node: ClusterNode, type: Fault["type"], mine: readonly Fault[]): void => {
    const { runtime, machine } = node;
    switch (type) {
      case "runtime-down":
        runtime.setFaults({ down: mine.length > 0 });
        machine.setUnit("containerd", mine.length === 0);
        return;
      case "cni-fail":
        runtime.setFaults({ cniFail: mine.length > 0 });
        return;
      case "memory-hog":
        machine.loads.set({ memoryHog: mine.reduce((sum, f) => sum + wholeValueOf(f.use ?? "0"), 0) });
        return;
      case "pid-hog":
        machine.loads.set({ pidHog: mine.reduce((sum, f) => sum + (f.count ?? 0), 0) });
        return;
      case "disk-fill": {
        const share = (fs: string): number =>
          Math.max(
            0,
            ...mine
              .filter((f) => (f.fs ?? "nodefs") === fs)
              .map((f) => Number.parseFloat(f.to ?? "95%") / 100),
          );
        machine.loads.set({ diskFill: { nodefs: share("nodefs"), imagefs: share("imagefs") } });
        return;
      }
      case "api-unreachable":
        cluster.api.setReachable(node.name, mine.length === 0);
        return;
      case "certificate-expire":
        cluster.api.setAuthorized(node.name, mine.length === 0);
        return;
      case "kubelet-stop":
        if (mine.length > 0) stopKubelet(node);
        else startKubelet(node);
        return;
      case "node-down":
        if (mine.length > 0) {
          stopKubelet(node);
          runtime.powerOff();
          machine.loads.set({ off: true });
          cluster.api.setReachable(node.name, false);
        } else if (machine.loads.get().off) {
          machine.loads.set({ off: false });
          cluster.api.setReachable(node.name, true);
          startKubelet(node);
        }
    }
  };

  const begin = (f: Fault): void => {
    if (f.type === "kubelet-restart") {
      for (const n of first(f)) {
        stopKubelet(n);
        sim.send({ to: NAME, key: n.name }, { type: "start-kubelet" }, { delayMs: RESTART_MS });
      }
    } else if (f.type === "clock-jump") {
      for (const n of first(f))
        n.machine.loads.set({
          clockOffset: n.machine.loads.get().clockOffset + (durationMs(f.by ?? "0s") ?? 0),
        });
    } else if (f.type === "kill") {
      const { namespace, pod } = podName(f);
      const container = f.container === "POD" ? "" : (f.container ?? firstContainer(namespace, pod));
      for (const n of nodes(f))
        if (n.runtime.kill(namespace, pod, container, String(f.signal ?? "KILL"))) break;
    } else if (f.type === "volume-fail") failVolume(f, true);
    else if (f.type === "api-unreachable" && f.node === undefined) cluster.api.setReachable(null, false);
    else settle(f.type);
  };

  const end = (f: Fault): void => {
    if (f.type === "volume-fail") failVolume(f, false);
    else if (f.type === "api-unreachable" && f.node === undefined) cluster.api.setReachable(null, true);
    else settle(f.type);
  };

  /** What the storage answers: to the controller that attaches, or to the kubelets that mount. */
  const failVolume = (f: Fault, on: boolean): void => {
    const { namespace, pod } = podName(f);
    const where = `${namespace}/${pod}/${f.volume ?? "*"}`;
    if (f.phase === "attach") cluster.controlPlane.attacher.failAttach(where, on ? ATTACH_FAILURE : null);
    else for (const n of nodes(f)) n.process.kubelet.volumes.failSetUp(where, on ? MOUNT_FAILURE : null);
  };

  const firstContainer = (namespace: string, pod: string): string =>
    cluster.store.get<Pod>("Pod", namespace, pod)?.spec?.containers[0]?.name ?? "";

  const stopKubelet = (n: ClusterNode): void => {
    n.process.stop();
    n.machine.setUnit("kubelet", false);
  };

  const startKubelet = (n: ClusterNode): void => {
    if (n.process.kubelet.running()) return;
    n.machine.setUnit("kubelet", true);
    n.process.start({ warm: false });
  };

  const drop = (row: ActiveFault): void => {
    rows.delete(String(row.id));
    sim.cancel({ to: NAME, key: String(row.id) }, "until");
    end(row.fault);
  };

  sim.component(NAME, (event, key) => {
    if (event.type === "start-kubelet") {
      const node = cluster.node(key);
      if (node) startKubelet(node);
      return;
    }
    const row = rows.get(key);
    if (!row) return;
    sim.lead({
      from: "cluster",
      to: "cluster",
      type: "fault.over",
      object: "",
      data: { id: row.id, fault: row.fault },
    });
    drop(row);
  });

  return {
    set(fault, id) {
      const number = id ?? sim.trace.next;
      for (const row of [...rows.values()]) if (targetOf(row.fault) === targetOf(fault)) drop(row);
      if (!ONE_SHOT.includes(fault.type)) {
        const until = fault.for === undefined ? null : sim.now + fault.for;
        rows.set(String(number), { id: number, fault, since: sim.now, until });
        if (fault.for !== undefined)
          sim.send(
            { to: NAME, key: String(number) },
            { type: "over" },
            { delayMs: fault.for, timer: "until" },
          );
      }
      begin(fault);
    },
    clear(which) {
      for (const row of [...rows.values()]) {
        const fits =
          which.id !== undefined
            ? row.id === which.id
            : Object.entries(which).every(
                ([key, value]) => key === "id" || (row.fault as Record<string, unknown>)[key] === value,
              );
        if (fits) drop(row);
      }
    },
    active: () => [...rows.values()],
  };
}

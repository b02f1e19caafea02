/**
 * What faults do to the world. Each effect is worked out from all faults in force, so that several at once, or one that
 * ends while another goes on, leave the world as the rest says.
 */
import { durationMs } from "../api/duration.ts";
import { wholeValueOf } from "../api/quantity.ts";
import type { Pod } from "../api/types.ts";
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import type { Fault, FaultType } from "./format.ts";

/** A fault in force, with what names it. */
export interface NumberedFault {
  readonly id: number;
  readonly fault: Fault;
}

export interface FaultEffects {
  /** Puts the world into the state that the faults in force of a type describe. */
  settle(type: FaultType): void;
  /** A one-shot fault happens. */
  happen(fault: Fault): void;
  /** The kubelet of a restart comes up again, unless something keeps it down. */
  resume(node: ClusterNode): void;
}

export interface FaultContext {
  readonly cluster: Cluster;
  readonly inForce: (type: FaultType) => readonly NumberedFault[];
  /** Asks for `resume` when the restarted unit is up. */
  readonly comeBack: (node: ClusterNode) => void;
}

/** A storage backend that does not answer, as a CSI driver puts it. */
const ATTACH_FAILURE = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";
/** A file system that cannot be mounted (mount-utils: mount failed). */
const MOUNT_FAILURE =
  "mount failed: exit status 32\nMounting command: mount\nOutput: mount: can't read superblock.\n";

export function createFaultEffects({ cluster, inForce, comeBack }: FaultContext): FaultEffects {
  const all = (): ClusterNode[] => cluster.nodeNames.flatMap((name) => cluster.node(name) ?? []);
  /** Nodes that a fault is about; without a name: the first, or all for what a pod's fault is on. */
  const nodesOf = (f: Fault): ClusterNode[] => {
    if (f.node !== undefined) return [cluster.node(f.node) ?? []].flat();
    return f.pod ? all() : all().slice(0, 1);
  };
  const on = (node: ClusterNode, type: FaultType): Fault[] =>
    inForce(type).flatMap(({ fault }) => (nodesOf(fault).includes(node) ? [fault] : []));

  const podName = (f: Fault): { namespace: string; pod: string } => {
    const [namespace = "", pod = ""] = f.pod?.includes("/") ? f.pod.split("/") : ["default", f.pod ?? ""];
    return { namespace, pod };
  };
  const optional = (f: Fault): { container?: string; path?: string; latencyMs?: number } => ({
    ...(f.container !== undefined ? { container: f.container } : {}),
    ...(f.path !== undefined ? { path: f.path } : {}),
    ...(f.latency !== undefined ? { latencyMs: f.latency } : {}),
  });

  function stopKubelet(n: ClusterNode): void {
    n.process.stop();
    n.machine.setUnit("kubelet", false);
  }

  function startKubelet(n: ClusterNode): void {
    if (n.process.kubelet.running() || on(n, "node-down").length > 0 || on(n, "kubelet-stop").length > 0)
      return;
    n.machine.setUnit("kubelet", true);
    n.process.start({ warm: false });
  }

  function settleReachable(n: ClusterNode): void {
    // Without a node it is the API server itself that answers nobody.
    const cut = inForce("api-unreachable").some(({ fault }) => fault.node === n.name);
    cluster.api.setReachable(n.name, !cut && on(n, "node-down").length === 0);
  }

  function settlePower(n: ClusterNode): void {
    const { loads } = n.machine;
    const off = on(n, "node-down").length > 0;
    if (off === loads.get().off) return;
    if (off) {
      stopKubelet(n);
      n.runtime.powerOff();
    }
    loads.set({ off });
    settleReachable(n);
    if (off) return;
    n.machine.booted();
    startKubelet(n);
  }

  function settleDisk(n: ClusterNode): void {
    const shares = on(n, "disk-fill");
    const share = (fs: "nodefs" | "imagefs"): number =>
      Math.max(
        0,
        ...shares.filter((f) => (f.fs ?? "nodefs") === fs).map((f) => Number.parseFloat(f.to ?? "95%") / 100),
      );
    n.machine.loads.set({ diskFill: { nodefs: share("nodefs"), imagefs: share("imagefs") } });
  }

  const settleNode: Partial<Record<FaultType, (n: ClusterNode) => void>> = {
    "runtime-down": (n) => {
      const down = on(n, "runtime-down").length > 0;
      if (down === n.runtime.faults().down) return;
      n.runtime.setFaults({ down });
      n.machine.setUnit("containerd", !down);
    },
    "cni-fail": (n) => n.runtime.setFaults({ cniFail: on(n, "cni-fail").length > 0 }),
    "memory-hog": (n) =>
      n.machine.loads.set({
        memoryHog: on(n, "memory-hog").reduce((sum, f) => sum + wholeValueOf(f.use ?? "0"), 0),
      }),
    "pid-hog": (n) =>
      n.machine.loads.set({ pidHog: on(n, "pid-hog").reduce((sum, f) => sum + (f.count ?? 0), 0) }),
    "disk-fill": settleDisk,
    "certificate-expire": (n) => cluster.api.setAuthorized(n.name, on(n, "certificate-expire").length === 0),
    "kubelet-stop": (n) => {
      if (on(n, "kubelet-stop").length > 0) stopKubelet(n);
      else startKubelet(n);
    },
    "node-down": settlePower,
    http: (n) =>
      n.runtime.setFaults({
        http: inForce("http").map(({ id, fault: f }) => ({
          id: String(id),
          ...podName(f),
          ...optional(f),
          ...(f.status !== undefined ? { status: f.status } : {}),
        })),
      }),
    exec: (n) =>
      n.runtime.setFaults({
        exec: inForce("exec").map(({ id, fault: f }) => ({
          id: String(id),
          ...podName(f),
          ...optional(f),
          ...(f.exit !== undefined ? { exit: f.exit } : {}),
        })),
      }),
    "volume-fail": settleMounts,
    "api-unreachable": settleReachable,
  };

  const volumesFailing = (phase: "attach" | "mount"): Fault[] =>
    inForce("volume-fail").flatMap(({ fault }) => ((fault.phase ?? "mount") === phase ? [fault] : []));
  const where = (f: Fault): string => `${podName(f).namespace}/${podName(f).pod}/${f.volume ?? "*"}`;
  function settleMounts(n: ClusterNode): void {
    n.process.kubelet.volumes.failSetUps(
      Object.fromEntries(volumesFailing("mount").map((f) => [where(f), MOUNT_FAILURE])),
    );
  }

  function settle(type: FaultType): void {
    const active = inForce(type);
    if (type === "registry-down") cluster.registry.setFaults({ down: active.length > 0 });
    else if (type === "registry-slow")
      cluster.registry.setFaults({ slow: Math.max(1, ...active.map((r) => r.fault.factor ?? 10)) });
    else if (type === "image-missing")
      cluster.registry.setFaults({ missing: active.flatMap((r) => r.fault.image ?? []) });
    else {
      if (type === "api-unreachable") {
        const whole = active.filter((r) => r.fault.node === undefined);
        cluster.api.setFrozen(whole.some((r) => r.fault.frozen));
        cluster.api.setReachable(null, !whole.some((r) => !r.fault.frozen));
      }
      if (type === "volume-fail")
        cluster.controlPlane.attacher.failAttach(
          Object.fromEntries(volumesFailing("attach").map((f) => [where(f), ATTACH_FAILURE])),
        );
      for (const n of all()) settleNode[type]?.(n);
    }
  }

  return {
    settle,
    resume: startKubelet,
    happen(f) {
      if (f.type === "kubelet-restart") {
        for (const n of nodesOf(f)) {
          stopKubelet(n);
          comeBack(n);
        }
      } else if (f.type === "clock-jump") {
        const by = durationMs(f.by ?? "0s") ?? 0;
        for (const { machine } of nodesOf(f))
          machine.loads.set({ clockOffset: machine.loads.get().clockOffset + by });
      } else if (f.type === "kill") {
        const { namespace, pod } = podName(f);
        const spec = cluster.store.get<Pod>("Pod", namespace, pod)?.spec;
        const container = f.container === "POD" ? "" : (f.container ?? spec?.containers[0]?.name ?? "");
        for (const n of f.node !== undefined ? nodesOf(f) : all())
          if (n.runtime.kill(namespace, pod, container, String(f.signal ?? "KILL"))) break;
      }
    },
  };
}

/**
 * Faults: what can be broken, and mended. Each is an input with an id (its record's number); faults of one type on
 * different targets stand side by side, on one target the later replaces the earlier; all but one-shot ones last until
 * their time is up or they are cleared.
 */
import { durationMs } from "../api/duration.ts";
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import type { Ms, Seq } from "../sim/types.ts";
import { type Fault, type FaultClear, ONE_SHOT } from "./format.ts";

/** A fault that is in force: a row of the table `scenario/faults`, by its id. */
export interface ActiveFault {
  readonly id: Seq;
  readonly fault: Fault;
  readonly since: Ms;
  /** Null: until it is cleared. */
  readonly until: Ms | null;
}

export interface Faults {
  set(fault: Fault, id: Seq | null): void;
  clear(which: FaultClear): void;
  active(): readonly ActiveFault[];
}

const NAME = "faults";
/** A restart of the kubelet's unit: stopping it takes a moment. */
const RESTART_MS: Ms = 1000;

/** Fields that say what a fault is on; two faults with the same target replace each other. */
const TARGET = ["node", "pod", "container", "image", "fs", "path", "volume", "phase"] as const;
const targetOf = (f: Fault): string => `${f.type}|${TARGET.map((k) => f[k] ?? "").join("|")}`;

export function createFaults(cluster: Cluster): Faults {
  const { sim } = cluster;
  const rows = sim.table<ActiveFault>(`scenario/${NAME}`);

  const nodes = (f: Fault): ClusterNode[] => (f.node !== undefined ? [f.node] : cluster.nodeNames).flatMap((name) => cluster.node(name) ?? []);
  /** Nodes that a fault without a node is about: those of its pod, else all. */
  const first = (f: Fault): ClusterNode[] => (f.node === undefined && !f.pod ? nodes(f).slice(0, 1) : nodes(f));

  const begin = (f: Fault): void => {
    switch (f.type) {
      case "api-unreachable":
        if (f.node !== undefined) cluster.api.setReachable(f.node, false);
        else cluster.api.setReachable(null, false);
        return;
      case "kubelet-stop":
        for (const n of first(f)) {
          n.process.stop();
          n.machine.setUnit("kubelet", false);
        }
        return;
      case "kubelet-restart":
        for (const n of first(f)) {
          n.process.stop();
          n.machine.setUnit("kubelet", false);
          sim.send({ to: NAME, key: n.name }, { type: "start-kubelet" }, { delayMs: RESTART_MS });
        }
        return;
      case "node-down":
        for (const n of first(f)) {
          n.process.stop();
          n.runtime.powerOff();
          n.machine.loads.set({ off: true });
          cluster.api.setReachable(n.name, false);
        }
        return;
      case "runtime-down":
        for (const n of first(f)) n.runtime.setDown(true);
        return;
      case "disk-fill":
        for (const n of first(f)) {
          const share = Number.parseFloat(f.to ?? "95%") / 100;
          n.machine.loads.set({ diskFill: { ...n.machine.loads.get().diskFill, [f.fs ?? "nodefs"]: share } });
        }
        return;
      case "clock-jump":
        for (const n of first(f)) n.machine.loads.set({ clockOffset: n.machine.loads.get().clockOffset + (durationMs(f.by ?? "0s") ?? 0) });
        return;
      default:
        for (const n of nodes(f)) n.runtime.faults.set(f);
    }
  };

  const end = (f: Fault): void => {
    switch (f.type) {
      case "api-unreachable":
        cluster.api.setReachable(f.node ?? null, true);
        return;
      case "kubelet-stop":
        for (const n of first(f)) startKubelet(n);
        return;
      case "node-down":
        for (const n of first(f)) {
          n.machine.loads.set({ off: false });
          cluster.api.setReachable(n.name, true);
          n.runtime.powerOn();
          startKubelet(n);
        }
        return;
      case "runtime-down":
        for (const n of first(f)) n.runtime.setDown(false);
        return;
      case "disk-fill":
        for (const n of first(f)) n.machine.loads.set({ diskFill: { ...n.machine.loads.get().diskFill, [f.fs ?? "nodefs"]: 0 } });
        return;
      default:
        for (const n of nodes(f)) n.runtime.faults.clear(f);
    }
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
    sim.lead({ from: "cluster", to: "cluster", type: "fault.over", object: "", data: { id: row.id, fault: row.fault } });
    drop(row);
  });

  return {
    set(fault, id) {
      const number = id ?? sim.trace.next;
      for (const row of [...rows.values()]) if (targetOf(row.fault) === targetOf(fault)) drop(row);
      if (!ONE_SHOT.includes(fault.type)) {
        const until = fault.for === undefined ? null : sim.now + fault.for;
        rows.set(String(number), { id: number, fault, since: sim.now, until });
        if (fault.for !== undefined) sim.send({ to: NAME, key: String(number) }, { type: "over" }, { delayMs: fault.for, timer: "until" });
      }
      begin(fault);
    },
    clear(which) {
      for (const row of [...rows.values()]) {
        const fits = which.id !== undefined ? row.id === which.id : Object.entries(which).every(([key, value]) => key === "id" || (row.fault as Record<string, unknown>)[key] === value);
        if (fits) drop(row);
      }
    },
    active: () => [...rows.values()],
  };
}

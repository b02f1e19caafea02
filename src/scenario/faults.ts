/**
 * Faults: what can be broken, and mended. Each is an input with an id (its record's number); faults of one type on
 * different targets stand side by side, on one target the later replaces the earlier; all but one-shot ones last until
 * their time is up or they are cleared.
 */
import type { Cluster } from "../cluster/cluster.ts";
import type { Ms, Seq } from "../sim/types.ts";
import { createFaultEffects } from "./fault-effects.ts";
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
  const effects = createFaultEffects({
    cluster,
    inForce: (type) => [...rows.values()].filter((r) => r.fault.type === type),
    comeBack: (node) =>
      sim.send(
        { to: NAME, key: node.name },
        { type: "start-kubelet" },
        { delayMs: RESTART_MS, timer: "restart" },
      ),
  });

  const drop = (row: ActiveFault): void => {
    rows.delete(String(row.id));
    sim.cancel({ to: NAME, key: String(row.id) }, "until");
    effects.settle(row.fault.type);
  };

  sim.component(NAME, (event, key) => {
    if (event.type === "start-kubelet") {
      const node = cluster.node(key);
      if (node) effects.resume(node);
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
      if (ONE_SHOT.includes(fault.type)) {
        effects.happen(fault);
        return;
      }
      const number = id ?? sim.trace.next;
      for (const row of [...rows.values()])
        if (targetOf(row.fault) === targetOf(fault)) {
          rows.delete(String(row.id));
          sim.cancel({ to: NAME, key: String(row.id) }, "until");
        }
      const until = fault.for === undefined ? null : sim.now + fault.for;
      rows.set(String(number), { id: number, fault, since: sim.now, until });
      if (fault.for !== undefined)
        sim.send({ to: NAME, key: String(number) }, { type: "over" }, { delayMs: fault.for, timer: "until" });
      effects.settle(fault.type);
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

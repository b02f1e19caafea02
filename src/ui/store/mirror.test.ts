import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MACHINES } from "../../kubelet/machines.ts";
import type { FromWorker, Update } from "../../worker/protocol.ts";
import { createSession } from "../../worker/session.ts";
import { MIRROR } from "./mirror.ts";
import { podsOf } from "./select/pods.ts";
import { applyUpdate, NO_WORLD, type World } from "./world.ts";

/** A session with the mirror that the UI keeps of it. */
function mirrored(mirror = MIRROR) {
  let world = NO_WORLD;
  let updates: Update[] = [];
  let id = 0;
  const session = createSession((message: FromWorker) => {
    if (message.type === "failed") throw new Error(message.message);
    if (message.type !== "update") return;
    updates.push(structuredClone(message));
    world = applyUpdate(world, updates.at(-1)!);
  });
  const scenario = readFileSync("lessons/scenarios/crash-loop.yaml", "utf8");
  const ask = (request: object): Update[] => {
    updates = [];
    session.handle({ ...request, id: id++ } as never);
    return updates;
  };
  ask({ type: "open", source: { scenario, name: "crash-loop", mirror } });
  return { ask, world: () => world };
}

const plain = (tables: World["tables"]) =>
  Object.fromEntries(
    [...tables]
      .filter(([, rows]) => rows.size > 0)
      .map(([name, rows]) => [name, Object.fromEntries([...rows].sort(([a], [b]) => (a < b ? -1 : 1)))])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );

describe("the mirror of the state", () => {
  it("has every machine that can be drawn, by its state alone", () => {
    for (const { table } of MACHINES) {
      const found = MIRROR.tables.find(({ name }) => new RegExp(name).test(`node-1/${table}`));
      expect(found?.fields?.[0], table).toBe("value");
      expect(new RegExp(MIRROR.transitions ?? "").test(`node-1/${table}`), table).toBe(true);
    }
  });

  it("leaves out what nobody looks at", () => {
    const { ask, world } = mirrored();
    ask({ type: "advance", to: 30_000 });
    expect(podsOf(world().tables)).toHaveLength(1);
    const names = [...world().tables.keys()];
    expect(names.filter((n) => /disk|rootfs|draws|network|memory|listing/.test(n))).toEqual([]);
    for (const row of world().tables.get("node-1/prober")?.values() ?? [])
      expect(Object.keys(row as object)).toEqual(["value"]);
  });

  it("is after a rewind what it was then, and tells no record twice", () => {
    const { ask, world } = mirrored();
    for (let t = 500; t <= 20_000; t += 500) ask({ type: "advance", to: t });
    const then = { tables: plain(world().tables), records: world().trace.records.length };
    for (let t = 20_500; t <= 47_000; t += 500) ask({ type: "advance", to: t });
    expect(world().trace.records.length).toBeGreaterThan(then.records);
    const [back] = ask({ type: "seek", time: 20_000 });
    expect(back?.records).toEqual([]);
    const { "sim/transitions": _a, ...tables } = plain(world().tables);
    const { "sim/transitions": _b, ...before } = then.tables;
    expect(tables).toEqual(before);
    expect(world().trace.records).toHaveLength(then.records);
    ask({ type: "advance", to: 47_000 });
    const straight = mirrored();
    straight.ask({ type: "advance", to: 47_000 });
    expect(world().trace.records).toEqual(straight.world().trace.records);
    expect(plain(world().tables)["api/Pod"]).toEqual(plain(straight.world().tables)["api/Pod"]);
    expect(plain(world().tables)["sim/timers"]).toEqual(plain(straight.world().tables)["sim/timers"]);
  });

  it("knows when the loops' timers are due, and by what a machine came into its state", () => {
    const { ask, world } = mirrored();
    ask({ type: "advance", to: 12_345 });
    const timers = world().tables.get("sim/timers");
    const sync = timers?.get("node-1/sync-loop\n\nsync") as number;
    expect(sync).toBeGreaterThan(12_345);
    expect(sync).toBeLessThanOrEqual(13_345);
    const last = [...(world().tables.get("sim/transitions")?.values() ?? [])] as {
      table: string;
      event: string;
      to: unknown;
    }[];
    const pleg = last.find((x) => x.table === "node-1/pleg");
    expect(pleg).toMatchObject({ event: "DONE", to: "idle" });
  });

  it("leaves the world before a run as it was", () => {
    const { ask } = mirrored();
    const update = ask({ type: "advance", to: 5_000 }).find((u) => u.records.length > 0);
    if (!update) throw new Error("nothing happened");
    applyUpdate(NO_WORLD, { ...update, reset: false });
    expect(NO_WORLD.trace.records).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { Simulation } from "../sim/index.ts";
import { type DirNode, file, layerUsage, link, tree } from "./fs.ts";
import { createMachine, type Machine } from "./machine.ts";
import { crossing } from "./memory.ts";
import { ClusterNetwork } from "./network.ts";
import { FsView } from "./view.ts";

function machine(): { sim: Simulation; machine: Machine } {
  const sim = new Simulation({ seed: 3 });
  return {
    sim,
    machine: createMachine(sim, new ClusterNetwork(sim), { name: "node-1", index: 1, epochMs: 0 }),
  };
}

function view(root: DirNode, options: Partial<ConstructorParameters<typeof FsView>[0]> = {}): FsView {
  let now = root;
  return new FsView({
    root: {
      root: () => now,
      replace: (next) => {
        now = next;
      },
      free: () => 1000,
      tight: () => true,
    },
    now: () => 0,
    ...options,
  });
}

describe("files", () => {
  it("follows the links of a projected volume, also when its directory is swapped", () => {
    const { machine: m } = machine();
    m.fs.write("/vol/..2026_01/k", "one");
    m.fs.symlink("/vol/..data", "..2026_01");
    m.fs.symlink("/vol/k", "..data/k");
    expect(m.fs.read("/vol/k")).toBe("one");
    m.fs.write("/vol/..2026_02/k", "two");
    m.fs.symlink("/vol/..data", "..2026_02");
    expect(m.fs.read("/vol/k")).toBe("two");
    expect(m.fs.lstat("/vol/k")).toMatchObject({ kind: "link", target: "..data/k" });
    expect(m.fs.list("/vol")).toEqual(["..2026_01", "..2026_02", "..data", "k"]);
  });

  it("refuses as the kernel does: loops, files in the way, read-only, other users, a full disk", () => {
    const fs = view(tree({ "/a": link("/b"), "/b": link("/a"), "/f": "x", "/private": file("x", 0o600) }));
    expect(fs.read("/a")).toEqual({ ok: false, errno: "ELOOP" });
    expect(fs.write("/f/x", "")).toEqual({ ok: false, errno: "ENOTDIR" });
    expect(fs.write("/none/x", "")).toEqual({ ok: false, errno: "ENOENT" });
    expect(fs.write("/big", "", { size: 2000 })).toEqual({ ok: false, errno: "ENOSPC" });
    expect(view(tree({}), { readonlyRoot: true }).write("/x", "")).toEqual({ ok: false, errno: "EROFS" });
    const nobody = view(tree({ "/private": file("x", 0o600) }), {
      who: { uid: 1000, gid: 1000, groups: [] },
    });
    expect(nobody.read("/private")).toEqual({ ok: false, errno: "EACCES" });
    expect(nobody.write("/new", "")).toEqual({ ok: false, errno: "EACCES" });
  });

  it("a container's layer is what it has beyond its image", () => {
    const image = tree({ "/bin/sh": file("sh", 0o755, 1_000_000), "/etc/passwd": "root" });
    expect(layerUsage(image, image).bytes).toBe(0);
    const fs = view(image, {});
    fs.write("/etc/new", "y");
    const changed = fs.lookup("/");
    // One block for the file, one each for the directories that were copied up.
    expect(changed.ok && layerUsage(changed.value, image).bytes).toBe(3 * 4096);
  });

  it("tells watchers what changed below their path, and nobody else", () => {
    const { sim, machine: m } = machine();
    const seen: string[] = [];
    sim.component("w", (event) => seen.push(`${event.op} ${event.path}`));
    m.fs.watch("/etc/kubernetes/manifests", { to: "w", event: { type: "changed" } });
    m.fs.write("/etc/kubernetes/manifests/a.yaml", "1");
    m.fs.write("/etc/kubernetes/other", "1");
    m.fs.write("/etc/kubernetes/manifests/a.yaml", "2");
    m.fs.remove("/etc/kubernetes/manifests/a.yaml");
    sim.run({ until: 1 });
    expect(seen).toEqual([
      "create /etc/kubernetes/manifests/a.yaml",
      "write /etc/kubernetes/manifests/a.yaml",
      "remove /etc/kubernetes/manifests/a.yaml",
    ]);
  });

  it("a log is whole for who reads it, however it was written", () => {
    const { machine: m } = machine();
    m.fs.mkdir("/var/log/pods/x");
    m.fs.openLog("/var/log/pods/x/0.log");
    m.fs.appendLog("/var/log/pods/x/0.log", "a\n");
    m.fs.appendLog("/var/log/pods/x/0.log", "b\n");
    expect(m.fs.read("/var/log/pods/x/0.log")).toBe("a\nb\n");
    m.fs.rename("/var/log/pods/x/0.log", "/var/log/pods/x/0.log.1");
    m.fs.openLog("/var/log/pods/x/0.log");
    m.fs.appendLog("/var/log/pods/x/0.log", "c\n");
    expect(m.fs.list("/var/log/pods/x")).toEqual(["0.log", "0.log.1"]);
    expect(m.fs.read("/var/log/pods/x/0.log")).toBe("c\n");
  });

  it("an open log stays the same file when it is renamed, and is lost with it", () => {
    const { machine: m } = machine();
    const log = "/var/log/pods/x/0.log";
    expect(m.fs.openLog(log)).toBe(false);
    m.fs.mkdir("/var/log/pods/x");
    m.fs.openLog(log);
    m.fs.appendLog(log, "a\n");
    expect(m.fs.size(log)).toBe(2);
    m.fs.rename(log, `${log}.1`);
    m.fs.appendLog(log, "b\n");
    expect(m.fs.exists(log)).toBe(false);
    expect(m.fs.read(`${log}.1`)).toBe("a\nb\n");
    m.fs.rename(`${log}.1`, log);
    m.fs.appendLog(log, "c\n");
    expect(m.fs.read(log)).toBe("a\nb\nc\n");
    m.fs.remove(log);
    m.fs.appendLog(log, "d\n");
    expect(m.fs.size(log)).toBeUndefined();
    m.fs.openLog(log);
    m.fs.appendLog(log, "e\n");
    expect(m.fs.read(log)).toBe("e\n");
  });
});

describe("load", () => {
  it("says when growing memory passes a limit", () => {
    const flat = { from: 50, to: 50, startMs: 0, endMs: 0 };
    const growing = { from: 0, to: 100, startMs: 1000, endMs: 2000 };
    expect(crossing([flat, growing], 100, 0)).toBe(1500);
    expect(crossing([flat, growing], 150, 0)).toBeNull();
    expect(crossing([flat, growing], 40, 700)).toBe(700);
    expect(crossing([flat, growing], 100, 1800)).toBe(1800);
  });

  it("a filled disk leaves nothing free, a memory hog takes what it takes", () => {
    const { machine: m } = machine();
    const before = m.stats.node();
    m.loads.set({ diskFill: { nodefs: 0.92, imagefs: 0 }, memoryHog: 1024 ** 3 });
    const after = m.stats.node();
    expect(after.nodefs.usedBytes / after.nodefs.capacityBytes).toBeCloseTo(0.92, 3);
    expect(before.memory.availableBytes - after.memory.availableBytes).toBe(1024 ** 3);
  });
});

describe("network", () => {
  it("nobody at a pod address: no route after three seconds, a timeout before that", () => {
    const { sim, machine: m } = machine();
    const seen: { at: number; text: string }[] = [];
    sim.component("c", (event) => seen.push({ at: sim.now, text: event.result.text }));
    const reply = { to: "c", event: { type: "answer" } };
    m.network.tcp({ ip: "10.244.0.77", port: 80, timeoutMs: 1000 }, reply);
    m.network.tcp({ ip: "10.244.0.77", port: 80, timeoutMs: 10_000 }, reply);
    m.network.grpc({ ip: "10.244.0.77", port: 80, service: "", timeoutMs: 2000 }, reply);
    sim.run({ until: 20_000 });
    expect(seen).toEqual([
      { at: 1000, text: "dial tcp 10.244.0.77:80: i/o timeout" },
      { at: 2000, text: undefined },
      { at: 3000, text: "dial tcp 10.244.0.77:80: connect: no route to host" },
    ]);
  });
});

import { describe, expect, it } from "vitest";
import type { KubeletConfig } from "../contract.ts";
import { DEFAULT_KUBELET_CONFIG, readKubeletConfig } from "../kubelet-config.ts";
import { createNodeWorld } from "../testing/node-world.ts";
import { ensureInhibitDelay, LOGIND_DROP_IN, logindDropIn, readInhibitDelay } from "./inhibit.ts";
import { gracePeriodOverride, groupByPriority, migrateConfig, shutdownPeriods } from "./periods.ts";

const pod = (name: string, priority?: number) => ({
  metadata: { name, uid: name },
  spec: { containers: [], ...(priority === undefined ? {} : { priority }) },
});
const settings = (fields: Partial<KubeletConfig>): KubeletConfig => ({
  ...DEFAULT_KUBELET_CONFIG,
  ...fields,
});

describe("periods of a shutdown", () => {
  it("split the time between critical pods and the others", () => {
    expect(migrateConfig(30_000, 10_000)).toEqual([
      { priority: 0, shutdownGracePeriodSeconds: 20 },
      { priority: 2_000_000_000, shutdownGracePeriodSeconds: 10 },
    ]);
  });

  it("are none without a time, or when the critical pods would get more than there is", () => {
    expect(migrateConfig(0, 0)).toEqual([]);
    expect(migrateConfig(10_000, 20_000)).toEqual([]);
    expect(shutdownPeriods(settings({}))).toEqual([]);
  });

  it("by priority win over the two of old, sorted", () => {
    const { config, problems } = readKubeletConfig({
      shutdownGracePeriod: "30s",
      shutdownGracePeriodByPodPriority: [
        { priority: 1000, shutdownGracePeriodSeconds: 5 },
        { priority: 0, shutdownGracePeriodSeconds: 7 },
      ],
    });
    expect(problems).toEqual([]);
    expect(shutdownPeriods(config).map((p) => p.priority)).toEqual([0, 1000]);
  });

  it("are off with the gate", () => {
    const config = settings({
      shutdownGracePeriodMs: 30_000,
      featureGates: { GracefulNodeShutdown: false },
    });
    expect(shutdownPeriods(config)).toEqual([]);
  });
});

describe("groups of pods", () => {
  it("go by the highest period that is not above a pod's priority", () => {
    const periods = [0, 1000, 100_000].map((priority) => ({ priority, shutdownGracePeriodSeconds: 1 }));
    const pods = [pod("below", -5), pod("none"), pod("between", 999), pod("at", 1000), pod("above", 2e9)];
    const groups = groupByPriority(periods, pods).map((g) => g.pods.map((p) => p.metadata?.name));
    expect(groups).toEqual([["below", "none", "between"], ["at"], ["above"]]);
  });

  it("give a pod its own period where that is shorter", () => {
    const group = { priority: 0, shutdownGracePeriodSeconds: 10 };
    const withGrace = (terminationGracePeriodSeconds: number) => ({
      spec: { containers: [], terminationGracePeriodSeconds },
    });
    expect(gracePeriodOverride(withGrace(3), group)).toBe(3);
    expect(gracePeriodOverride(withGrace(60), group)).toBe(10);
    expect(gracePeriodOverride(pod("none"), group)).toBe(10);
  });
});

describe("logind's delay", () => {
  it("is raised where it is too short", () => {
    let written = "";
    const outcome = ensureInhibitDelay(
      30_000,
      readInhibitDelay(undefined),
      (ms) => {
        written = logindDropIn(ms);
      },
      () => readInhibitDelay(written),
    );
    expect(outcome).toEqual({ overridden: true, error: null });
    expect(written).toContain("InhibitDelayMaxSec=30\n");
  });

  it("stays as it is where it is long enough", () => {
    const never = () => {
      throw new Error("not needed");
    };
    expect(ensureInhibitDelay(5000, 5000, never, () => 0)).toEqual({ overridden: false, error: null });
  });
});

describe("a node that shuts down", () => {
  it("refuses pods, is not ready, and can think better of it", () => {
    const { kubelet, sim, host } = createNodeWorld({
      config: { shutdownGracePeriodMs: 30_000, shutdownGracePeriodCriticalPodsMs: 10_000 },
    });
    expect(host.fs.read(LOGIND_DROP_IN)).toContain("InhibitDelayMaxSec=30");
    kubelet.nodeShutdown.prepareForShutdown(true, null);
    sim.run({ until: sim.now + 1000 });
    expect(kubelet.nodeShutdown.admit()?.reason).toBe("NodeShutdown");
    const ready = () => kubelet.nodeStatus.node()?.status?.conditions?.find((c) => c.type === "Ready");
    expect(ready()?.message).toBe("node is shutting down");
    kubelet.nodeShutdown.prepareForShutdown(false, null);
    expect(kubelet.nodeShutdown.admit()).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { DEFAULT_KUBELET_CONFIG, readKubeletConfig } from "./kubelet-config.ts";

describe("settings of the kubelet", () => {
  it("take zero for the default and nothing below", () => {
    const { config, problems } = readKubeletConfig({ syncFrequency: "0s", nodeStatusUpdateFrequency: "-5s" });
    expect(config).toEqual(DEFAULT_KUBELET_CONFIG);
    expect(problems).toEqual([{ field: "nodeStatusUpdateFrequency", problem: "not-a-duration" }]);
  });

  it("replace the thresholds of eviction as a whole", () => {
    const { config } = readKubeletConfig({ evictionHard: { "memory.available": "1Gi" } });
    expect(config.evictionHard).toEqual({ "memory.available": "1Gi" });
  });

  it("keeps the defaults of log rotation where a kubelet would not start", () => {
    const { config, problems } = readKubeletConfig({
      containerLogMonitorInterval: "2s",
      containerLogMaxFiles: 1,
      containerLogMaxSize: "1Mi",
    });
    expect(config.containerLogMonitorIntervalMs).toBe(10_000);
    expect(config.containerLogMaxFiles).toBe(5);
    expect(config.containerLogMaxSize).toBe(1024 * 1024);
    expect(problems.map((p) => p.problem)).toEqual(["out-of-range", "out-of-range"]);
  });
});

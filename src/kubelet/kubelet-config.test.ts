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
});

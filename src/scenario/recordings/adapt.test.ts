import { describe, expect, it } from "vitest";
import { adaptRecording, kubeletSettings } from "./adapt.ts";
import type { Recording } from "./recording.ts";

const recording = (more: Partial<Recording>): Recording => ({
  id: "golden/one",
  describes: "one",
  kubernetes: "v1.36.1",
  manifest: null,
  until: 10,
  statuses: [],
  events: [],
  ...more,
});

const failed = (image: string, why: string) => ({
  at: 1,
  type: "Warning",
  reason: "Failed",
  message: `Failed to pull image "${image}": ${why}`,
});

describe("a recording's world", () => {
  it("takes settings of the kubelet from the description", () => {
    const describes =
      "kubelet settings crashLoopBackOff.maxContainerRestartPeriod: 30s, evictionHard.nodefs.available: 5%, maxPods: 3; a pod";
    expect(kubeletSettings(recording({ describes }))).toEqual({
      crashLoopBackOff: { maxContainerRestartPeriod: "30s" },
      evictionHard: { "nodefs.available": "5%" },
      maxPods: 3,
    });
  });

  it("has no image that the registry did not have, unless it came later", () => {
    const absent = "rpc error: code = NotFound desc = failed to resolve image: not found";
    const pulled = {
      at: 9,
      type: "Normal",
      reason: "Pulled",
      message: 'Successfully pulled image "nginx:8" in DUR',
    };
    const events = [
      failed("nginx:9", absent),
      failed("nginx:8", absent),
      failed("nginx:7", "dial tcp: connection refused"),
      pulled,
    ];
    const adapted = adaptRecording(recording({ events }));
    expect(adapted).toMatchObject({
      scenario: { spec: { images: [{ name: "nginx:9", pull: { error: "not found" } }] } },
    });
  });
});

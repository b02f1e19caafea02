import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../sim/types.ts";
import { formatKlog } from "./klog.ts";

const options = { epochMs: Date.parse("2026-01-05T09:00:00Z"), verbosity: 2 };

const record = (
  type: string,
  data: Record<string, unknown>,
  object = "pod/default/web/app",
): TraceRecord => ({
  seq: 1,
  time: 7384,
  cause: null,
  from: "node-1/prober",
  to: "node-1/container",
  type,
  object,
  data,
});

describe("klog view", () => {
  it("prints a failed probe as the kubelet does, output of several lines indented", () => {
    expect(
      formatKlog(
        record("prober.liveness", { result: "failure", output: "cat: no such file\n", podUid: "u1" }),
        options,
      ),
    ).toEqual([
      'I0105 09:00:07.384000    1234 prober.go:122] "Probe failed" probeType="Liveness" pod="default/web" podUID="u1" containerName="app" probeResult="failure" output=<\n\tcat: no such file\n >',
    ]);
  });

  it("hides what a higher verbosity would show", () => {
    const success = record("prober.readiness", { result: "success", output: "" });
    expect(formatKlog(success, options)).toEqual([]);
    expect(formatKlog(success, { ...options, verbosity: 3 })).toHaveLength(1);
  });

  it("prints lists of pods, references and escaped errors", () => {
    expect(
      formatKlog(record("syncloop.ADD", { source: "file", pods: ["default/a", "default/b"] }), options)[0],
    ).toContain('kubelet.go:2724] "SyncLoop ADD" source="file" pods=["default/a","default/b"]');
    const failed = record("podworker.SyncPod", {
      end: true,
      error: 'failed to "StartContainer"',
      podUid: "u1",
    });
    expect(formatKlog(failed, options)).toEqual([
      'E0105 09:00:07.384000    1234 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\"" pod="default/web" podUID="u1"',
    ]);
  });

  it("says nothing of records that are not the kubelet's", () => {
    expect(formatKlog(record("scheduler.bind", {}), options)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { parsePath, valueAt } from "./paths.ts";

const pod = {
  metadata: { annotations: { "kubernetes.io/config.source": "file" }, labels: { app: "web" } },
  status: {
    phase: "Running",
    containerStatuses: [
      { name: "app", restartCount: 2, state: { running: {} } },
      { name: "side", restartCount: 0 },
    ],
    conditions: [{ type: "Ready", status: "False" }],
  },
};

describe("paths into objects", () => {
  it.each([
    ["status.phase", "Running"],
    [".status.phase", "Running"],
    ["$.status.phase", "Running"],
    ["status.containerStatuses[1].name", "side"],
    ["status.containerStatuses[-1].name", "side"],
    ["status.containerStatuses[?(@.name=='app')].restartCount", 2],
    ['status.containerStatuses[?(@.name=="side")].restartCount', 0],
    ["status.containerStatuses[?(@.restartCount==0)].name", "side"],
    ["status.conditions[?(@.type=='Ready')].status", "False"],
    ["status.containerStatuses[*].name", ["app", "side"]],
    ["metadata.annotations['kubernetes.io/config.source']", "file"],
    ['metadata.labels["app"]', "web"],
  ])("%s", (path, value) => expect(valueAt(pod, path)).toEqual(value));

  it.each([
    "status.nothing",
    "status.nothing.below",
    "status.phase.deeper",
    "status.containerStatuses[9].name",
    "status.conditions[?(@.type=='Nope')].status",
    "metadata.labels[0]",
  ])("%s is nothing", (path) => expect(valueAt(pod, path)).toBeUndefined());

  it.each(["a[", "a[?]", "a[b]", "a[?(@.x)]", "a]"])("%s is no path", (path) => {
    expect(parsePath(path)).toBeNull();
    expect(valueAt({ a: 1 }, path)).toBeUndefined();
  });
});

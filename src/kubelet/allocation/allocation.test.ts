import { describe, expect, it } from "vitest";
import type { Pod } from "../types.ts";
import { allocationFromPod, updatePodFromAllocation } from "./allocation.ts";

const pod = (cpu: string, more: object = {}): Pod =>
  ({
    metadata: { uid: "u" },
    spec: {
      initContainers: [
        { name: "init", resources: { requests: { cpu } } },
        { name: "side", restartPolicy: "Always", resources: { requests: { cpu } } },
      ],
      containers: [{ name: "app", resources: { requests: { cpu } } }],
      ...more,
    },
  }) as unknown as Pod;
const cpus = (p: Pod): unknown[] =>
  [...(p.spec?.initContainers ?? []), ...(p.spec?.containers ?? [])].map(
    (c) => c.resources?.requests?.["cpu"],
  );

describe("what a pod holds", () => {
  it("is what it was admitted with, sidecars included, until a resize fits", () => {
    const held = allocationFromPod(pod("1"));
    expect(cpus(updatePodFromAllocation(pod("2"), held))).toEqual(["2", "1", "1"]);
  });

  it("leaves a pod alone that asks for what it holds, whatever the order of fields", () => {
    const asks = pod("1", { resources: { limits: { cpu: "2", memory: "1Gi" } } });
    const held = allocationFromPod(pod("1", { resources: { limits: { memory: "1Gi", cpu: "2" } } }));
    expect(updatePodFromAllocation(asks, held)).toBe(asks);
    expect(updatePodFromAllocation(asks, undefined)).toBe(asks);
  });

  it("is held by the pod as a whole too", () => {
    const held = allocationFromPod(pod("1"));
    expect(
      updatePodFromAllocation(pod("1", { resources: { limits: { cpu: "2" } } }), held).spec?.resources,
    ).toBeUndefined();
  });
});

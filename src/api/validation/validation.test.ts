import { describe, expect, it } from "vitest";
import { prepare } from "../defaults/index.ts";
import { applyAppArmorVersionSkew } from "../pod-strategy.ts";
import type { Pod } from "../types.ts";
import { validateCreate, validateUpdate } from "./index.ts";

const pod = (spec: object, metadata: object = {}): Pod =>
  prepare({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default", ...metadata },
    spec: { containers: [{ name: "c", image: "nginx" }], ...spec },
  } as never) as Pod;
const faults = (spec: object): string[] => validateCreate(pod(spec) as never).map((e) => e.field);
const volume = (source: object): object => ({ volumes: [{ name: "v", ...source }] });

describe("storage on the network", () => {
  it("wants an initiator's name in one of its three forms", () => {
    const iscsi = { targetPortal: "10.0.0.1", iqn: "iqn.2015-02.example.com:test", lun: 1 };
    expect(faults(volume({ iscsi }))).toEqual([]);
    expect(faults(volume({ iscsi: { ...iscsi, iqn: "abc" } }))).toEqual(["spec.volumes[0].iscsi.iqn"]);
    expect(faults(volume({ iscsi: { ...iscsi, lun: 256 } }))).toEqual(["spec.volumes[0].iscsi.lun"]);
    expect(faults(volume({ iscsi: { ...iscsi, chapAuthSession: true } }))).toEqual([
      "spec.volumes[0].iscsi.secretRef",
    ]);
  });

  it("wants names or identifiers of fibre channel targets, not both", () => {
    expect(faults(volume({ fc: {} }))).toEqual(["spec.volumes[0].fc.targetWWNs"]);
    expect(faults(volume({ fc: { wwids: ["a"] } }))).toEqual([]);
    expect(faults(volume({ fc: { targetWWNs: ["a"] } }))).toEqual(["spec.volumes[0].fc.lun"]);
  });
});

describe("claims in a template", () => {
  it("may not name two different data sources", () => {
    const spec = {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      dataSource: { kind: "PersistentVolumeClaim", name: "a" },
      dataSourceRef: { kind: "PersistentVolumeClaim", name: "b" },
    };
    expect(faults(volume({ ephemeral: { volumeClaimTemplate: { spec } } }))).toEqual([
      "spec.volumes[0].ephemeral.volumeClaimTemplate.spec",
    ]);
  });
});

describe("an update", () => {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "k", operator: "In", values: ["-1"] }] }],
      },
    },
  };

  it("does not stumble over a fault that the pod has already", () => {
    const old = pod({ affinity, schedulingGates: [{ name: "g" }] }, { resourceVersion: "1" });
    const next = pod({ affinity }, { resourceVersion: "1" });
    expect(validateCreate(next as never)).not.toEqual([]);
    expect(validateUpdate(next as never, old as never)).toEqual([]);
  });
});

describe("AppArmor profiles of annotations", () => {
  it("are put into the containers that ask for none", () => {
    const annotations = { "container.apparmor.security.beta.kubernetes.io/c": "runtime/default" };
    const made = applyAppArmorVersionSkew(pod({}, { annotations }));
    expect(made.spec?.containers[0]?.securityContext?.appArmorProfile).toEqual({ type: "RuntimeDefault" });
  });
});

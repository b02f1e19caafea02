import { describe, expect, it } from "vitest";
import { jsonMerge } from "./json-merge.ts";
import { jsonPatch } from "./json-patch.ts";
import { threeWayPatch } from "./last-applied.ts";
import { strategicMerge } from "./strategic-merge.ts";

const merge = (original: unknown, patch: unknown, kind = "Pod", version = "v1"): unknown => {
  const result = strategicMerge(version, kind, original, patch);
  return result.ok ? result.object : result.error;
};

describe("strategic merge", () => {
  const pod = {
    spec: {
      containers: [
        { name: "a", image: "1" },
        {
          name: "b",
          image: "2",
          env: [
            { name: "X", value: "1" },
            { name: "Y", value: "2" },
          ],
        },
      ],
      tolerations: [{ key: "a" }],
    },
  };

  it("merges containers by name and replaces atomic lists", () => {
    expect(
      merge(pod, { spec: { containers: [{ name: "a", image: "9" }], tolerations: [{ key: "z" }] } }),
    ).toEqual({
      spec: { containers: [{ name: "a", image: "9" }, pod.spec.containers[1]], tolerations: [{ key: "z" }] },
    });
  });

  it("deletes by directive and by null, and puts new items first", () => {
    const patch = {
      spec: {
        tolerations: null,
        containers: [
          { name: "c" },
          { name: "a", $patch: "delete" },
          { name: "b", env: [{ name: "X", $patch: "delete" }] },
        ],
      },
    };
    expect(merge(pod, patch)).toEqual({
      spec: { containers: [{ name: "c" }, { name: "b", image: "2", env: [{ name: "Y", value: "2" }] }] },
    });
  });

  it("keeps only the keys it is told to keep", () => {
    const volume = { spec: { volumes: [{ name: "v", emptyDir: {} }] } };
    expect(
      merge(volume, {
        spec: { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] },
      }),
    ).toEqual({
      spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] },
    });
  });

  it("merges conditions of a node by type", () => {
    const node = {
      status: {
        conditions: [
          { type: "Ready", status: "True" },
          { type: "DiskPressure", status: "False" },
        ],
      },
    };
    expect(merge(node, { status: { conditions: [{ type: "Ready", status: "False" }] } }, "Node")).toEqual({
      status: {
        conditions: [
          { type: "Ready", status: "False" },
          { type: "DiskPressure", status: "False" },
        ],
      },
    });
  });

  it("says which key an item lacks", () => {
    expect(merge(pod, { spec: { containers: [{ image: "x" }] } })).toBe(
      "map: map[image:x] does not contain declared merge key: name",
    );
  });
});

describe("apply", () => {
  const check = (last: unknown, now: unknown, live: unknown): unknown => {
    const patch = threeWayPatch("apps/v1", "Deployment", last, now, live);
    return merge(live, patch, "Deployment", "apps/v1");
  };

  it("removes what was applied before and is gone, leaves what others set", () => {
    const template = (containers: object[]): object => ({ spec: { template: { spec: { containers } } } });
    const live = {
      spec: {
        replicas: 5,
        template: {
          spec: {
            containers: [{ name: "a", image: "1", args: ["x"], imagePullPolicy: "Always" }, { name: "side" }],
          },
        },
      },
    };
    expect(
      check(
        template([{ name: "a", image: "1", args: ["x"] }, { name: "side" }]),
        template([{ name: "a", image: "2" }]),
        live,
      ),
    ).toEqual({
      spec: {
        replicas: 5,
        template: { spec: { containers: [{ name: "a", image: "2", imagePullPolicy: "Always" }] } },
      },
    });
  });

  it("is empty where nothing differs", () => {
    const object = { spec: { replicas: 1 } };
    expect(
      threeWayPatch("apps/v1", "Deployment", object, object, { ...object, status: { replicas: 1 } }),
    ).toEqual({});
  });
});

describe("the other patches", () => {
  it("merges JSON", () =>
    expect(jsonMerge({ a: { b: 1, c: 2 } }, { a: { b: null, d: [1] } })).toEqual({ a: { c: 2, d: [1] } }));

  it("applies JSON patches, all or none", () => {
    const object = { a: [1, 2], "x/y": 1 };
    expect(
      jsonPatch(object, [
        { op: "add", path: "/a/1", value: 9 },
        { op: "remove", path: "/x~1y" },
      ]),
    ).toEqual({ ok: true, object: { a: [1, 9, 2] } });
    expect(
      jsonPatch(object, [
        { op: "remove", path: "/a/0" },
        { op: "replace", path: "/b", value: 1 },
      ]),
    ).toMatchObject({ ok: false });
    expect(object.a).toEqual([1, 2]);
  });
});

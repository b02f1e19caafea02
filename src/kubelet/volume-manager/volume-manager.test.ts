import { describe, expect, it } from "vitest";
import { createNodeWorld, podOf } from "../testing/node-world.ts";
import { versionDir } from "./atomic-writer.ts";
import { expectedVolumes } from "./volume-manager.ts";

type World = ReturnType<typeof createNodeWorld>;
const volumePath = (world: World, plugin: string, volume: string): string =>
  `/var/lib/kubelet/pods/${world.kubelet.podManager.pods()[0]?.metadata?.uid}/volumes/${plugin}/${volume}`;
const object = (kind: string, name: string, data: object): object => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "default" },
  data,
});

describe("volumes of a pod", () => {
  it("make it wait for a third of a second, by the manager's own polling", () => {
    const world = createNodeWorld();
    world.run(1000);
    world.create(podOf("web"));
    world.run(2000);
    const sync = world.records("podworker.SyncPod")[0]?.time ?? 0;
    const sandbox = world.runtime.calls.find((c) => c.rpc === "RunPodSandbox")?.at ?? 0;
    expect(sandbox - sync).toBe(300);
    expect(
      world.host.fs.list(
        volumePath(world, "kubernetes.io~projected", world.pod("web")?.spec?.volumes?.[0]?.name ?? ""),
      ),
    ).toContain("token");
  });

  it("hold it back until a missing secret comes, tried at 0.5, 1, 2, 4 … seconds", () => {
    const world = createNodeWorld();
    world.create(
      podOf(
        "web",
        { volumes: [{ name: "s", secret: { secretName: "late" } }] },
        { volumeMounts: [{ name: "s", mountPath: "/s" }] },
      ),
    );
    world.run(10_000);
    const failures = world.records("event.FailedMount");
    expect(failures[0]?.data["message"]).toBe(
      'MountVolume.SetUp failed for volume "s" : secret "late" not found',
    );
    const gaps = failures.slice(1).map((r, i) => r.time - (failures[i]?.time ?? 0));
    expect(gaps).toEqual([500, 1000, 2000, 4000]);
    world.create(object("Secret", "late", { k: "dg==" }));
    world.run(20_000);
    expect(world.pod("web")?.status?.phase).toBe("Running");
    expect(world.host.fs.read(`${volumePath(world, "kubernetes.io~secret", "s")}/k`)).toBe("v");
  });

  it("follow a config map at the pod's next sync, as a whole", () => {
    const world = createNodeWorld();
    world.create(object("ConfigMap", "cm", { a: "1", old: "x" }));
    world.create(
      podOf(
        "web",
        { volumes: [{ name: "c", configMap: { name: "cm" } }] },
        { volumeMounts: [{ name: "c", mountPath: "/c" }] },
      ),
    );
    world.run(5000);
    const directory = volumePath(world, "kubernetes.io~configmap", "c");
    expect(world.host.fs.read(`${directory}/a`)).toBe("1");
    const first = world.host.fs.lstat(`${directory}/..data`)?.target;
    world.user.request(
      {
        verb: "patch",
        kind: "ConfigMap",
        namespace: "default",
        name: "cm",
        patchType: "merge",
        body: { data: { a: "2", old: null } },
      },
      null,
    );
    world.run(10_000);
    expect(world.host.fs.read(`${directory}/a`)).toBe("1");
    world.run(120_000);
    expect(world.host.fs.read(`${directory}/a`)).toBe("2");
    expect(world.host.fs.lstat(`${directory}/..data`)?.target).not.toBe(first);
    expect(world.host.fs.list(directory)?.filter((name) => !name.startsWith(".."))).toEqual(["a"]);
    expect(world.records("volume.Updated")).toHaveLength(1);
  });

  it("go with the pod", () => {
    const world = createNodeWorld();
    world.create(
      podOf(
        "web",
        { volumes: [{ name: "e", emptyDir: {} }] },
        { volumeMounts: [{ name: "e", mountPath: "/e" }] },
      ),
    );
    world.run(3000);
    const directory = volumePath(world, "kubernetes.io~empty-dir", "e");
    expect(world.host.fs.stat(directory)?.mode).toBe(0o777);
    world.user.request({ verb: "delete", kind: "Pod", namespace: "default", name: "web" }, null);
    world.run(10_000);
    expect(world.host.fs.stat(directory)).toBeUndefined();
  });

  it("fail while what is behind them does", () => {
    const world = createNodeWorld();
    world.kubelet.volumes.failSetUps({ "default/web/*": "mount failed: exit status 32" });
    world.create(podOf("web"));
    world.run(3000);
    expect(world.records("event.FailedMount")[0]?.data["message"]).toMatch(
      / : mount failed: exit status 32$/,
    );
    world.kubelet.volumes.failSetUps({});
    world.run(10_000);
    expect(world.pod("web")?.status?.phase).toBe("Running");
  });

  it("tell why a claim cannot be used", () => {
    const world = createNodeWorld();
    world.create(
      podOf(
        "web",
        { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "none" } }] },
        { volumeMounts: [{ name: "d", mountPath: "/d" }] },
      ),
    );
    world.run(3000);
    expect(world.records("event.FailedMount")[0]?.data["message"]).toMatch(
      /^Unable to attach or mount volumes: unmounted volumes=\[d( kube-api-access-\w+)?\], unattached volumes=\[\], failed to process volumes=\[d\]: error processing PVC default\/none: failed to fetch PVC from API server: /,
    );
  });
});

describe("expectedVolumes", () => {
  it("leaves out what no container mounts", () => {
    const spec = {
      volumes: [{ name: "b" }, { name: "unused" }, { name: "a" }],
      containers: [{ name: "c", volumeMounts: [{ name: "b", mountPath: "/b" }] }],
      initContainers: [{ name: "i", volumeMounts: [{ name: "a", mountPath: "/a" }] }],
    };
    expect(expectedVolumes({ spec })).toEqual(["a", "b"]);
  });
});

describe("versionDir", () => {
  it("is named after the moment", () => {
    expect(versionDir(Date.parse("2026-01-02T03:04:05.123Z"))).toBe("..2026_01_02_03_04_05.123000000");
  });
});

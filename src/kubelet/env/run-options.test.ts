import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { createNodeWorld, podOf } from "../testing/node-world.ts";
import { managedHostsFileContent } from "./hosts-file.ts";
import { generateRunContainerOptions } from "./run-options.ts";

type World = ReturnType<typeof createNodeWorld>;

/** Options of the first container once the pod has started. */
function optionsOf(spec: object, container: object, before: (world: World) => void = () => {}) {
  const world = createNodeWorld();
  before(world);
  world.run(100);
  world.create(podOf("web", spec, container));
  world.run(4000);
  const pod = world.kubelet.podManager.pods()[0] as Pod;
  const first = pod.spec?.containers[0];
  if (!first) throw new Error("no container");
  return { world, pod, result: generateRunContainerOptions(world.kubelet, pod, first, ["10.0.0.9"]) };
}

describe("what a container is created with", () => {
  it("has its own variables, those of the API's service and the pod's address", () => {
    const env = [
      { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "GREETING", value: "hello $(IP)" },
    ];
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kubernetes", namespace: "default" },
      spec: { clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443 }] },
    };
    const { result } = optionsOf({}, { env }, (world) => void world.api.server.seed(service as never));
    if (!result.ok) throw new Error(result.error);
    expect(Object.fromEntries(result.options.env)).toMatchObject({
      IP: "10.0.0.9",
      GREETING: "hello 10.0.0.9",
      KUBERNETES_SERVICE_HOST: "10.96.0.1",
      KUBERNETES_SERVICE_PORT_HTTPS: "443",
    });
    expect(result.options.mounts.map((m) => m.containerPath)).toEqual([
      "/var/run/secrets/kubernetes.io/serviceaccount",
      "/etc/hosts",
      "/dev/termination-log",
    ]);
  });

  it("is refused where a sub-path has no value or leaves the volume", () => {
    const mounted = (subPathExpr: string, value: string) =>
      optionsOf(
        { volumes: [{ name: "d", emptyDir: {} }] },
        { env: [{ name: "A", value }], volumeMounts: [{ name: "d", mountPath: "/d", subPathExpr }] },
      ).result;
    expect(mounted("$(NOPE)", "x")).toEqual({ ok: false, error: "missing value for NOPE" });
    expect(mounted("$(A)", "..")).toEqual({
      ok: false,
      error: "unable to provision SubPath `..`: must not contain '..'",
    });
  });

  it("keeps a single file of a config map as it was at creation", () => {
    const config = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "cm", namespace: "default" },
      data: { a: "1" },
    };
    const spec = { volumes: [{ name: "c", configMap: { name: "cm" } }] };
    const { world, result } = optionsOf(
      spec,
      { volumeMounts: [{ name: "c", mountPath: "/etc/a", subPath: "a" }] },
      (w) => w.create(config),
    );
    if (!result.ok) throw new Error(result.error);
    const { hostPath = "" } = result.options.mounts.find((m) => m.containerPath === "/etc/a") ?? {};
    world.user.request(
      {
        verb: "patch",
        kind: "ConfigMap",
        namespace: "default",
        name: "cm",
        patchType: "merge",
        body: { data: { a: "2" } },
      },
      null,
    );
    world.run(120_000);
    expect(world.host.fs.read(hostPath)).toBe("1");
  });
});

describe("the hosts file", () => {
  it("names the pod, with its domain where it has one", () => {
    const text = managedHostsFileContent(["10.0.0.9"], "web", "sub.ns.svc.cluster.local", [
      { ip: "1.2.3.4", hostnames: ["a", "b"] },
    ]);
    expect(text).toContain("\n10.0.0.9\tweb.sub.ns.svc.cluster.local\tweb\n");
    expect(text.endsWith("\n\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n")).toBe(true);
  });
});

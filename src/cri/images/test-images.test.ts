import { describe, expect, it } from "vitest";
import { createBench } from "../testing/bench.ts";

/** As test/utils/image/manifest.go of Kubernetes 1.36 has them. */
const IMAGES = [
  "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
  "registry.k8s.io/e2e-test-images/agnhost:2.55",
  "registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2",
  "registry.k8s.io/e2e-test-images/apparmor-loader:1.4",
  "registry.k8s.io/e2e-test-images/busybox:1.37.0-1",
  "registry.k8s.io/build-image/distroless-iptables:v0.9.3",
  "registry.k8s.io/etcd:3.6.8-0",
  "registry.k8s.io/e2e-test-images/ipc-utils:1.4",
  "registry.k8s.io/e2e-test-images/glibc-dns-testing:2.0.0",
  "registry.k8s.io/e2e-test-images/kitten:1.8",
  "registry.k8s.io/e2e-test-images/nautilus:1.8",
  "registry.k8s.io/sig-storage/nfs-provisioner:v4.0.8",
  "registry.k8s.io/e2e-test-images/nginx:1.15-4",
  "registry.k8s.io/e2e-test-images/nginx:1.27-0",
  "registry.k8s.io/e2e-test-images/node-perf/npb-ep:1.6.0",
  "registry.k8s.io/e2e-test-images/node-perf/npb-is:1.7.0",
  "registry.k8s.io/e2e-test-images/node-perf/pytorch-wide-deep:1.0.0",
  "registry.k8s.io/e2e-test-images/nonewprivs:1.4",
  "registry.k8s.io/e2e-test-images/nonroot:1.5",
  "registry.k8s.io/pause:3.10.2",
  "registry.k8s.io/e2e-test-images/perl:5.26",
  "registry.k8s.io/e2e-test-images/regression-issue-74839:1.5",
  "registry.k8s.io/e2e-test-images/resource-consumer:1.14",
  "registry.k8s.io/e2e-test-images/volume/nfs:1.6.0",
  "registry.k8s.io/e2e-test-images/volume/iscsi:2.7",
];

describe("images of Kubernetes' own tests", () => {
  it.each(IMAGES)("%s can be pulled", (image) => {
    expect(createBench().call("PullImage", { image }).ok).toBe(true);
  });

  it("a registry of one's own wants credentials", () => {
    const image = "gcr.io/authenticated-image-pulling/alpine:3.7";
    expect(createBench().call("PullImage", { image }).ok).toBe(false);
    expect(
      createBench().call("PullImage", { image, auth: { secret: "s", username: "u", password: "p" } }).ok,
    ).toBe(true);
  });

  it("serve what they are for", () => {
    const bench = createBench();
    const pod = bench.pod("p");
    bench.run(pod, { image: "registry.k8s.io/e2e-test-images/kitten:1.8", command: [] });
    bench.wait(1000);
    expect(bench.http(bench.ip(pod), 80, "/data.json").body).toContain("kitten.jpg");
    const consumer = bench.pod("q");
    bench.run(consumer, { image: "registry.k8s.io/e2e-test-images/resource-consumer:1.14", command: [] });
    bench.wait(1000);
    expect(bench.http(bench.ip(consumer), 8080, "/ConsumeCPU?millicores=100&durationSec=5").status).toBe(200);
  });
});

/** The images that Kubernetes' own tests name (test/utils/image/manifest.go), besides agnhost and busybox. */
import type { Row } from "./catalogue.ts";

const E2E = "registry.k8s.io/e2e-test-images";

/** Runs until it is told to end. */
const waiting = (path: string, size: number): Row => ({
  size,
  base: "scratch",
  entrypoint: [path],
  files: { [path]: { program: "sleeper" } },
});

/** Images whose registry wants to know who asks. */
const PRIVATE: Row["pull"] = { error: "unauthorized" };

/** Sidecars of CSI drivers, and the drivers. */
const CSI = [
  "csi-attacher",
  "csi-external-health-monitor-controller",
  "csi-node-driver-registrar",
  "csi-provisioner",
  "csi-resizer",
  "csi-snapshotter",
  "hostpathplugin",
  "livenessprobe",
  "mock-driver",
  "nfs-provisioner",
];

/** @param from rows of the images that these are made of */
export function testImages(from: {
  readonly agnhost: Row;
  readonly nginx: Row;
}): Readonly<Record<string, Row>> {
  const { agnhost, nginx } = from;
  const webserver: Row = { ...agnhost, cmd: ["test-webserver"] };
  return {
    [`${E2E}/nginx`]: nginx,
    [`${E2E}/perl`]: {
      size: 350,
      cmd: ["perl"],
      files: { "/usr/local/bin/perl": { program: "perl" } },
    },
    [`${E2E}/kitten`]: {
      ...webserver,
      files: { ...agnhost.files, "/data.json": '{"image": "kitten.jpg"}\n' },
    },
    [`${E2E}/nautilus`]: {
      ...webserver,
      files: { ...agnhost.files, "/data.json": '{"image": "nautilus.jpg"}\n' },
    },
    [`${E2E}/nonroot`]: { size: 3, base: "alpine", cmd: ["/bin/sh"], user: "1234" },
    [`${E2E}/nonewprivs`]: {
      ...agnhost,
      entrypoint: [],
      cmd: ["nnp"],
      files: { ...agnhost.files, "/usr/local/bin/nnp": { script: "#!/bin/sh\nexec /agnhost nonewprivs\n" } },
    },
    [`${E2E}/ipc-utils`]: { size: 5, base: "alpine", cmd: ["/bin/sh"] },
    [`${E2E}/glibc-dns-testing`]: {
      size: 60,
      cmd: ["sleep", "infinity"],
      files: {
        "/usr/bin/nslookup": { program: "busybox" },
        "/usr/bin/dig": { program: "busybox" },
        "/usr/bin/host": { program: "busybox" },
      },
    },
    [`${E2E}/resource-consumer`]: {
      ...agnhost,
      entrypoint: ["/agnhost", "resource-consumer"],
      cmd: [],
    },
    [`${E2E}/regression-issue-74839`]: waiting("/regression-issue-74839", 20),
    [`${E2E}/sample-apiserver`]: waiting("/sample-apiserver", 25),
    [`${E2E}/sample-device-plugin`]: waiting("/sampledeviceplugin", 20),
    [`${E2E}/apparmor-loader`]: waiting("/usr/bin/loader", 15),
    [`${E2E}/volume/nfs`]: waiting("/usr/local/bin/run_nfs.sh", 250),
    [`${E2E}/volume/iscsi`]: waiting("/usr/local/bin/run_iscsi_target.sh", 250),
    [`${E2E}/node-perf/npb-ep`]: { size: 60, entrypoint: ["/bin/sh"] },
    [`${E2E}/node-perf/npb-is`]: { size: 60, entrypoint: ["/bin/sh"] },
    [`${E2E}/node-perf/pytorch-wide-deep`]: { size: 700, entrypoint: ["/bin/sh"] },
    "registry.k8s.io/build-image/distroless-iptables": { size: 8 },
    "registry.k8s.io/node-problem-detector/node-problem-detector": waiting("/node-problem-detector", 50),
    "registry.k8s.io/stress": {
      size: 2,
      base: "scratch",
      entrypoint: ["/stress"],
      files: { "/stress": { program: "vish-stress" } },
    },
    "gcr.io/authenticated-image-pulling/alpine": { size: 2, base: "alpine", cmd: ["/bin/sh"], pull: PRIVATE },
    "gcr.io/k8s-authenticated-test/agnhost": { ...agnhost, pull: PRIVATE },
    ...Object.fromEntries(
      CSI.map((name) => [`registry.k8s.io/sig-storage/${name}`, waiting(`/${name}`, 20)] as const),
    ),
  };
}

/** The JSON of `crictl inspect`, `inspectp` and `inspecti`. */
import type { ContainerStatusCri, PodSandbox, RuntimeImage } from "../../cri/contract.ts";

const NEVER = "0001-01-01T00:00:00Z";
const stamp = (epochMs: number, at: number | undefined): string =>
  at === undefined ? NEVER : `${new Date(epochMs + at).toISOString().slice(0, 23)}000000Z`;

export function containerJson(c: ContainerStatusCri, epochMs: number): unknown {
  return {
    status: {
      id: c.id,
      metadata: { attempt: c.attempt, name: c.name },
      state: `CONTAINER_${c.state.toUpperCase()}`,
      createdAt: stamp(epochMs, c.createdAt),
      startedAt: stamp(epochMs, c.startedAt),
      finishedAt: stamp(epochMs, c.finishedAt),
      exitCode: c.exitCode ?? 0,
      image: { annotations: {}, image: c.image, runtimeHandler: "", userSpecifiedImage: "" },
      imageId: c.imageId,
      imageRef: c.imageRef,
      reason: c.reason ?? "",
      message: c.message ?? "",
      labels: c.labels,
      annotations: c.annotations,
      mounts: c.mounts.map((m) => ({
        containerPath: m.containerPath,
        hostPath: m.hostPath,
        propagation: "PROPAGATION_PRIVATE",
        readonly: m.readonly,
        selinuxRelabel: false,
      })),
      logPath: c.logPath.startsWith("/")
        ? c.logPath
        : `/var/log/pods/${c.pod.namespace}_${c.pod.name}_${c.pod.uid}/${c.logPath}`,
      user: {
        linux: {
          gid: String(c.user?.gid ?? 0),
          supplementalGroups: (c.user?.groups ?? [0]).map(String),
          uid: String(c.user?.uid ?? 0),
        },
      },
    },
    info: { sandboxID: c.sandboxId, pid: c.pid ?? 0, removing: false, runtimeType: "io.containerd.runc.v2" },
  };
}

export function sandboxJson(s: PodSandbox, epochMs: number): unknown {
  const [ip = "", ...more] = s.ips;
  return {
    status: {
      id: s.id,
      metadata: { attempt: s.attempt, name: s.pod.name, namespace: s.pod.namespace, uid: s.pod.uid },
      state: s.state === "READY" ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
      createdAt: stamp(epochMs, s.createdAt),
      network: { additionalIps: more.map((other) => ({ ip: other })), ip },
      linux: {
        namespaces: {
          options: {
            ipc: "POD",
            network: s.hostNetwork ? "NODE" : "POD",
            pid: "CONTAINER",
            targetId: "",
            usernsOptions: null,
          },
        },
      },
      labels: {
        "io.kubernetes.pod.name": s.pod.name,
        "io.kubernetes.pod.namespace": s.pod.namespace,
        "io.kubernetes.pod.uid": s.pod.uid,
      },
      annotations: {},
      runtimeHandler: "",
    },
    info: {
      runtimeType: "io.containerd.runc.v2",
      processStatus: s.state === "READY" ? "running" : "deleted",
    },
  };
}

export function imageJson(image: RuntimeImage): unknown {
  return {
    status: {
      id: image.id,
      repoTags: image.repoTags,
      repoDigests: image.repoDigests,
      size: String(image.sizeBytes),
      uid: image.uid === undefined ? null : { value: String(image.uid) },
      username: image.username ?? "",
      pinned: image.pinned ?? false,
    },
    info: {},
  };
}

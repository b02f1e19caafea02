/** Log lines of the pod path: sync loop, pod workers, PLEG, kuberuntime, images, probes, status, volumes. */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine, KlogView } from "./klog.ts";
import {
  containerId,
  containerIdJson,
  containerName,
  error,
  info,
  num,
  podRef,
  podRefs,
  podUid,
  text,
} from "./klog-read.ts";

const syncLoop =
  (message: string, source: string, verbosity: number): KlogView =>
  (r) =>
    info(verbosity, source, message, [
      ["source", text(r, "source") ?? "api"],
      ["pods", podRefs(r)],
    ]);

function plegEvent(r: TraceRecord): KlogLine {
  const event = { ID: podUid(r) ?? "", Type: text(r, "event") ?? "", Data: text(r, "containerId") ?? "" };
  const pod = podRef(r);
  return pod
    ? info(2, "kubelet.go:2752", "SyncLoop (PLEG): event for pod", [
        ["pod", pod],
        ["event", { raw: JSON.stringify(event) }],
      ])
    : info(4, "kubelet.go:2756", "SyncLoop (PLEG): pod does not exist, ignore irrelevant event", [
        ["event", { raw: JSON.stringify(event) }],
      ]);
}

/** Several errors as Go's aggregate prints them. */
function aggregate(errors: unknown): string | undefined {
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  return errors.length === 1 ? String(errors[0]) : `[${errors.join(", ")}]`;
}

const PROBE_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  liveness: { failure: "unhealthy" },
  readiness: { success: "ready", failure: "not ready", unknown: "not ready" },
  startup: { success: "started", failure: "unhealthy", unknown: "unhealthy" },
};

function probeUpdate(r: TraceRecord): KlogLine | undefined {
  const probe = text(r, "probe") ?? "";
  const status = text(r, "status") ?? PROBE_WORDS[probe]?.[text(r, "result") ?? ""];
  if (!status) return undefined;
  return info(1, "kubelet.go:2841", "SyncLoop (probe)", [
    ["probe", probe],
    ["status", status],
    ["pod", podRef(r)],
  ]);
}

/** One run of a probe: what the prober says of it. */
const probeRun =
  (title: string): KlogView =>
  (r) => {
    const output = text(r, "output") ?? "";
    const who = [
      ["probeType", title],
      ["pod", podRef(r)],
      ["podUID", podUid(r)],
      ["containerName", containerName(r)],
    ] as const;
    if (r.data["error"])
      return info(1, "prober.go:106", "Probe errored", [...who, ["probeResult", "unknown"], ["err", output]]);
    if (r.data["warning"])
      return info(3, "prober.go:118", "Probe succeeded with a warning", [...who, ["output", output]]);
    if (text(r, "result") === "success") return info(3, "prober.go:113", "Probe succeeded", who);
    return info(1, "prober.go:122", "Probe failed", [...who, ["probeResult", "failure"], ["output", output]]);
  };

const worker =
  (name: string, enter: string, exit: string): KlogView =>
  (r) => {
    const who = [
      ["pod", podRef(r)],
      ["podUID", podUid(r)],
    ] as const;
    if (r.data["end"] === undefined) return info(4, enter, `${name} enter`, who);
    const lines: KlogLine[] = [];
    const terminal = r.data["isTerminal"];
    lines.push(
      info(4, exit, `${name} exit`, [
        ...who,
        ["isTerminal", typeof terminal === "boolean" ? terminal : undefined],
      ]),
    );
    const failed = text(r, "error");
    if (failed) lines.push(error("pod_workers.go:1324", "Error syncing pod, skipping", failed, who));
    return lines;
  };

function pleg(r: TraceRecord): readonly KlogLine[] {
  const lines: KlogLine[] = [];
  const before = text(r, "oldState");
  if (before !== undefined) {
    lines.push(
      info(4, "generic.go:257", "GenericPLEG", [
        ["podUID", podUid(r)],
        ["containerID", text(r, "containerId")],
        ["oldState", before],
        ["newState", text(r, "newState")],
      ]),
    );
  }
  const exitCode = num(r, "exitCode");
  if (r.type === "pleg.ContainerDied" && exitCode !== undefined) {
    lines.push(
      info(2, "generic.go:413", "Generic (PLEG): container finished", [
        ["podID", podUid(r)],
        ["containerID", text(r, "containerId")],
        ["exitCode", exitCode],
      ]),
    );
  }
  return lines;
}

const criCall =
  (view: (r: TraceRecord) => KlogLine): KlogView =>
  (r) =>
    text(r, "error") === undefined ? view(r) : undefined;

/** What the CRI client and its callers say of an RPC that failed. */
function criFailure(r: TraceRecord): readonly KlogLine[] {
  const err = text(r, "error");
  if (err === undefined) return [];
  const rpc = text(r, "rpc") ?? text(r, "call") ?? "";
  const pod = podRef(r);
  switch (rpc.replace(/^cri\./, "")) {
    case "RunPodSandbox":
      return [
        error("remote_runtime.go:237", "RunPodSandbox from runtime service failed", err),
        error("kuberuntime_sandbox.go:70", "Failed to create sandbox for pod", err, [["pod", pod]]),
        error("kuberuntime_manager.go:1614", "CreatePodSandbox for pod failed", err, [["pod", pod]]),
      ];
    case "CreateContainer":
      return [
        error("remote_runtime.go:410", "CreateContainer in sandbox from runtime service failed", err, [
          ["podSandboxID", text(r, "sandboxId")],
        ]),
      ];
    case "StartContainer":
      return [
        error("remote_runtime.go:435", "StartContainer from runtime service failed", err, [
          ["containerID", text(r, "containerId")],
        ]),
      ];
    case "StopContainer":
      return [
        error("remote_runtime.go:459", "StopContainer from runtime service failed", err, [
          ["containerID", text(r, "containerId")],
        ]),
      ];
    case "ExecSync":
      return [
        error("remote_runtime.go:636", "ExecSync cmd from runtime service failed", err, [
          ["containerID", text(r, "containerId")],
          ["cmd", text(r, "command")],
        ]),
      ];
    case "PullImage":
      return [
        error("remote_image.go:250", "PullImage from image service failed", err, [
          ["image", text(r, "image")],
        ]),
        error("kuberuntime_image.go:43", "Failed to pull image", err, [["image", text(r, "image")]]),
      ];
    default:
      return [];
  }
}

const STATUS_FAILURES: Readonly<Record<string, readonly [source: string, message: string]>> = {
  get: ["status_manager.go:1164", "Failed to get status for pod"],
  patch: ["status_manager.go:1187", "Failed to update status for pod"],
};

function statusFailed(r: TraceRecord): KlogLine {
  const known = STATUS_FAILURES[text(r, "step") ?? ""];
  if (known)
    return error(known[0], known[1], text(r, "error"), [
      ["podUID", podUid(r)],
      ["pod", podRef(r)],
    ]);
  return info(0, "status_manager.go:1219", "Failed to delete status for pod", [
    ["pod", podRef(r)],
    ["err", text(r, "error")],
  ]);
}

/** Volume steps, whose message holds everything (GenerateMsgDetailed). */
const volume =
  (source: string, verbosity: number, words: string): KlogView =>
  (r) => {
    const name = text(r, "volume") ?? "";
    const unique = text(r, "uniqueName") ?? name;
    const pod = podRef(r)?.ref ?? "";
    const message = `${words} for volume "${name}" (UniqueName: "${unique}") pod "${pod.split("/")[1] ?? ""}" (UID: "${podUid(r) ?? ""}") `;
    return info(verbosity, source, message, [["pod", podRef(r)]]);
  };

function eventLine(r: TraceRecord): KlogLine {
  const [kind = "", ...rest] = r.object.split("/");
  const ref = kind === "node" ? `/${rest[0] ?? ""}` : rest.slice(0, 2).join("/");
  const container = text(r, "container");
  return info(3, "event.go:389", "Event occurred", [
    ["object", { ref }],
    ["fieldPath", container ? `spec.containers{${container}}` : ""],
    ["kind", kind === "node" ? "Node" : "Pod"],
    ["apiVersion", "v1"],
    ["type", text(r, "type")],
    ["reason", text(r, "reason")],
    ["message", text(r, "message")],
  ]);
}

/** A kill: its reason when there is one, and the grace period that the call gives. */
function killing(r: TraceRecord): KlogLine {
  const timeoutMs = num(r, "timeoutMs");
  return info(2, "kuberuntime_container.go:915", "Killing container with a grace period", [
    ["pod", podRef(r)],
    ["podUID", podUid(r)],
    ["containerName", containerName(r)],
    ["containerID", containerId(r)],
    [
      "gracePeriod",
      num(r, "gracePeriod") ?? (timeoutMs === undefined ? undefined : Math.round(timeoutMs / 1000)),
    ],
  ]);
}

/** Events that a line of higher rank goes with. */
function killingEvent(r: TraceRecord): readonly KlogLine[] {
  const message = text(r, "message") ?? "";
  const why =
    /^(Init c|C)ontainer \S+ (definition changed|failed (liveness|startup) probe|resize requires restart)/.test(
      message,
    )
      ? [
          info(2, "kuberuntime_manager.go:1374", "Message for Container of pod", [
            ["containerName", containerName(r)],
            ["containerStatusID", containerIdJson(r)],
            ["pod", podRef(r)],
            ["containerMessage", message],
          ]),
        ]
      : [];
  return [...why, eventLine(r)];
}

export const POD_LINES: Readonly<Record<string, KlogView>> = {
  "syncloop.ADD": syncLoop("SyncLoop ADD", "kubelet.go:2724", 2),
  "syncloop.UPDATE": syncLoop("SyncLoop UPDATE", "kubelet.go:2731", 2),
  "syncloop.REMOVE": syncLoop("SyncLoop REMOVE", "kubelet.go:2734", 2),
  "syncloop.RECONCILE": syncLoop("SyncLoop RECONCILE", "kubelet.go:2737", 4),
  "syncloop.DELETE": syncLoop("SyncLoop DELETE", "kubelet.go:2740", 2),
  "syncloop.PLEG": plegEvent,
  "syncloop.PROBE": probeUpdate,
  "syncloop.SYNC": (r) =>
    info(4, "kubelet.go:2771", "SyncLoop (SYNC) pods", [
      ["total", podRefs(r).length],
      ["pods", podRefs(r)],
    ]),
  "syncloop.HOUSEKEEPING": (r) => {
    const failed = text(r, "error");
    return failed
      ? error("kubelet.go:2820", "Failed cleaning pods", failed)
      : info(4, "kubelet.go:2818", "SyncLoop (housekeeping)");
  },
  "syncloop.CLOSED": (r) =>
    error("kubelet.go:2661", "Skipping pod synchronization", aggregate(r.data["errors"])),
  "mirror.Recreate": (r) => info(0, "kubelet.go:3497", "Trying to delete pod", [["pod", podRef(r)]]),
  "podworker.SyncPod": worker("SyncPod", "kubelet.go:2043", "kubelet.go:2049"),
  "podworker.SyncTerminatingPod": worker("SyncTerminatingPod", "kubelet.go:2309", "kubelet.go:2323"),
  "podworker.SyncTerminatedPod": worker("SyncTerminatedPod", "kubelet.go:2482", "kubelet.go:2539"),
  "pleg.*": pleg,
  "cri.RunPodSandbox": criCall((r) =>
    info(4, "kuberuntime_manager.go:1551", "Creating PodSandbox for pod", [["pod", podRef(r)]]),
  ),
  "cri.CreateContainer": criCall((r) =>
    info(4, "kuberuntime_manager.go:1702", "Creating container in pod", [
      ["containerType", "container"],
      ["container", containerName(r)],
      ["pod", podRef(r)],
    ]),
  ),
  "cri.StopContainer": criCall(killing),
  "cri.RemoveContainer": criCall((r) =>
    info(4, "kuberuntime_container.go:1389", "Removing container", [["containerID", text(r, "containerId")]]),
  ),
  reply: criFailure,
  "prober.liveness": probeRun("Liveness"),
  "prober.readiness": probeRun("Readiness"),
  "prober.startup": probeRun("Startup"),
  "status.patch": (r) =>
    info(3, "status_manager.go:1193", "Status for pod updated successfully", [
      ["pod", podRef(r)],
      ["statusVersion", num(r, "version")],
    ]),
  "status.failed": statusFailed,
  "status.aborted": (r) =>
    error("status_manager.go:869", "Status update on pod aborted", text(r, "error"), [["pod", podRef(r)]]),
  "volume.attachVerify": volume(
    "reconciler_common.go:251",
    0,
    "operationExecutor.VerifyControllerAttachedVolume started",
  ),
  "volume.mount": volume("reconciler_common.go:225", 1, "operationExecutor.MountVolume started"),
  "volume.mounted": volume("operation_generator.go:617", 1, "MountVolume.SetUp succeeded"),
  "volume.unmount": volume("reconciler_common.go:163", 0, "operationExecutor.UnmountVolume started"),
  "event.Killing": killingEvent,
  "event.*": eventLine,
};

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

/** Containers that did not start, each told as it happened; waits in back-off are not. */
function startFailures(r: TraceRecord, failed: string): readonly KlogLine[] {
  const pod = podRef(r)?.ref.split("/") ?? [];
  const found = failed.matchAll(
    /failed to "(StartContainer|InitContainer)" for "([^"]+)" with (\w+): "((?:[^"\\]|\\.)*)"/g,
  );
  return [...found].flatMap(([, step, name, reason, message]) => {
    if (reason === "CrashLoopBackOff" || reason === "ImagePullBackOff") return [];
    const text = (message ?? "").replace(/\\(.)/g, "$1");
    const what = step === "InitContainer" ? "init container" : "container";
    const err = `${what} ${name} start failed in pod ${pod[1]}_${pod[0]}(${podUid(r)}): ${reason}: ${text}`;
    return [error("kuberuntime_manager.go:1695", "Unhandled Error", err, [["logger", "UnhandledError"]])];
  });
}

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
    if (failed) lines.push(...startFailures(r, failed));
    if (failed) lines.push(error("pod_workers.go:1324", "Error syncing pod, skipping", failed, who));
    return lines;
  };

function pleg(r: TraceRecord): readonly KlogLine[] {
  const lines: KlogLine[] = [];
  if (r.type === "pleg.RelistFailed")
    return [error("generic.go:312", "GenericPLEG: Unable to retrieve pods", text(r, "error"))];
  if (r.type === "pleg.StreamLost")
    return [
      info(4, "evented.go:210", "Evented PLEG: Failed to get container events, retrying: "),
      info(4, "evented.go:194", "Fall back to Generic PLEG relisting since Evented PLEG is not working"),
    ];
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

/** From the kubelet's first line to its sync loop's. */
const LOOP_STARTS_MS = 226;

/** Reasons of events with which the kubelet refuses a pod (pkg/kubelet/lifecycle/predicate.go, handlers.go). */
const REFUSALS =
  /^(OutOf\w+|NodeAffinity|NodePorts|PodOSNotSupported|SysctlForbidden|UnexpectedAdmissionError|AppArmor)$/;

const isRefusal = (r: TraceRecord): boolean =>
  r.object.startsWith("pod/") && text(r, "type") === "Warning" && REFUSALS.test(text(r, "reason") ?? "");

const refused = (r: TraceRecord): KlogLine =>
  info(0, "allocation_manager.go:619", "Pod admission denied", [
    ["podUID", podUid(r)],
    ["pod", podRef(r)],
    ["reason", text(r, "reason")],
    ["message", text(r, "message")],
    ["operation", "add"],
  ]);

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
  "syncloop.CLOSED": (r) => {
    const why = aggregate(r.data["errors"]);
    const line = error("kubelet.go:2661", "Skipping pod synchronization", why);
    // At a start the loop begins after what else is started, whose lines have their real times.
    return why?.includes("pleg has yet to be successful") ? { ...line, after: LOOP_STARTS_MS } : line;
  },
  "api.create": (r) =>
    /^[^/]+\/kubelet$/.test(r.from) && podRef(r)
      ? info(0, "kubelet.go:3514", "Creating a mirror pod for static pod", [["pod", podRef(r)]])
      : undefined,
  "api.delete": (r) =>
    /^[^/]+\/kubelet$/.test(r.from) && podRef(r)
      ? info(2, "mirror_client.go:131", "Deleting a mirror pod", [["pod", podRef(r)]])
      : undefined,
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
  "event.Killing": killingEvent,
  "event.*": (r) => (isRefusal(r) ? [refused(r), eventLine(r)] : eventLine(r)),
};

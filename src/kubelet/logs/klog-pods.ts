/** Log lines of the pod path: sync loop, pod workers, PLEG, kuberuntime, images, probes, status, volumes. */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine, KlogView } from "./klog.ts";
import { newContainer, newSandbox, plegLines } from "./klog-pleg.ts";
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
import { before } from "./klog-workers.ts";

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

const criCall =
  (view: (r: TraceRecord) => KlogLine | readonly KlogLine[]): KlogView =>
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

const refused = (r: TraceRecord): readonly KlogLine[] => [
  info(0, "allocation_manager.go:619", "Pod admission denied", [
    ["podUID", podUid(r)],
    ["pod", podRef(r)],
    ["reason", text(r, "reason")],
    ["message", text(r, "message")],
    ["operation", "add"],
  ]),
  before(
    info(
      2,
      text(r, "reason")?.startsWith("OutOf") ? "predicate.go:235" : "predicate.go:220",
      "Predicate failed on Pod",
      [
        ["pod", podRef(r)],
        ["err", text(r, "message")],
      ],
    ),
  ),
];

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
  "api.delete": (r) => {
    const pod = podRef(r);
    if (!pod) return undefined;
    if (/^[^/]+\/kubelet$/.test(r.from))
      return info(2, "mirror_client.go:131", "Deleting a mirror pod", [["pod", pod]]);
    return r.from.endsWith("/status-manager")
      ? info(3, "status_manager.go:1222", "Pod fully terminated and removed from etcd", [["pod", pod]])
      : undefined;
  },
  "mirror.Recreate": (r) => info(0, "kubelet.go:3497", "Trying to delete pod", [["pod", podRef(r)]]),
  "pleg.*": plegLines,
  "cri.RunPodSandbox": criCall(newSandbox),
  "cri.PodSandboxStatus": criCall((r) =>
    info(
      3,
      "kubelet.go:3588",
      "Successfully updated PodReadyToStartContainers condition after sandbox creation",
      [
        ["pod", podRef(r)],
        ["podUID", podUid(r)],
      ],
    ),
  ),
  "cri.CreateContainer": criCall(newContainer),
  "cri.StopContainer": criCall(killing),
  "cri.RemoveContainer": criCall((r) => {
    const keys = [["containerID", text(r, "containerId")]] as const;
    return [
      info(4, "kuberuntime_container.go:1389", "Removing container", keys),
      info(0, "scope.go:122", "RemoveContainer", keys),
    ];
  }),
  "cri.ExecSync": (r) =>
    r.from.endsWith("/prober") && Array.isArray(r.data["command"])
      ? info(4, "prober.go:156", "Exec-Probe runProbe", [
          ["pod", podRef(r)],
          ["containerName", containerName(r)],
          ["execCommand", { raw: JSON.stringify(r.data["command"]) }],
        ])
      : undefined,
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
  "event.*": (r) => (isRefusal(r) ? [...refused(r), eventLine(r)] : eventLine(r)),
};

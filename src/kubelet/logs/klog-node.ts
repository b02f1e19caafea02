/** Log lines of the node's side: start-up, node status, lease, eviction. */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine, KlogView } from "./klog.ts";
import { error, info, num, podRef, podRefs, podUid, text } from "./klog-read.ts";
import { replyLines } from "./klog-replies.ts";

const at = (after: number, line: KlogLine): KlogLine => ({ ...line, after });

/** The telling lines of a start, in order; the times between them as a real start has them. */
function starting(r: TraceRecord): readonly KlogLine[] {
  const manifests = "/etc/kubernetes/manifests";
  return [
    at(0, info(0, "server.go:545", "Kubelet version", [["kubeletVersion", "v1.36.1"]])),
    at(
      0,
      info(0, "server.go:547", "Golang settings", [
        ["GOGC", ""],
        ["GOMAXPROCS", ""],
        ["GOTRACEBACK", ""],
      ]),
    ),
    at(
      3,
      info(0, "dynamic_cafile_content.go:161", "Starting controller", [
        ["name", "client-ca-bundle::/etc/kubernetes/pki/ca.crt"],
      ]),
    ),
    at(5, info(2, "remote_runtime.go:171", "Validated CRI v1 runtime API")),
    at(7, info(2, "remote_image.go:140", "Validated CRI v1 image API")),
    at(
      8,
      info(0, "server.go:1454", "Using cgroup driver setting received from the CRI runtime", [
        ["cgroupDriver", "systemd"],
      ]),
    ),
    at(
      10,
      info(
        0,
        "server.go:814",
        "--cgroups-per-qos enabled, but --cgroup-root was not specified.  Defaulting to /",
      ),
    ),
    at(
      10,
      info(
        0,
        "container_manager_linux.go:276",
        "Container manager verified user specified cgroup-root exists",
        [["cgroupRoot", { raw: "[]" }]],
      ),
    ),
    at(10, info(0, "container_manager_linux.go:312", "Creating device plugin manager")),
    at(10, info(0, "container_manager_linux.go:321", "Creating Dynamic Resource Allocation (DRA) manager")),
    at(211, info(2, "server.go:1263", "Using root directory", [["path", "/var/lib/kubelet"]])),
    at(212, info(0, "kubelet.go:496", "Attempting to sync node with API server")),
    at(212, info(0, "kubelet.go:397", "Adding static pod path", [["path", manifests]])),
    at(212, info(1, "file.go:68", "Watching path", [["path", manifests]])),
    at(212, info(0, "kubelet.go:408", "Adding apiserver pod source")),
    at(212, info(0, "apiserver.go:41", "Waiting for node sync before watching apiserver pods")),
    at(
      215,
      info(0, "kuberuntime_manager.go:308", "Container runtime initialized", [
        ["containerRuntime", "containerd"],
        ["version", text(r, "runtimeVersion") ?? "2.1.9"],
        ["apiVersion", "v1"],
      ]),
    ),
    at(225, info(0, "server.go:1291", "Started kubelet")),
    at(225, info(0, "fs_resource_analyzer.go:69", "Starting FS ResourceAnalyzer")),
    at(226, info(0, "status_manager.go:277", "Starting to sync pod status with apiserver")),
    at(226, info(0, "kubelet.go:2637", "Starting kubelet main sync loop")),
    at(
      226,
      info(0, "server.go:193", "Starting to listen", [
        ["address", "0.0.0.0"],
        ["port", 10250],
      ]),
    ),
    at(230, info(2, "volume_manager.go:308", "The desired_state_of_world populator starts")),
    at(230, info(0, "volume_manager.go:310", "Starting Kubelet Volume Manager")),
    at(228, info(0, "server.go:354", "Adding debug handlers to kubelet server")),
    at(237, info(0, "desired_state_of_world_populator.go:146", "Desired state populator starts to run")),
    at(238, info(0, "reconciler.go:29", "Reconciler: start to sync state")),
    at(
      240,
      info(0, "server.go:264", "Starting to serve the podresources API", [
        ["endpoint", "unix:/var/lib/kubelet/pod-resources/kubelet.sock"],
      ]),
    ),
    at(253, info(0, "cpu_manager.go:236", "Starting", [["policy", "none"]])),
    at(253, info(0, "cpu_manager.go:237", "Reconciling", [["reconcilePeriod", "10s"]])),
    at(254, info(0, "memory_manager.go:190", "Starting memorymanager", [["policy", "None"]])),
    at(255, info(0, "eviction_manager.go:194", "Eviction manager: starting control loop")),
    at(
      255,
      info(0, "container_log_manager.go:146", "Initializing container log rotate workers", [
        ["workers", 1],
        ["monitorPeriod", "10s"],
      ]),
    ),
    at(256, info(2, "plugin_manager.go:119", "The desired_state_of_world populator (plugin watcher) starts")),
    at(256, info(0, "plugin_manager.go:121", "Starting Kubelet Plugin Manager")),
  ];
}

/** Events about the node, which the kubelet logs as it records them. */
const nodeEvent: KlogView = (r) =>
  info(2, "kubelet_node_status.go:689", "Recording event message for node", [
    ["node", { ref: r.object.slice(r.object.indexOf("/") + 1) }],
    ["event", text(r, "reason")],
  ]);

const NODE_EVENTS = [
  "NodeReady",
  "NodeNotReady",
  "NodeSchedulable",
  "NodeNotSchedulable",
  "NodeHasSufficientMemory",
  "NodeHasInsufficientMemory",
  "NodeHasNoDiskPressure",
  "NodeHasDiskPressure",
  "NodeHasSufficientPID",
  "NodeHasInsufficientPID",
];

/** What is short of a resource, as the eviction's message names it. */
const shortOf = (r: TraceRecord): string | undefined =>
  /low on resource: ([\w./-]+)\./.exec(text(r, "message") ?? "")?.[1];

/** A pod that has to go, and that is gone. */
const evicted: KlogView = (r) => {
  const resource = shortOf(r);
  const ranked = [
    info(0, "eviction_manager.go:392", "Eviction manager: must evict pod(s) to reclaim", [
      ["resourceName", resource],
    ]),
    info(0, "eviction_manager.go:410", "Eviction manager: pods ranked for eviction", [["pods", podRefs(r)]]),
  ];
  return [
    ...(resource === undefined ? [] : ranked),
    info(3, "eviction_manager.go:622", "Evicting pod", [
      ["pod", podRef(r)],
      ["podUID", podUid(r)],
      ["message", text(r, "message")],
    ]),
    info(0, "eviction_manager.go:635", "Eviction manager: pod is evicted successfully", [["pod", podRef(r)]]),
    info(0, "eviction_manager.go:213", "Eviction manager: pods evicted, waiting for pod to be cleaned up", [
      ["pods", podRefs(r)],
    ]),
  ];
};

/** What the container log manager says of a step that failed. */
const LOG_FAILURES: Readonly<Record<string, readonly [line: number, message: string]>> = {
  list: [154, "Failed to rotate container logs"],
  status: [233, "Failed to get container status"],
  reopen: [250, "Container log doesn't exist, reopen container log failed"],
  stat: [256, "Failed to stat container log after reopen"],
  rotate: [266, "Failed to rotate log for container"],
};

const logFailed: KlogView = (r) => {
  const step = text(r, "step") ?? "";
  const [line, message] = LOG_FAILURES[step] ?? [0, ""];
  return error(`container_log_manager.go:${line}`, message, text(r, "error"), [
    ["worker", step === "list" ? undefined : 1],
    ["containerID", text(r, "containerId")],
    ["path", text(r, "path")],
    ["currentSize", num(r, "size")],
    ["maxSize", num(r, "maxSize")],
  ]);
};

export const NODE_LINES: Readonly<Record<string, KlogView>> = {
  "event.Starting": starting,
  ...Object.fromEntries(NODE_EVENTS.map((reason) => [`event.${reason}`, nodeEvent])),
  "event.NodeReady": (r) => [
    nodeEvent(r) as KlogLine,
    info(2, "kubelet_node_status.go:481", "Fast updating node status as it just became ready"),
  ],
  "node.register": (r) =>
    info(0, "kubelet_node_status.go:78", "Attempting to register node", [
      ["node", { ref: r.object.slice(r.object.indexOf("/") + 1) }],
    ]),
  "runtime.status": (r) => {
    const network = text(r, "networkError");
    return network
      ? error("kubelet.go:3277", "Container runtime network not ready", undefined, [
          ["networkReady", network.replace(/^container runtime network not ready: /, "")],
        ])
      : undefined;
  },
  reply: replyLines,
  "eviction.Reclaim": (r) =>
    info(0, "eviction_manager.go:381", "Eviction manager: attempting to reclaim", [
      ["resourceName", text(r, "resource")],
    ]),
  "eviction.Evict": evicted,
  "shutdown.Begin": () => [
    info(1, "nodeshutdown_manager_linux.go:265", "Shutdown manager detected new shutdown event", [
      ["event", "shutdown"],
    ]),
    info(1, "nodeshutdown_manager_linux.go:314", "Shutdown manager processing shutdown event"),
  ],
  "shutdown.Kill": (r) =>
    info(1, "nodeshutdown_manager.go:151", "Shutdown manager killing pod with gracePeriod", [
      ["pod", podRef(r)],
      ["gracePeriod", num(r, "gracePeriodSeconds")],
    ]),
  "shutdown.Done": () =>
    info(
      1,
      "nodeshutdown_manager_linux.go:319",
      "Shutdown manager completed processing shutdown event, node will shutdown shortly",
    ),
  "cri.RemoveImage": (r) =>
    info(0, "image_gc_manager.go:529", "Removing image to free bytes", [["imageID", text(r, "image")]]),
  "logs.Failed": logFailed,
  "config.BadManifest": (r) =>
    error("file.go:187", "Could not process manifest file", text(r, "error"), [["path", text(r, "path")]]),
  "config.BadUrl": (r) => info(0, "http.go:65", "Failed to read pods from URL", [["err", text(r, "error")]]),
};

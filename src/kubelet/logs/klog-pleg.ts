/** Log lines of what the PLEG sees, and of sandboxes and containers that are made anew. */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine } from "./klog.ts";
import { containerName, error, info, num, podRef, podUid, text } from "./klog-read.ts";
import { before, containerType } from "./klog-workers.ts";

/** Between which states a listing saw a container, by what it means. */
const PLEG_CHANGES: Readonly<Record<string, readonly [from: string, to: string]>> = {
  "pleg.ContainerStarted": ["non-existent", "running"],
  "pleg.ContainerDied": ["running", "exited"],
  "pleg.ContainerRemoved": ["exited", "non-existent"],
};

/** A change that the PLEG saw, and relists that failed. */
export function plegLines(r: TraceRecord): readonly KlogLine[] {
  const lines: KlogLine[] = [];
  if (r.type === "pleg.RelistFailed")
    return [error("generic.go:312", "GenericPLEG: Unable to retrieve pods", text(r, "error"))];
  if (r.type === "pleg.StreamLost")
    return [
      info(4, "evented.go:210", "Evented PLEG: Failed to get container events, retrying: "),
      info(4, "evented.go:194", "Fall back to Generic PLEG relisting since Evented PLEG is not working"),
    ];
  const change = PLEG_CHANGES[r.type];
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
  if (change) {
    lines.push(
      before(
        info(4, "generic.go:257", "GenericPLEG", [
          ["podUID", podUid(r)],
          ["containerID", text(r, "containerId")],
          ["oldState", change[0]],
          ["newState", change[1]],
        ]),
      ),
    );
  }
  return lines;
}

/** A sandbox for a pod without one, or without one that is ready. */
export function newSandbox(r: TraceRecord): readonly KlogLine[] {
  const pod = [["pod", podRef(r)]] as const;
  const why =
    num(r, "attempt") === 0
      ? [
          info(2, "util.go:34", "No sandbox for pod can be found. Need to start a new one", pod),
          info(
            4,
            "kuberuntime_manager.go:1463",
            "SyncPod received new pod, will create a sandbox for it",
            pod,
          ),
        ]
      : [
          info(2, "util.go:52", "No ready sandbox for pod can be found. Need to start a new one", pod),
          info(4, "kuberuntime_manager.go:1470", "Stopping PodSandbox for pod, will start new one", pod),
        ];
  return [info(4, "kuberuntime_manager.go:1551", "Creating PodSandbox for pod", pod), ...why.map(before)];
}

/** A container's next instance; from the second on its back-off has been looked at. */
export function newContainer(r: TraceRecord): readonly KlogLine[] {
  const name = [
    ["containerName", containerName(r)],
    ["pod", podRef(r)],
  ] as const;
  const again = [
    info(
      3,
      "kuberuntime_manager.go:1310",
      "Container of pod is not in the desired state and shall be started",
      name,
    ),
    info(3, "kuberuntime_manager.go:1922", "Checking backoff for container in pod", name),
  ];
  const type = containerType(text(r, "kind"));
  return [
    info(4, "kuberuntime_manager.go:1702", "Creating container in pod", [
      ["containerType", type],
      ["container", containerName(r)],
      ["pod", podRef(r)],
    ]),
    ...((num(r, "attempt") ?? 0) > 0 ? again.slice(type === "container" ? 0 : 1).map(before) : []),
  ];
}

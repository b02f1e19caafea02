/** Log lines of answers: what the kubelet says of calls that failed, and of those it waited for. */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine, KlogView } from "./klog.ts";
import { error, info, podRef, text } from "./klog-read.ts";

/** What the CRI client and its callers say of an RPC that failed. */
function criFailure(r: TraceRecord, rpc: string, err: string): readonly KlogLine[] {
  const pod = podRef(r);
  const failed = (source: string, message: string, keys: Parameters<typeof error>[3] = []): KlogLine =>
    error(source, message, err, keys);
  const container = [["containerID", text(r, "containerId")]] as const;
  const image = [["image", text(r, "image")]] as const;
  switch (rpc) {
    case "RunPodSandbox":
      return [
        failed("remote_runtime.go:237", "RunPodSandbox from runtime service failed"),
        failed("kuberuntime_sandbox.go:70", "Failed to create sandbox for pod", [["pod", pod]]),
        failed("kuberuntime_manager.go:1614", "CreatePodSandbox for pod failed", [["pod", pod]]),
      ];
    case "CreateContainer":
      return [
        failed("remote_runtime.go:410", "CreateContainer in sandbox from runtime service failed", [
          ["podSandboxID", text(r, "sandboxId")],
        ]),
      ];
    case "StartContainer":
      return [failed("remote_runtime.go:435", "StartContainer from runtime service failed", container)];
    case "StopContainer":
      return [failed("remote_runtime.go:459", "StopContainer from runtime service failed", container)];
    case "ReopenContainerLog":
      return [failed("remote_runtime.go:1006", "ReopenContainerLog from runtime service failed", container)];
    case "ExecSync":
      return [
        failed("remote_runtime.go:636", "ExecSync cmd from runtime service failed", [
          ...container,
          ["cmd", text(r, "command")],
        ]),
      ];
    case "Status":
      return [
        failed("remote_runtime.go:801", "Status from runtime service failed"),
        failed("kubelet.go:3262", "Container runtime sanity check failed"),
      ];
    case "PullImage":
      return [
        failed("remote_image.go:250", "PullImage from image service failed", image),
        failed("kuberuntime_image.go:43", "Failed to pull image", image),
      ];
    default:
      return [];
  }
}

/** Answers of the API server, by the component that asked. */
function apiAnswer(r: TraceRecord, err: string | undefined): readonly KlogLine[] {
  const asker = r.to.slice(r.to.indexOf("/") + 1);
  const verb = text(r, "verb");
  const node = { ref: r.object.startsWith("node/") ? r.object.slice("node/".length) : "" };
  if (asker === "lease" && err !== undefined) {
    return verb === "update"
      ? [error("controller.go:251", "Failed to update lease", err)]
      : [error("controller.go:201", "Failed to ensure lease exists, will retry", err)];
  }
  if (asker === "event-recorder" && err !== undefined)
    return [error("event.go:368", "Unable to write event (may retry after sleeping)", err)];
  if (asker !== "node-status") return [];
  if (verb !== "create")
    return err === undefined
      ? []
      : [
          error(
            "kubelet_node_status.go:529",
            "Error updating node status, will retry",
            `error getting node "${node.ref}": ${err}`,
          ),
        ];
  if (err === undefined)
    return [info(0, "kubelet_node_status.go:81", "Successfully registered node", [["node", node]])];
  return r.data["code"] === 409
    ? [info(0, "kubelet_node_status.go:128", "Node was previously registered", [["node", node]])]
    : [error("kubelet_node_status.go:111", "Unable to register node with API server", err, [["node", node]])];
}

/** Answers as records have them; those of the runtime name their call. */
export const replyLines: KlogView = (r) => {
  const err = text(r, "error");
  const rpc = text(r, "rpc");
  if (rpc !== undefined) return err === undefined ? [] : criFailure(r, rpc.replace(/^cri\./, ""), err);
  return apiAnswer(r, err);
};

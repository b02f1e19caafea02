/**
 * The last words of a container: what it wrote to its termination log, or the end of its output
 * (pkg/kubelet/kuberuntime/kuberuntime_container.go: getTerminationMessage, readLastStringFromContainerLogs).
 */
import type { ContainerStatusCri } from "../../cri/contract.ts";
import type { NodeFs } from "../../node/contract.ts";
import { readLogs } from "../logs/index.ts";
import { lastUtf8 } from "../logs/utf8.ts";
import { ANNOTATION } from "./label-names.ts";

/** Of the file, from its end (MaxContainerTerminationMessageLength). */
const MAX_FILE_BYTES = 4096;
/** Of the log, from its end (MaxContainerTerminationMessageLogLength, …LogLines). */
const MAX_LOG_BYTES = 2048;
const MAX_LOG_LINES = 80;

/** An instance with its last message, if it has ended and left one. */
export function withTerminationMessage(fs: NodeFs, status: ContainerStatusCri): ContainerStatusCri {
  if (status.state !== "exited") return status;
  const policy = status.annotations[ANNOTATION.terminationMessagePolicy];
  const fallbackToLogs =
    policy === "FallbackToLogsOnError" && status.exitCode !== 0 && status.reason !== "ContainerCannotRun";
  const written = terminationLog(fs, status);
  const message = written === "" && fallbackToLogs ? endOfLog(fs, status) : written;
  if (message === "") return status;
  return { ...status, message: status.message ? `${status.message}: ${message}` : message };
}

function terminationLog(fs: NodeFs, { annotations, mounts }: ContainerStatusCri): string {
  const path = annotations[ANNOTATION.terminationMessagePath];
  const mount = path ? mounts.find((m) => m.containerPath === path) : undefined;
  return lastUtf8((mount && fs.read(mount.hostPath)) ?? "", MAX_FILE_BYTES);
}

function endOfLog(fs: NodeFs, { logPath }: ContainerStatusCri): string {
  const content = fs.read(logPath);
  if (content === undefined) {
    return `Error on reading termination message from logs: failed to try resolving symlinks in path "${logPath}": lstat ${logPath}: no such file or directory`;
  }
  const { output } = readLogs(content, { tailLines: MAX_LOG_LINES });
  return lastUtf8(output.map((o) => o.text).join(""), MAX_LOG_BYTES);
}

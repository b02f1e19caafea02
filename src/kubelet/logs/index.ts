export { type ContainerLogChoice, validateContainerLogStatus } from "./container-log.ts";
export { createContainerLogManager } from "./container-log-manager.ts";
export {
  formatCriLine,
  type LogOptions,
  type LogOutput,
  type LogReader,
  type LogStream,
  MAX_LINE_BYTES,
  openLog,
  parseCriLog,
  readLogs,
  readOn,
} from "./cri-log.ts";
export {
  formatKlog,
  formatKlogLine,
  isKubeletRecord,
  type KlogLine,
  type KlogOptions,
  klogLines,
} from "./klog.ts";
export { type ContainerLogFile, findContainerLog } from "./kubelet-logs.ts";
export { rotatedLogs } from "./rotate.ts";

/** Log lines of the pod workers: the steps of a pod's life, and the starts that failed in a sync. */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine, KlogView } from "./klog.ts";
import { error, info, num, podRef, podUid, text } from "./klog-read.ts";

/** A line that stands before the record's own. */
export const before = (line: KlogLine): KlogLine => ({ ...line, after: -1 });

/** What the kubelet calls a container of that kind. */
export function containerType(kind: string | undefined): string {
  if (kind === "init" || kind === "sidecar") return "init container";
  return kind === "ephemeral" ? "ephemeral container" : "container";
}

/** Containers that a sync did not start, each told as it happened, before the sync is over. */
function startFailures(r: TraceRecord, failed: string): readonly KlogLine[] {
  const pod = podRef(r);
  const [namespace, podName] = pod?.ref.split("/") ?? [];
  const found = failed.matchAll(
    /failed to "(StartContainer|InitContainer)" for "([^"]+)" with (\w+): "((?:[^"\\]|\\.)*)"/g,
  );
  return [...found].flatMap(([, step, name, reason, quoted]) => {
    const message = (quoted ?? "").replace(/\\(.)/g, "$1");
    const type = step === "InitContainer" ? "init container" : "container";
    const who = [
      ["containerType", type],
      ["container", name],
      ["pod", pod],
    ] as const;
    switch (reason) {
      case "CrashLoopBackOff":
        return [
          info(3, "kuberuntime_manager.go:1922", "Checking backoff for container in pod", [
            ["containerName", name],
            ["pod", pod],
          ]),
          info(3, "kuberuntime_manager.go:1934", "Back-off restarting failed container", [["err", message]]),
          info(4, "kuberuntime_manager.go:1694", "Backing Off restarting container in pod", who),
        ];
      case "ImagePullBackOff":
        return [
          info(3, "kuberuntime_manager.go:1725", "Container start failed in pod", [
            ...who,
            ["containerMessage", message],
            ["err", reason],
          ]),
        ];
      default: {
        const err = `${type} ${name} start failed in pod ${podName}_${namespace}(${podUid(r)}): ${reason}: ${message}`;
        return [error("kuberuntime_manager.go:1727", "Unhandled Error", err, [["logger", "UnhandledError"]])];
      }
    }
  });
}

type Keys = Parameters<typeof info>[3];

/** Lines around a step of a worker; those of its end stand around the line of the exit. */
interface Step {
  readonly name: string;
  readonly enter: string;
  readonly exit: string;
  readonly begins?: (r: TraceRecord, who: NonNullable<Keys>) => readonly KlogLine[];
  /** Said before the exit where nothing failed. */
  readonly done?: readonly (readonly [verbosity: number, source: string, message: string])[];
  /** Said after an exit without failure, with the UID alone. */
  readonly ends?: (r: TraceRecord, who: NonNullable<Keys>) => readonly KlogLine[];
}

const step =
  ({ name, enter, exit, begins, done = [], ends }: Step): KlogView =>
  (r) => {
    const who = [
      ["pod", podRef(r)],
      ["podUID", podUid(r)],
    ] as const;
    if (r.data["end"] === undefined)
      return [info(4, enter, `${name} enter`, who), ...(begins?.(r, who) ?? [])];
    const failed = text(r, "error");
    const terminal = r.data["isTerminal"];
    const left = info(4, exit, `${name} exit`, [
      ...who,
      ["isTerminal", typeof terminal === "boolean" ? terminal : undefined],
    ]);
    if (failed)
      return [
        left,
        ...startFailures(r, failed).map(before),
        error("pod_workers.go:1324", "Error syncing pod, skipping", failed, who),
      ];
    return [
      left,
      ...done.map(([v, source, message]) => before(info(v, source, message, who))),
      ...(ends?.(r, who) ?? []),
    ];
  };

const uidOnly = (r: TraceRecord): NonNullable<Keys> => [["podUID", podUid(r)]];

export const WORKER_LINES: Readonly<Record<string, KlogView>> = {
  "podworker.SyncPod": step({
    name: "SyncPod",
    enter: "kubelet.go:2043",
    exit: "kubelet.go:2049",
    begins: (r, who) =>
      text(r, "updateType") === "create"
        ? [
            before(
              info(4, "pod_workers.go:786", "Pod is being synced for the first time", [
                ...who,
                ["updateType", "create"],
              ]),
            ),
          ]
        : [],
    ends: (r, who) =>
      r.data["isTerminal"] === true
        ? [
            info(4, "pod_workers.go:1351", "Pod is terminal", [...who, ["updateType", "sync"]]),
            info(
              4,
              "pod_workers.go:1396",
              "Pod indicated lifecycle completed naturally and should now terminate",
              uidOnly(r),
            ),
          ]
        : [],
  }),
  "podworker.SyncTerminatingPod": step({
    name: "SyncTerminatingPod",
    enter: "kubelet.go:2309",
    exit: "kubelet.go:2323",
    begins: (r, who) => {
      const gracePeriod = num(r, "gracePeriodSeconds");
      return [
        info(
          4,
          gracePeriod === undefined ? "kubelet.go:2335" : "kubelet.go:2333",
          "Pod terminating with grace period",
          [...who, ["gracePeriod", gracePeriod ?? null]],
        ),
      ];
    },
    done: [[4, "kubelet.go:2420", "Pod termination stopped all running containers"]],
    ends: (r) => [info(4, "pod_workers.go:1425", "Pod terminated all containers successfully", uidOnly(r))],
  }),
  "podworker.SyncTerminatedPod": step({
    name: "SyncTerminatedPod",
    enter: "kubelet.go:2482",
    exit: "kubelet.go:2539",
    done: [
      [4, "kubelet.go:2496", "Pod termination unmounted volumes"],
      [3, "kubelet.go:2509", "Pod termination cleaned up volume paths"],
      [4, "kubelet.go:2530", "Pod termination removed cgroups"],
      [4, "kubelet.go:2537", "Pod is terminated and will need no more status updates"],
    ],
    ends: (r) => [info(4, "pod_workers.go:1486", "Pod is complete and the worker can now stop", uidOnly(r))],
  }),
};

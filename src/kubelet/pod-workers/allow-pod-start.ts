/** Only one static pod of a full name is started at a time; the others wait in line (pkg/kubelet/pod_workers.go: allowPodStart). */

/** By full name: who is started, and who waits, in order. */
export interface StaticPodLine {
  readonly started: Readonly<Record<string, string>>;
  readonly waiting: Readonly<Record<string, readonly string[]>>;
}

export interface StartQuestion {
  readonly uid: string;
  readonly static: boolean;
  /** State of a worker, undefined where there is none. */
  readonly worker: (
    uid: string,
  ) => { fullname: string; terminating: boolean; terminated: boolean } | undefined;
}

export interface StartAnswer {
  readonly allowed: boolean;
  readonly allowedEver: boolean;
  readonly line: StaticPodLine;
}

export function allowPodStart(
  { uid, static: isStatic, worker }: StartQuestion,
  line: StaticPodLine,
): StartAnswer {
  if (!isStatic) return { allowed: true, allowedEver: true, line };
  const own = worker(uid);
  if (!own || own.terminating) return { allowed: false, allowedEver: false, line };
  const { fullname } = own;
  const started = line.started[fullname];
  if (started !== undefined) return { allowed: started === uid, allowedEver: true, line };

  const queue = line.waiting[fullname] ?? [];
  const next = queue.findIndex((other) => {
    const status = worker(other);
    return status !== undefined && !status.terminating && !status.terminated;
  });
  if (next >= 0 && queue[next] !== uid) {
    return {
      allowed: false,
      allowedEver: true,
      line: { ...line, waiting: { ...line.waiting, [fullname]: queue.slice(next) } },
    };
  }
  // Nobody valid before it: with no valid one at all the line stays as it is.
  const rest = next < 0 ? queue : queue.slice(next + 1);
  const { [fullname]: _, ...others } = line.waiting;
  return {
    allowed: true,
    allowedEver: true,
    line: {
      started: { ...line.started, [fullname]: uid },
      waiting: rest.length > 0 ? { ...others, [fullname]: rest } : others,
    },
  };
}

export function queueStaticPod(line: StaticPodLine, fullname: string, uid: string): StaticPodLine {
  return { ...line, waiting: { ...line.waiting, [fullname]: [...(line.waiting[fullname] ?? []), uid] } };
}

/** The pod's place is free for the next one. */
export function releaseStaticPod(line: StaticPodLine, fullname: string, uid: string): StaticPodLine {
  if (line.started[fullname] !== uid) return line;
  const { [fullname]: _, ...started } = line.started;
  return { ...line, started };
}

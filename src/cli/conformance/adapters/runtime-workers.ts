import type { UpdatePodOptions } from "../../../kubelet/contract.ts";
import { allowPodStart } from "../../../kubelet/pod-workers/allow-pod-start.ts";
import {
  BACK_OFF_PERIOD_MS,
  NETWORK_NOT_READY,
  requeueDelay,
} from "../../../kubelet/pod-workers/complete-work.ts";
import { calculateEffectiveGracePeriod } from "../../../kubelet/pod-workers/effective-grace-period.ts";

type Given = any;

export function runPodWorkers(given: Given): unknown {
  switch (given.op) {
    case "gracePeriod": {
      const override = given.gracePeriodOverride;
      const kill =
        override === null || override === undefined ? undefined : { gracePeriodSecondsOverride: override };
      return { gracePeriodSeconds: calculateEffectiveGracePeriod(0, given.pod, kill).seconds };
    }
    case "requeue":
      return requeue(given);
    case "allowPodStart":
      return start(given);
    default:
      throw new Error(`no such operation: ${given.op as string}${String({} as UpdatePodOptions)}`);
  }
}

function requeue(given: Given): unknown {
  const work = {
    phaseTransition: given.phaseTransition === true,
    now: Date.parse(given.now),
    resyncMs: given.resyncSeconds * 1000,
    backOffMs: (given.backOffSeconds ?? BACK_OFF_PERIOD_MS / 1000) * 1000,
    errors: (given.syncErrors ?? []).map((e: Given) => ({
      text: e.kind === "networkNotReady" ? `${NETWORK_NOT_READY}: network state unknown` : "error",
      ...(e.until ? { backoffUntilMs: Date.parse(e.until) } : {}),
    })),
  };
  return { minDelaySeconds: requeueDelay(work, 0) / 1000, maxDelaySeconds: requeueDelay(work, 1) / 1000 };
}

function start(given: Given): unknown {
  const worker = (uid: string) => {
    const known = given.workers[uid];
    return (
      known && {
        fullname: known.fullname,
        terminating: known.terminating === true,
        terminated: known.terminated === true,
      }
    );
  };
  const line = { started: given.startedStatic ?? {}, waiting: given.waitingStatic ?? {} };
  const answer = allowPodStart({ uid: given.pod.uid, static: given.pod.static === true, worker }, line);
  return {
    allowed: answer.allowed,
    allowedEver: answer.allowedEver,
    startedStatic: answer.line.started,
    waitingStatic: answer.line.waiting,
  };
}

/** Pods as the runtime lists them (pkg/kubelet/kuberuntime: GetPodStatus, GetPods). */
import {
  type ContainerStatusCri,
  type CriResult,
  criErrorText,
  type PodSandbox,
} from "../../cri/contract.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import type { RuntimePodStatus } from "../types.ts";
import { withTerminationMessage } from "./termination-message.ts";

export interface PodReader {
  /** One pod with all its instances; answers `{status?, error?}`. */
  getPodStatus(pod: { uid: string; name: string; namespace: string }, reply: ReplyTo): void;
  /** Pods that have a ready sandbox or a running container; answers `{pods?, error?}`. */
  runningPods(reply: ReplyTo): void;
}

/** A look under way: which pod (null: all that run), and the sandboxes it has found. */
interface Look {
  readonly pod: { readonly uid: string; readonly name: string; readonly namespace: string } | null;
  readonly reply: ReplyTo;
}

export function createPodReader(k: Kubelet): PodReader {
  const { sim } = k;
  const name = `${k.nodeName}/kuberuntime/reader`;

  function begin(look: Look): void {
    const request = look.pod ? { podUid: look.pod.uid } : {};
    k.cri.call("ListPodSandbox", request, { to: name, event: { type: "sandboxes", look } }, { quiet: true });
  }

  sim.component(name, (event) => {
    const look = event["look"] as Look;
    const result = event["result"] as CriResult<"ListPodSandbox"> | CriResult<"ListContainers">;
    if (!result.ok) return sim.reply(look.reply, { error: criErrorText(result.error) });
    if (event.type === "sandboxes") {
      const { sandboxes } = result.value as { sandboxes: readonly PodSandbox[] };
      const request = look.pod ? { podUid: look.pod.uid } : {};
      k.cri.call(
        "ListContainers",
        request,
        { to: name, event: { type: "containers", look, sandboxes } },
        { quiet: true },
      );
      return;
    }
    const { containers } = result.value as { containers: readonly ContainerStatusCri[] };
    const sandboxes = event["sandboxes"] as readonly PodSandbox[];
    if (look.pod) {
      const told = containers.map((c) => withTerminationMessage(k.host.fs, c));
      sim.reply(look.reply, { status: podStatus(look.pod, sandboxes, told, sim.now) });
      return;
    }
    sim.reply(look.reply, { pods: runningPodsOf(sandboxes, containers) });
  });

  return {
    getPodStatus: (pod, reply) => begin({ pod, reply }),
    runningPods: (reply) => begin({ pod: null, reply }),
  };
}

/** Addresses are those of the newest sandbox, while it is ready. */
export function podStatus(
  pod: { readonly uid: string; readonly name: string; readonly namespace: string },
  sandboxes: readonly PodSandbox[],
  containers: readonly ContainerStatusCri[],
  observedAt: number,
): RuntimePodStatus {
  const newest = [...sandboxes].sort(newestFirst);
  const first = newest[0];
  const ips = first?.state === "READY" ? first.ips : [];
  return { ...pod, ips, sandboxes: newest, containers: [...containers].sort(newestFirst), observedAt };
}

/** Pods in order of the listing. */
export function runningPodsOf(
  sandboxes: readonly PodSandbox[],
  containers: readonly ContainerStatusCri[],
): RuntimePodStatus[] {
  const ready = sandboxes.filter((s) => s.state === "READY");
  const running = containers.filter((c) => c.state === "running");
  const refs = new Map([...ready, ...running].map((item) => [item.pod.uid, item.pod]));
  return [...refs.values()].map((pod) =>
    podStatus(
      pod,
      ready.filter((s) => s.pod.uid === pod.uid),
      running.filter((c) => c.pod.uid === pod.uid),
      0,
    ),
  );
}

function newestFirst(a: { createdAt: number; id: string }, b: { createdAt: number; id: string }): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1);
}

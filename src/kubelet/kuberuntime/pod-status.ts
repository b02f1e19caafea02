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

const listings = new WeakMap<
  readonly ContainerStatusCri[],
  { readonly sandboxes: readonly PodSandbox[]; readonly pods: readonly RuntimePodStatus[] }
>();

/** Pods in order of the listing. A listing that has not changed gives the same value. */
export function runningPodsOf(
  sandboxes: readonly PodSandbox[],
  containers: readonly ContainerStatusCri[],
): readonly RuntimePodStatus[] {
  const known = listings.get(containers);
  if (known?.sandboxes === sandboxes) return known.pods;
  const ready = byPod(sandboxes.filter((s) => s.state === "READY"));
  const running = byPod(containers.filter((c) => c.state === "running"));
  const uids = new Set([...ready.keys(), ...running.keys()]);
  const pods = [...uids].map((uid) => {
    const [r = [], c = []] = [ready.get(uid), running.get(uid)];
    return podStatus((c.at(-1) ?? r.at(-1))!.pod, r, c, 0);
  });
  listings.set(containers, { sandboxes, pods });
  return pods;
}

function byPod<T extends { readonly pod: { readonly uid: string } }>(items: readonly T[]): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const item of items) {
    const same = out.get(item.pod.uid);
    if (same) same.push(item);
    else out.set(item.pod.uid, [item]);
  }
  return out;
}

function newestFirst(a: { createdAt: number; id: string }, b: { createdAt: number; id: string }): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1);
}

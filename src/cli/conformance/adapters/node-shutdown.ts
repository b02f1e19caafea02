import type { Pod } from "../../../api/types.ts";
import type { UpdatePodOptions } from "../../../kubelet/contract.ts";
import { createNodeShutdownManager } from "../../../kubelet/nodeshutdown/index.ts";
import { ensureInhibitDelay } from "../../../kubelet/nodeshutdown/inhibit.ts";
import { groupByPriority, periodRequested, shutdownPeriods } from "../../../kubelet/nodeshutdown/periods.ts";
import { withStatus } from "../../../kubelet/pod-workers/terminate-pod.ts";
import type { ReplyTo } from "../../../sim/types.ts";
import type { Adapter } from "../adapter.ts";
import { stubKubelet } from "./runtime-stub.ts";

const configOf = (given: any) => ({
  shutdownGracePeriodMs: (given.shutdownGracePeriodSeconds ?? 0) * 1000,
  shutdownGracePeriodCriticalPodsMs: (given.shutdownGracePeriodCriticalPodsSeconds ?? 0) * 1000,
  shutdownGracePeriodByPodPriority: given.shutdownGracePeriodByPodPriority ?? [],
  featureGates: given.featureGates ?? {},
});

const nameOf = (pod: Pod | undefined): string => pod?.metadata?.name ?? "";

/** The running manager; a pod ends so long after its kill, its volumes with it. */
function shutDown(given: any): unknown {
  // Pods of the vectors may have no UID; here the name stands for it.
  const pods: Pod[] = (given.pods ?? []).map((p: Pod) => ({
    ...p,
    metadata: { ...p.metadata, uid: nameOf(p) },
  }));
  const files: Record<string, string> = {};
  const { sim, k } = stubKubelet(() => null, configOf(given));
  const kills: { pod: string; atSeconds: number; gracePeriodSeconds: number | undefined }[] = [];
  const statuses: Record<string, unknown> = {};
  const endsAt = new Map<string, number>();
  const answerAt = (at: number, reply: ReplyTo): void => {
    sim.send({ to: reply.to }, { ...reply.event }, { delayMs: Math.max(0, at - sim.now), cause: null });
  };
  Object.assign(k, {
    host: {
      fs: {
        read: (path: string) => files[path],
        write: (path: string, text: string) => {
          files[path] = text;
        },
      },
    },
    nodeStatus: { sync: () => {} },
    syncLoop: { activePods: () => pods },
    podManager: { byUid: (uid: string) => pods.find((p) => p.metadata?.uid === uid) },
    podWorkers: {
      updatePod({ pod, kill }: UpdatePodOptions) {
        const name = nameOf(pod);
        const end = sim.now + (given.exitSeconds?.[name] ?? 0) * 1000;
        kills.push({
          pod: name,
          atSeconds: sim.now / 1000,
          gracePeriodSeconds: kill?.gracePeriodSecondsOverride,
        });
        statuses[name] = withStatus((pod?.status ?? {}) as never, kill?.status);
        endsAt.set(name, end);
        if (kill?.completed) answerAt(end, kill.completed);
      },
    },
    volumes: {
      waitForUnmount: (pod: Pod, reply: ReplyTo) => answerAt(endsAt.get(nameOf(pod)) ?? sim.now, reply),
    },
  });
  const manager = createNodeShutdownManager(k);
  manager.start?.({ warm: false });
  let doneAtSeconds: number | null = null;
  sim.component("logind", () => {
    doneAtSeconds ??= sim.now / 1000;
  });
  manager.prepareForShutdown(true, { to: "logind", event: { type: "RELEASED" } });
  sim.run({ until: 100_000_000 });
  if (sim.failure) return { failure: String(sim.failure) };
  kills.sort((a, b) => a.atSeconds - b.atSeconds || (a.pod < b.pod ? -1 : 1));
  return {
    kills,
    statuses,
    doneAtSeconds,
    totalPeriodSeconds: periodRequested(shutdownPeriods(configOf(given))) / 1000,
  };
}

function admit(given: any): unknown {
  const { sim, k } = stubKubelet(() => null, { ...configOf(given), shutdownGracePeriodMs: 30_000 });
  const files: Record<string, string> = {};
  Object.assign(k, {
    host: {
      fs: {
        read: (p: string) => files[p],
        write: (p: string, t: string) => Object.assign(files, { [p]: t }),
      },
    },
    nodeStatus: { sync: () => {} },
    syncLoop: { activePods: () => [] },
  });
  const manager = createNodeShutdownManager(k);
  manager.start?.({ warm: false });
  if (given.shuttingDown) manager.prepareForShutdown(true, null);
  sim.run({ until: 0 });
  const refused = manager.admit();
  return { admit: refused === null, ...refused, nodeError: manager.shutdownStatus() };
}

export const shutdownAdapter: Adapter = (given) => {
  switch (given.op) {
    case "migrate":
      return { periods: shutdownPeriods(configOf(given)) };
    case "group":
      return {
        groups: groupByPriority(given.periods ?? [], given.pods ?? []).map((group) => ({
          ...group,
          pods: group.pods.map(nameOf),
        })),
      };
    case "shutdown":
      return shutDown(given);
    case "admit":
      return admit(given);
    case "inhibit":
      return ensureInhibitDelay(
        periodRequested(shutdownPeriods(configOf(given))),
        given.systemInhibitDelaySeconds * 1000,
        () => {},
        () => given.systemInhibitDelayAfterOverrideSeconds * 1000,
      );
    default:
      throw new Error(`op ${given.op} is not known`);
  }
};

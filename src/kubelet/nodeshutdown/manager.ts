/** Ends pods by priority before the machine goes down (pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go). */
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { KilledStatus, Kubelet, NodeShutdownManager } from "../contract.ts";
import { type Pod, podObject } from "../types.ts";
import { ensureInhibitDelay, LOGIND_DROP_IN, logindDropIn, readInhibitDelay } from "./inhibit.ts";
import {
  type NodeShutdownContext,
  type NodeShutdownEvent,
  nodeShutdownMachine,
  type ShutdownTurn,
} from "./nodeshutdown.machine.ts";
import { gracePeriodOverride, groupByPriority, periodRequested, shutdownPeriods } from "./periods.ts";

const MESSAGE = "Pod was terminated in response to imminent node shutdown.";
/** What the status of a pod says that goes with the machine; one that has succeeded stays so. */
const STATUS: KilledStatus = {
  keepSucceeded: true,
  phase: "Failed",
  reason: "Terminated",
  message: MESSAGE,
  conditions: [
    { type: "DisruptionTarget", status: "True", reason: "TerminationByKubelet", message: MESSAGE },
  ],
};
const REFUSAL = { reason: "NodeShutdown", message: "Pod was rejected as the node is shutting down." };

interface Memory {
  readonly shuttingDown: boolean;
  /** Holds logind's delay lock: the machine waits for it. */
  readonly locked: boolean;
  /** Told when the lock is let go. */
  readonly waiting: ReplyTo | null;
}
const NEW: Memory = { shuttingDown: false, locked: false, waiting: null };

export function createNodeShutdownManager(k: Kubelet): NodeShutdownManager {
  const { sim, nodeName } = k;
  const name = `${nodeName}/node-shutdown`;
  const memory = sim.cell<Memory>(`${name}/memory`, NEW);
  const periods = shutdownPeriods(k.config);
  const record = (type: string, data: Record<string, unknown>, object = `node/${nodeName}`): void => {
    sim.lead({ from: k.id("kubelet"), to: k.id("kubelet"), type: `shutdown.${type}`, object, data });
  };

  function release(): void {
    const { waiting } = memory.get();
    memory.update((m) => ({ ...m, locked: false, waiting: null }));
    if (waiting) sim.reply(waiting, {});
  }

  const podsOf = (turn: ShutdownTurn): Pod[] => turn.uids.flatMap((uid) => k.podManager.byUid(uid) ?? []);

  function kill(pod: Pod, turn: ShutdownTurn): void {
    const uid = pod.metadata?.uid ?? "";
    const gracePeriodSeconds = gracePeriodOverride(pod, {
      priority: turn.priority,
      shutdownGracePeriodSeconds: turn.gracePeriodSeconds,
    });
    record("Kill", { gracePeriodSeconds }, podObject(pod));
    k.podWorkers.updatePod({
      updateType: "kill",
      pod,
      kill: {
        gracePeriodSecondsOverride: gracePeriodSeconds,
        status: STATUS,
        completed: { to: name, event: { type: "KILLED", uid } },
      },
    });
  }

  const effects: Record<string, Effect<NodeShutdownContext, NodeShutdownEvent>> = {
    hear({ event, raise }) {
      const { shuttingDown } = event as { shuttingDown: boolean };
      const what = shuttingDown ? "shutdown event" : "shutdown cancellation";
      k.events.event({ node: nodeName }, "Normal", "Shutdown", `Shutdown manager detected ${what}`);
      memory.update((m) => ({ ...m, shuttingDown, locked: true }));
      if (!shuttingDown) return undefined;
      k.nodeStatus.sync();
      const groups = groupByPriority(periods, k.syncLoop.activePods()).filter((g) => g.pods.length > 0);
      record("Begin", {
        groups: groups.map((g) => ({
          priority: g.priority,
          gracePeriodSeconds: g.shutdownGracePeriodSeconds,
          pods: g.pods.map((pod) => podObject(pod)),
        })),
      });
      raise({ type: "DOWN" });
      return {
        turns: groups.map((g) => ({
          uids: g.pods.map((pod) => pod.metadata?.uid ?? ""),
          priority: g.priority,
          gracePeriodSeconds: g.shutdownGracePeriodSeconds,
        })),
      };
    },
    keepSignal: ({ context, event }) => ({
      signals: [...context.signals, (event as { shuttingDown: boolean }).shuttingDown],
    }),
    choose({ context, raise }) {
      const [turn = null, ...turns] = context.turns;
      raise({ type: turn ? "TURN" : "DONE" });
      return { turn, turns, waitMs: (turn?.gracePeriodSeconds ?? 0) * 1000 };
    },
    killTurn({ context, raise }) {
      const { turn } = context;
      const pods = turn ? podsOf(turn) : [];
      if (turn) for (const pod of pods) kill(pod, turn);
      if (pods.length === 0) raise({ type: "NEXT" });
      return { waitingFor: pods.map((pod) => pod.metadata?.uid ?? "") };
    },
    noteKilled({ context, event, raise }) {
      const waitingFor = context.waitingFor.filter((uid) => uid !== (event as { uid: string }).uid);
      if (waitingFor.length === 0) raise({ type: "STOPPED" });
      return { waitingFor };
    },
    waitForUnmount({ context, raise }) {
      const pods = context.turn ? podsOf(context.turn) : [];
      if (pods.length === 0) raise({ type: "NEXT" });
      for (const pod of pods)
        k.volumes.waitForUnmount(pod, {
          to: name,
          event: { type: "UNMOUNTED", uid: pod.metadata?.uid ?? "" },
        });
      return { waitingFor: pods.map((pod) => pod.metadata?.uid ?? "") };
    },
    noteUnmounted({ context, event, raise }) {
      const waitingFor = context.waitingFor.filter((uid) => uid !== (event as { uid: string }).uid);
      if (waitingFor.length === 0) raise({ type: "NEXT" });
      return { waitingFor };
    },
    finish({ context, raise }) {
      record("Done", {});
      release();
      for (const shuttingDown of context.signals) raise({ type: "PREPARE", shuttingDown });
      return { signals: [] };
    },
  };
  const machine = new MachineTable<NodeShutdownContext, NodeShutdownEvent>(
    sim,
    name,
    nodeShutdownMachine,
    effects,
  );

  return {
    admit: () => (memory.get().shuttingDown ? REFUSAL : null),
    shutdownStatus: () => (memory.get().shuttingDown ? "node is shutting down" : null),
    prepareForShutdown(shuttingDown, released) {
      const { locked } = memory.get();
      if (released && !locked) sim.reply(released, {});
      else memory.update((m) => ({ ...m, waiting: released }));
      machine.send("", { type: "PREPARE", shuttingDown });
    },
    start() {
      if (periods.length === 0) return;
      const { fs } = k.host;
      const { error } = ensureInhibitDelay(
        periodRequested(periods),
        readInhibitDelay(fs.read(LOGIND_DROP_IN)),
        (delayMs) => fs.write(LOGIND_DROP_IN, logindDropIn(delayMs)),
        () => readInhibitDelay(fs.read(LOGIND_DROP_IN)),
      );
      if (error !== null) return;
      memory.set({ ...NEW, locked: true });
      machine.start("", {});
    },
    stop() {
      machine.stop();
      // A process that ends lets go of its lock.
      release();
      memory.set(NEW);
    },
  };
}

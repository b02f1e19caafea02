/**
 * The power button of a node as systemd has it: who holds logind's delay lock is asked first, then the machine goes
 * down, and comes up again after a reboot (systemd-logind, org.freedesktop.login1: PrepareForShutdown).
 */

import type { NodePart } from "../api/component-ids.ts";
import { nodePart } from "../api/component-ids.ts";
import type { ControlPlaneApi } from "../api/server/client.ts";
import { LOGIND_DROP_IN, readInhibitDelay } from "../kubelet/nodeshutdown/index.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms } from "../sim/types.ts";
import type { ClusterNode } from "./cluster.ts";

/** From the end of the delay until systemd has stopped the units. */
const STOP_MS: Ms = 1000;
/** From the last process gone to the kubelet started again. */
const BOOT_MS: Ms = 20_000;

type Going = "poweroff" | "reboot";

export interface Power {
  /** Begins a shutdown; one that goes on already goes on. */
  shutDown(how: Going): void;
  /** Takes a shutdown back that still waits. */
  cancel(): void;
}

interface PowerState {
  readonly going: Going | null;
  /** Tells one shutdown from the next. */
  readonly run: number;
}

export function createPower(sim: Simulation, api: ControlPlaneApi, node: Omit<ClusterNode, "power">): Power {
  const name = `${node.name}/power`;
  const state = sim.cell<PowerState>(`${name}/state`, { going: null, run: 0 });
  const { machine, process, runtime } = node;
  const id = (part: NodePart) => nodePart(node.name, part);
  const record = (type: string, data: Record<string, unknown> = {}): void => {
    sim.lead({
      from: id("systemd"),
      to: id("kubelet"),
      type: `power.${type}`,
      object: `node/${node.name}`,
      data,
    });
  };

  function off(): void {
    const { going, run } = state.get();
    if (!going) return;
    record("Off");
    process.stop();
    machine.setUnit("kubelet", false);
    runtime.powerOff();
    machine.loads.set({ off: true });
    api.setReachable(node.name, false);
    state.set({ going: null, run });
    if (going === "reboot") sim.send({ to: name }, { type: "BOOTED", run }, { delayMs: BOOT_MS });
  }

  function on(): void {
    if (!machine.loads.get().off) return;
    record("On");
    machine.loads.set({ off: false });
    machine.booted();
    api.setReachable(node.name, true);
    machine.setUnit("kubelet", true);
    process.start({ warm: false });
  }

  sim.component(name, (event) => {
    const { type, run } = event as { type: string; run: number };
    if (run !== state.get().run) return;
    if (type === "BOOTED") on();
    else if (type === "STOPPED") off();
    else {
      sim.cancelAll({ to: name });
      sim.send({ to: name }, { type: "STOPPED", run }, { delayMs: STOP_MS });
    }
  });

  return {
    shutDown(how) {
      const { going, run } = state.get();
      if (going || machine.loads.get().off) return;
      state.set({ going: how, run: run + 1 });
      record("PrepareForShutdown", { shuttingDown: true, how });
      const released = { to: name, event: { type: "RELEASED", run: run + 1 } };
      const delayMs = readInhibitDelay(machine.fs.read(LOGIND_DROP_IN));
      sim.send({ to: name }, { type: "TIMEOUT", run: run + 1 }, { delayMs });
      process.kubelet.nodeShutdown.prepareForShutdown(true, released);
    },
    cancel() {
      const { going, run } = state.get();
      if (!going) return;
      state.set({ going: null, run: run + 1 });
      record("PrepareForShutdown", { shuttingDown: false });
      process.kubelet.nodeShutdown.prepareForShutdown(false, null);
    },
  };
}

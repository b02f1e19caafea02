/** The kubelet's view of its runtime: what holds the gate, and the network's error. */
import { MachineTable } from "../../sim/index.ts";
import type { Kubelet, Lifecycle } from "../contract.ts";
import { afterStatus, INITIAL_RUNTIME_STATE, type RuntimeState, runtimeErrors } from "./runtime-state.ts";
import {
  RUNTIME_STATUS_PERIOD_MS,
  type RuntimeUpContext,
  type RuntimeUpEvent,
  runtimeUpMachine,
} from "./runtime-up.machine.ts";

export interface RuntimeUp extends Lifecycle {
  errors(): string[];
  networkError(): string | null;
  /** Asks at once, and every 5 s from then on. */
  ask(): void;
}

export function createRuntimeUp(k: Kubelet): RuntimeUp {
  const { sim, nodeName } = k;
  const name = `${nodeName}/runtime-up`;
  const state = sim.cell<RuntimeState>(`${name}/state`, INITIAL_RUNTIME_STATE);

  const machine = new MachineTable<RuntimeUpContext, RuntimeUpEvent>(
    sim,
    name,
    runtimeUpMachine,
    {
      ask: () => k.cri.call("Status", {}, { to: name, event: { type: "STATUS" } }, { quiet: true }),
      take({ event }) {
        if (event.type !== "STATUS" || !event.result.ok) return;
        const before = state.get();
        const after = afterStatus(before, event.result.value.conditions, sim.now);
        state.set(after);
        if (before.networkError === after.networkError && before.runtimeError === after.runtimeError) return;
        sim.record({
          from: k.id("containerd"),
          to: k.id("kubelet"),
          type: "runtime.status",
          object: `node/${nodeName}`,
          data: { runtimeError: after.runtimeError ?? "", networkError: after.networkError ?? "" },
        });
      },
    },
    { rootTimers: true },
  );

  return {
    errors: () => runtimeErrors(state.get(), k.pleg.unhealthy(), sim.now),
    networkError: () => state.get().networkError,
    ask: () => machine.send("", { type: "ASK" }),
    start({ warm }) {
      const phase = warm ? Math.round(sim.draw("runtime-up.phase", nodeName) * RUNTIME_STATUS_PERIOD_MS) : 0;
      if (warm)
        state.set({
          ...INITIAL_RUNTIME_STATE,
          networkError: null,
          lastBaseRuntimeSync: sim.now + phase - RUNTIME_STATUS_PERIOD_MS,
        });
      machine.start("", { phase });
    },
    stop() {
      machine.stop();
      state.set(INITIAL_RUNTIME_STATE);
    },
  };
}

/** What holds the loop's gate closed (pkg/kubelet/runtime.go). */
import type { RuntimeCondition } from "../../cri/contract.ts";
import type { Ms } from "../../sim/types.ts";

/** A runtime that has not given a good status for so long is down. */
export const MAX_WAIT_FOR_RUNTIME: Ms = 30_000;

export interface RuntimeState {
  /** When the runtime last gave a good status. */
  readonly lastBaseRuntimeSync: Ms | null;
  readonly runtimeError: string | null;
  readonly networkError: string | null;
  readonly storageError: string | null;
}

export const INITIAL_RUNTIME_STATE: RuntimeState = {
  lastBaseRuntimeSync: null,
  runtimeError: null,
  networkError: "network state unknown",
  storageError: null,
};

/** Errors in upstream's order; empty: the loop may work. `plegError`: text after `PLEG is not healthy: `. */
export function runtimeErrors(state: RuntimeState, plegError: string | null, now: Ms): string[] {
  const errors: string[] = [];
  if (state.lastBaseRuntimeSync === null) {
    errors.push("container runtime status check may not have completed yet");
  } else if (now - state.lastBaseRuntimeSync >= MAX_WAIT_FOR_RUNTIME) {
    errors.push("container runtime is down");
  }
  if (plegError !== null) errors.push(`PLEG is not healthy: ${plegError}`);
  if (state.runtimeError !== null) errors.push(state.runtimeError);
  return errors;
}

const conditionText = ({ type, status, reason, message }: RuntimeCondition): string =>
  `${type}=${status} reason:${reason} message:${message}`;

/** The state after a status of the runtime (pkg/kubelet/kubelet.go: updateRuntimeUp). */
export function afterStatus(
  state: RuntimeState,
  conditions: readonly RuntimeCondition[],
  now: Ms,
): RuntimeState {
  const find = (type: RuntimeCondition["type"]): RuntimeCondition | undefined =>
    conditions.find((c) => c.type === type);
  const problem = (label: string, condition: RuntimeCondition | undefined): string | null =>
    condition?.status ? null : `${label} not ready: ${condition ? conditionText(condition) : "<nil>"}`;
  const networkError = problem("container runtime network", find("NetworkReady"));
  const runtimeError = problem("container runtime", find("RuntimeReady"));
  if (runtimeError !== null) return { ...state, networkError, runtimeError };
  return { ...state, networkError, runtimeError: null, lastBaseRuntimeSync: now };
}

/** The node's heartbeat: a lease that is renewed as long as the kubelet reaches the API. */
import type { ApiResult } from "../../api/contract.ts";
import type { Lease } from "../../api/types.ts";
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { Kubelet, LeaseController } from "../contract.ts";
import { type LeaseContext, type LeaseEvent, leaseMachine } from "./lease.machine.ts";
import {
  LEASE_NAMESPACE,
  type LeaseAnswer,
  newLease,
  nextRenewalStep,
  RENEW_FRACTION,
  RENEW_JITTER,
  type RenewState,
  startRenewal,
} from "./lease.ts";

/** The client of the lease does not wait longer than this (cmd/kubelet/app/server.go: heartbeatClient). */
const HEARTBEAT_TIMEOUT_MS: Ms = 10_000;

interface Memory {
  readonly latest?: Lease;
  readonly pass: RenewState;
  readonly renewedAt?: Ms;
}

/** What an answer of the API counts as. */
function answerOf(result: ApiResult): LeaseAnswer {
  if (result.ok) return "ok";
  if (result.error.transport) return "timeout";
  return result.error.reason === "NotFound"
    ? "notFound"
    : result.error.reason === "Conflict"
      ? "conflict"
      : "internal";
}

export function createLeaseController(k: Kubelet): LeaseController {
  const { sim, nodeName, config } = k;
  const name = `${nodeName}/lease`;
  const fresh: Memory = { pass: startRenewal(false) };
  const memory = sim.cell<Memory>(`${name}/memory`, fresh);
  const renewEveryMs = config.nodeLeaseDurationSeconds * 1000 * RENEW_FRACTION;
  const object = `node/${nodeName}`;

  const prepared = () => {
    const uid = k.objects.node()?.metadata?.uid;
    const settings = {
      nodeName,
      leaseDurationSeconds: config.nodeLeaseDurationSeconds,
      ...(uid ? { nodeUid: uid } : {}),
    };
    return newLease(memory.get().latest, settings, new Date(k.host.wallClock()).toISOString());
  };

  const effects: Record<string, Effect<LeaseContext, LeaseEvent>> = {
    begin: () => memory.update((m) => ({ ...m, pass: startRenewal(m.latest !== undefined) })),
    send({ raise }) {
      const { step } = memory.get().pass.step;
      const reply = { to: name, event: { type: "ANSWER" } };
      const target = { kind: "Lease", namespace: LEASE_NAMESPACE } as const;
      const from = k.id("lease");
      if (step === "get") {
        k.api.request({ verb: "get", ...target, name: nodeName }, reply, {
          record: false,
          from,
          timeoutMs: HEARTBEAT_TIMEOUT_MS,
        });
        return;
      }
      const { lease, error } = prepared();
      if (error) return raise({ type: "UNPREPARED" });
      const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", ...lease };
      const record = {
        type: step === "create" ? "lease.create" : "lease.renew",
        object,
        data: { renewTime: lease.spec?.renewTime },
      };
      if (step === "create")
        k.api.request({ verb: "create", ...target, body }, reply, {
          record,
          from,
          timeoutMs: HEARTBEAT_TIMEOUT_MS,
        });
      else
        k.api.request({ verb: "update", ...target, name: nodeName, body }, reply, {
          record,
          from,
          timeoutMs: HEARTBEAT_TIMEOUT_MS,
        });
    },
    judge({ event, raise }) {
      const { pass } = memory.get();
      const answer = event.type === "ANSWER" ? answerOf(event.result) : "unprepared";
      const written = pass.step.step === "update" || pass.step.step === "create";
      const next = nextRenewalStep(pass, answer, k.objects.node()?.metadata?.uid !== undefined);
      const got = event.type === "ANSWER" && event.result.ok ? { latest: event.result.object as Lease } : {};
      memory.update((m) => ({
        ...m,
        ...got,
        pass: next,
        ...(written && answer === "ok" ? { renewedAt: sim.now } : {}),
      }));
      if (next.step.step === "done") {
        if (!next.latestLeaseKnown) memory.update(({ latest: _, ...rest }) => rest);
        raise({
          type: "DONE",
          intervalMs: Math.round(renewEveryMs * (1 + RENEW_JITTER * sim.draw("lease.renew", nodeName))),
        });
      } else if (next.delayMs > 0) raise({ type: "PAUSE", pauseMs: next.delayMs });
      else raise({ type: "STEP" });
    },
  };
  const machine = new MachineTable<LeaseContext, LeaseEvent>(sim, name, leaseMachine, effects, {
    rootTimers: true,
  });

  return {
    lastRenewalMs: () => memory.get().renewedAt,
    start({ warm }) {
      // A kubelet that has been up renewed some time in the last interval.
      const phase = warm ? Math.round(sim.draw("lease.phase", nodeName) * renewEveryMs) : 0;
      machine.start("", { phase });
    },
    stop() {
      machine.stop();
      memory.set(fresh);
    },
  };
}

/** Admission of pods by the kubelet: every handler is asked, the first refusal wins (pkg/kubelet/kubelet.go). */
import type { Admission, Kubelet } from "../contract.ts";
import { initialNode } from "../node-status/node-object.ts";
import type { Pod } from "../types.ts";
import { admitByPredicates } from "./predicates.ts";
import { handleAdmissionFailure, PREEMPTED_CONDITION, PREEMPTED_MESSAGE } from "./preemption.ts";
import { forbiddenSysctl } from "./sysctls.ts";

export function createAdmission(k: Kubelet): Admission {
  const { sim, nodeName } = k;
  const name = `${nodeName}/admission`;
  /** Victims in order; the first is being killed. One ends before the next is killed. */
  const victims = sim.cell<readonly string[]>(`${name}/victims`, []);

  function killFirst(): void {
    const [uid] = victims.get();
    if (uid === undefined) return;
    const pod = k.podManager.byUid(uid);
    if (!pod) {
      next();
      return;
    }
    k.events.event({ pod }, "Warning", "Preempting", PREEMPTED_MESSAGE);
    k.podWorkers.updatePod({
      updateType: "kill",
      pod,
      kill: {
        evict: true,
        status: {
          phase: "Failed",
          reason: "Preempting",
          message: PREEMPTED_MESSAGE,
          conditions: [
            {
              type: "DisruptionTarget",
              status: "True",
              reason: "TerminationByKubelet",
              message: PREEMPTED_CONDITION,
            },
          ],
        },
        completed: { to: name, event: { type: "KILLED" } },
      },
    });
  }

  function next(): void {
    victims.update((all) => all.slice(1));
    if (victims.get().length > 0) killFirst();
    else k.syncLoop.preempted();
  }

  sim.component(name, () => {
    if (k.running() && victims.get().length > 0) next();
  });

  return {
    admit(pod, activePods) {
      const pressed = k.eviction.admit(pod);
      if (pressed) return pressed;
      const sysctl = forbiddenSysctl(pod);
      if (sysctl) return { reason: "SysctlForbidden", message: sysctl };
      const node = k.objects.node() ?? k.nodeStatus.node() ?? initialNode(k);
      const refused = admitByPredicates(
        pod,
        activePods,
        node,
        () => k.objects.node() ?? node,
        (critical, reasons) => {
          const outcome = handleAdmissionFailure(critical, reasons, activePods);
          if ("error" in outcome) return outcome;
          victims.set(outcome.victims.map((victim: Pod) => victim.metadata?.uid ?? ""));
          killFirst();
          return { reasons: outcome.reasons };
        },
      );
      return refused ?? k.nodeShutdown.admit();
    },
    preempting: () => victims.get(),
    stop: () => victims.set([]),
  };
}

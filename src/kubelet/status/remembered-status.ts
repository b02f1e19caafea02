/**
 * Most syncs of a pod find everything as it was. Statuses are made of immutable values, so the last one of a pod
 * holds as long as it would be made of the same ones; what depends on more than that is asked every time.
 */
import type { ContainerStatus, Pod, PodStatus } from "../../api/types.ts";
import {
  type BeforeProbes,
  beforeProbes,
  type GenerateStatusInput,
  withConditions,
} from "./generate-status.ts";

/** What a pod's status was made of, and what became of it. */
interface Remembered {
  readonly input: GenerateStatusInput;
  readonly before: BeforeProbes;
  /** With the prober's answers. */
  readonly answered: PodStatus;
  readonly status: PodStatus;
}

export class RememberedStatuses {
  readonly #last = new WeakMap<Pod, Remembered>();

  /** As `generateAPIPodStatus`, and the same object as last time where nothing is new. */
  generate(given: GenerateStatusInput): PodStatus {
    const { pod } = given;
    const evicted = given.shouldEvict?.();
    const last = evicted ? undefined : this.#last.get(pod);
    let lasting = !evicted;
    const input: GenerateStatusInput = {
      ...given,
      shouldEvict: () => evicted,
      startError: (container) => {
        // Errors of starts come and go by themselves.
        lasting = false;
        return given.startError(container);
      },
    };
    const before = last && madeOfTheSame(last.input, given) ? last.before : beforeProbes(input);
    const answered = given.updatePodStatus(before.status);
    if (last && before === last.before && sameAnswers(answered, last.answered)) return last.status;
    const status = withConditions(input, answered);
    if (lasting) this.#last.set(pod, { input: given, before, answered, status });
    else this.#last.delete(pod);
    return status;
  }
}

/** For one and the same pod; gates, addresses of the node and resources of the pod go with it. */
function madeOfTheSame(a: GenerateStatusInput, b: GenerateStatusInput): boolean {
  return (
    a.runtime === b.runtime &&
    a.held === b.held &&
    a.podIsTerminal === b.podIsTerminal &&
    a.resizeConditions === b.resizeConditions
  );
}

/** The prober sets these two fields. */
function sameAnswers(a: PodStatus, b: PodStatus): boolean {
  return (
    sameFlags(a.containerStatuses, b.containerStatuses) &&
    sameFlags(a.initContainerStatuses, b.initContainerStatuses)
  );
}

function sameFlags(
  a: readonly ContainerStatus[] | undefined,
  b: readonly ContainerStatus[] | undefined,
): boolean {
  if (a?.length !== b?.length) return false;
  return (a ?? []).every((s, i) => s.ready === b?.[i]?.ready && s.started === b?.[i]?.started);
}

/** Node selectors and node affinity, for the scheduler and the kubelet (component-helpers/scheduling/corev1/nodeaffinity). */
import type { Node, Pod } from "./types.ts";

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}
interface Term {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;

function matches({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt": {
      const [have, bound] = [whole(value), whole(values[0])];
      return have !== undefined && bound !== undefined && (operator === "Gt" ? have > bound : have < bound);
    }
    default:
      return false;
  }
}

function matchesTerm(term: Term, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  // A term without anything in it matches no node.
  if (expressions.length === 0 && fields.length === 0) return false;
  return (
    expressions.every((r) => matches(r, node.metadata?.labels?.[r.key])) &&
    fields.every((r) => matches(r, r.key === "metadata.name" ? (node.metadata?.name ?? "") : undefined))
  );
}

/** One of the terms fits. */
export const matchNodeSelectorTerms = (terms: readonly Term[], node: Node): boolean =>
  terms.some((term) => matchesTerm(term, node));

/** The selector's labels and one of the required terms. */
export function matchesNodeAffinity(pod: Pod, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  if (!Object.entries(pod.spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value))
    return false;
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || matchNodeSelectorTerms(required.nodeSelectorTerms ?? [], node);
}

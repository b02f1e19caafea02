/** Node selector terms (staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity). */
import type { Node } from "../../api/types.ts";

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Term {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

function matches(requirement: Requirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** True when one of the terms fits; within a term every expression and field must. An empty term fits nothing. */
export function matchNodeSelectorTerms(terms: readonly Term[], node: Node): boolean {
  return terms.some((term) => {
    const expressions = term.matchExpressions ?? [];
    const fields = term.matchFields ?? [];
    if (expressions.length === 0 && fields.length === 0) return false;
    return (
      expressions.every((r) => matches(r, node.metadata?.labels?.[r.key])) &&
      fields.every((r) => matches(r, r.key === "metadata.name" ? node.metadata?.name : undefined))
    );
  });
}

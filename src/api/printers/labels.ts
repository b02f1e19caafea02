/** Labels, selectors and references as tables and describe show them. */
import { labelSelectorAsSelector, formatLabelSelector as selectorText } from "../label-selectors.ts";
import type { LabelSelector, ObjectMeta } from "../types.ts";
import { compareBytes } from "./go-format.ts";

type Labels = { readonly [key: string]: string } | undefined;

/** `k=v,k2=v2` sorted by key, `<none>` when empty (apimachinery labels.FormatLabels). */
export function formatLabels(labels: Labels): string {
  const keys = Object.keys(labels ?? {}).sort(compareBytes);
  return keys.length === 0 ? "<none>" : keys.map((k) => `${k}=${labels?.[k]}`).join(",");
}

/** Text of a LabelSelector, requirements sorted by key; null when it is not valid. */
export function labelSelectorText(selector: LabelSelector | undefined): string | null {
  const parsed = labelSelectorAsSelector(selector);
  return parsed.ok ? selectorText(parsed.selector) : null;
}

/** A selector in a table cell: `<none>` when empty, `<error>` when not valid (metav1.FormatLabelSelector). */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const text = labelSelectorText(selector);
  return text === null ? "<error>" : text || "<none>";
}

/** `Kind/name` of the controlling owner, empty when there is none. */
export function controllerOf(meta: ObjectMeta | undefined): string {
  const owner = meta?.ownerReferences?.find((o) => o.controller);
  return owner ? `${owner.kind}/${owner.name}` : "";
}

/** Roles of a node, from its `node-role.kubernetes.io/ROLE` labels and `kubernetes.io/role`, sorted. */
export function nodeRoles(labels: Labels): string[] {
  const prefix = "node-role.kubernetes.io/";
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (key.startsWith(prefix) && key.length > prefix.length) roles.add(key.slice(prefix.length));
    else if (key === "kubernetes.io/role" && value !== "") roles.add(value);
  }
  return [...roles].sort(compareBytes);
}

/** Descriptions of roles and their bindings (kubectl/pkg/describe, kubectl/pkg/util/rbac). */
import type { ApiObject } from "../../types.ts";
import { compareBytes } from "../go-format.ts";
import { tabbed, writeAnnotations, writeLabels } from "./writer.ts";

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Row {
  readonly group: string;
  readonly resource: string;
  readonly names: readonly string[];
  readonly urls: readonly string[];
  readonly verbs: readonly string[];
}

export type RoleObject = ApiObject & { readonly rules?: readonly Rule[] };
export type BindingObject = ApiObject & {
  readonly roleRef?: { readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
};

const list = (words: readonly string[]): string => `[${words.join(" ")}]`;

/** Order of rules: by their text, verbs first (SortableRuleSlice). */
const sortText = (r: Row): string =>
  `Verbs:${list(r.verbs)},APIGroups:${list([r.group])},Resources:${list([r.resource])},ResourceNames:${list(r.names)},`;

/** Rules one resource each, the verbs of one resource together (BreakdownRule, CompactRules). */
function compactRules(rules: readonly Rule[]): Row[] {
  const urls: Row[] = [];
  const simple = new Map<string, Row>();
  for (const rule of rules) {
    for (const url of rule.nonResourceURLs ?? [])
      for (const verb of rule.verbs ?? [])
        urls.push({ group: "", resource: "", names: [], urls: [url], verbs: [verb] });
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? [])
        for (const name of rule.resourceNames?.length ? rule.resourceNames : [null]) {
          const key = JSON.stringify([group, resource, name]);
          const before = simple.get(key)?.verbs ?? [];
          const verbs = [...before, ...(rule.verbs ?? []).filter((v) => !before.includes(v))];
          simple.set(key, { group, resource, names: name === null ? [] : [name], urls: [], verbs });
        }
  }
  return [...urls, ...simple.values()].sort((a, b) => compareBytes(sortText(a), sortText(b)));
}

/** `pods.apps/log` of group and resource (CombineResourceGroup). */
function combined({ group, resource }: Row): string {
  const slash = resource.indexOf("/");
  const main = slash < 0 ? resource : resource.slice(0, slash);
  return `${main}${group === "" ? "" : `.${group}`}${slash < 0 ? "" : resource.slice(slash)}`;
}

export const describeRole = ({ metadata, rules = [] }: RoleObject): string =>
  tabbed((w) => {
    w.write(0, `Name:\t${metadata?.name ?? ""}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    w.write(0, "PolicyRule:\n");
    w.write(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
    w.write(1, "---------\t-----------------\t--------------\t-----\n");
    for (const row of compactRules(rules))
      w.write(1, `${combined(row)}\t${list(row.urls)}\t${list(row.names)}\t${list(row.verbs)}\n`);
  });

export const describeRoleBinding = ({ metadata, roleRef, subjects = [] }: BindingObject): string =>
  tabbed((w) => {
    w.write(0, `Name:\t${metadata?.name ?? ""}\n`);
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    w.write(0, "Role:\n");
    w.write(1, `Kind:\t${roleRef?.kind ?? ""}\n`);
    w.write(1, `Name:\t${roleRef?.name ?? ""}\n`);
    w.write(0, "Subjects:\n");
    w.write(1, "Kind\tName\tNamespace\n");
    w.write(1, "----\t----\t---------\n");
    for (const s of subjects) w.write(1, `${s.kind}\t${s.name}\t${s.namespace ?? ""}\n`);
  });

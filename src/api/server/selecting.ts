/** Selectors of lists and watches on stored objects; what each kind lets one select by. */
import { matchesFields, parseFieldSelector } from "../field-selectors.ts";
import { matchesLabels, parseLabelSelector } from "../label-selectors.ts";
import type { ApiObject, CoreEvent, Pod } from "../types.ts";

const fieldCache = new Map<string, ReturnType<typeof parseFieldSelector>>();
const labelCache = new Map<string, ReturnType<typeof parseLabelSelector>>();

/** Fields that can be selected (pkg/registry/core/pod/strategy.go: ToSelectableFields, event/strategy.go). */
export function selectableFields(object: ApiObject): Record<string, string> {
  const fields: Record<string, string> = {
    "metadata.name": object.metadata?.name ?? "",
    "metadata.namespace": object.metadata?.namespace ?? "",
  };
  if (object.kind === "Pod") {
    const pod = object as Pod;
    fields["spec.nodeName"] = pod.spec?.nodeName ?? "";
    fields["spec.restartPolicy"] = pod.spec?.restartPolicy ?? "";
    fields["spec.schedulerName"] = pod.spec?.schedulerName ?? "";
    fields["spec.serviceAccountName"] = pod.spec?.serviceAccountName ?? "";
    fields["spec.hostNetwork"] = String(pod.spec?.hostNetwork ?? false);
    fields["status.phase"] = pod.status?.phase ?? "";
    fields["status.podIP"] = pod.status?.podIP ?? "";
    fields["status.nominatedNodeName"] = pod.status?.nominatedNodeName ?? "";
  } else if (object.kind === "Event") {
    const event = object as CoreEvent;
    for (const key of [
      "kind",
      "namespace",
      "name",
      "uid",
      "apiVersion",
      "resourceVersion",
      "fieldPath",
    ] as const) {
      fields[`involvedObject.${key}`] = event.involvedObject?.[key] ?? "";
    }
    fields["reason"] = event.reason ?? "";
    fields["reportingComponent"] = event.reportingComponent ?? "";
    fields["source"] = event.source?.component || event.reportingComponent || "";
    fields["type"] = event.type ?? "";
  } else if (object.kind === "Node") {
    fields["spec.unschedulable"] = String(
      (object as { spec?: { unschedulable?: boolean } }).spec?.unschedulable ?? false,
    );
  } else if (object.kind === "Secret") {
    fields["type"] = (object as { type?: string }).type ?? "";
  } else if (object.kind === "Namespace") {
    fields["status.phase"] = (object as { status?: { phase?: string } }).status?.phase ?? "";
  }
  return fields;
}

/** The most used selector of all is answered without building a field set. */
const NODE_NAME = /^spec\.nodeName=([^,=!]+)$/;

export function matchesFieldSelector(text: string | undefined, object: ApiObject): boolean {
  if (!text) return true;
  const byNode = NODE_NAME.exec(text);
  if (byNode) return (object as Pod).spec?.nodeName === byNode[1];
  let parsed = fieldCache.get(text);
  if (!parsed) fieldCache.set(text, (parsed = parseFieldSelector(text)));
  return parsed.ok && matchesFields(parsed.selector, selectableFields(object));
}

export function matchesLabelSelector(text: string | undefined, object: ApiObject): boolean {
  if (!text) return true;
  let parsed = labelCache.get(text);
  if (!parsed) labelCache.set(text, (parsed = parseLabelSelector(text)));
  return parsed.ok && matchesLabels(parsed.selector, object.metadata?.labels);
}

/** Why a field selector cannot be answered for a kind: the server's text, or null. */
export function fieldSelectorProblem(text: string, kind: string): string | null {
  const parsed = parseFieldSelector(text);
  if (!parsed.ok) return parsed.error;
  const known = selectableFields({ kind, metadata: {} });
  for (const { field } of parsed.selector)
    if (!Object.hasOwn(known, field)) return `field label not supported: ${field}`;
  return null;
}

/** Why a label selector cannot be read: the server's text, or null. */
export function labelSelectorProblem(text: string): string | null {
  const parsed = parseLabelSelector(text);
  return parsed.ok ? null : parsed.error;
}

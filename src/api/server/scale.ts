/** The scale subresource of what has replicas. */
import { formatLabelSelector, labelSelectorAsSelector } from "../label-selectors.ts";
import type { ApiObject, LabelSelector } from "../types.ts";

interface Scalable extends ApiObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelector };
  readonly status?: { readonly replicas?: number };
}

export function scaleOf(object: ApiObject): ApiObject {
  const { spec, status, metadata } = object as Scalable;
  const selector = labelSelectorAsSelector(spec?.selector);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata ?? {};
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec?.replicas ?? 0 },
    status: {
      replicas: status?.replicas ?? 0,
      ...(selector.ok ? { selector: formatLabelSelector(selector.selector) } : {}),
    },
  } as ApiObject;
}

/** The object with the replicas that a Scale, or a patch of one, asks for. */
export function scaled(object: ApiObject, body: unknown): ApiObject {
  const { spec } = object as Scalable;
  const asked = (body as Scalable | undefined)?.spec?.replicas;
  return { ...object, spec: { ...spec, replicas: asked ?? spec?.replicas ?? 0 } } as ApiObject;
}

/** Which pod and which container a command is about (kubectl/pkg/polymorphichelpers, cmd/util/podcmd). */

import { parseStamp } from "../../api/printers/human-duration.ts";
import { labelSelectorText } from "../../api/printers/labels.ts";
import type { ApiObject, LabelSelector, Pod } from "../../api/types.ts";
import type { Context } from "../context.ts";
import { Errors, fail } from "./errors.ts";
import { getObject, listObjects } from "./objects.ts";
import { findResource, type Resource, resourceOfKind } from "./resources.ts";

export const POD = resourceOfKind("Pod") as Resource;

/** Selector of what a workload's or a service's pods are; null where there is none. */
function podSelector(object: ApiObject): string | null {
  const spec = (object as { spec?: { selector?: unknown } }).spec;
  if (!spec?.selector) return null;
  if (object.kind === "Service" || object.kind === "ReplicationController") {
    return Object.entries(spec.selector as { [k: string]: string })
      .map(([k, v]) => `${k}=${v}`)
      .join(",");
  }
  return labelSelectorText(spec.selector as LabelSelector);
}

const ready = (pod: Pod): boolean =>
  pod.status?.conditions?.find((c) => c.type === "Ready")?.status === "True";
const restarts = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map((c) => c.restartCount));
const phase = (pod: Pod): number =>
  ({ Pending: 0, Unknown: 1, Running: 2 })[pod.status?.phase ?? "Pending"] ?? 0;
const age = (pod: Pod): number => parseStamp(pod.metadata?.creationTimestamp) ?? 0;

/** Best first, as for logs: assigned, running, ready, long ready, few restarts, old. */
function byActivity(a: Pod, b: Pod): number {
  const assigned = Number(Boolean(b.spec?.nodeName)) - Number(Boolean(a.spec?.nodeName));
  if (assigned) return assigned;
  if (phase(a) !== phase(b)) return phase(b) - phase(a);
  if (ready(a) !== ready(b)) return ready(a) ? -1 : 1;
  if (restarts(a) !== restarts(b)) return restarts(a) - restarts(b);
  return age(a) - age(b);
}

/** The pod of `web`, `pod/web`, `deploy/web`; how many there were to choose from goes to standard error. */
export function podFor(ctx: Context, text: string, namespace: string, purpose: "logs" | "exec"): Pod {
  const wrap = (message: string, reason: string): never =>
    fail(
      purpose === "logs" ? `error from server (${reason}): ${message} in namespace "${namespace}"` : message,
    );
  const [type, name] = text.includes("/") ? (text.split("/") as [string, string]) : ["pod", text];
  const resource = findResource(type) ?? fail(`the server doesn't have a resource type "${type}"`);
  const got = getObject(ctx, resource, namespace, name);
  if (!got.ok) {
    if (purpose === "logs" && got.error.reason === "NotFound")
      return wrap(got.error.message, got.error.reason);
    const errors = new Errors();
    errors.add(got.error);
    throw new Printed(errors.print(ctx));
  }
  if (resource.kind === "Pod") return got.object as Pod;
  const selector = podSelector(got.object);
  if (
    selector === null ||
    ![
      "Deployment",
      "ReplicaSet",
      "StatefulSet",
      "DaemonSet",
      "Job",
      "Service",
      "ReplicationController",
    ].includes(resource.kind)
  ) {
    return fail(
      purpose === "logs"
        ? `cannot get the logs from *v1.${resource.kind}: selector for *v1.${resource.kind} not implemented`
        : `cannot attach to *v1.${resource.kind}: selector for *v1.${resource.kind} not implemented`,
    );
  }
  const pods = [...((listObjects(ctx, POD, { namespace, selector }, new Errors()) ?? []) as Pod[])].sort(
    byActivity,
  );
  const [first] = pods;
  if (!first) return fail(`timed out waiting for the condition`);
  if (pods.length > 1 && purpose === "logs")
    ctx.err(`Found ${pods.length} pods, using pod/${first.metadata?.name ?? ""}\n`);
  return first;
}

/** Ends a command whose words were printed already. */
export class Printed {
  readonly exit: number;
  constructor(exit: number) {
    this.exit = exit;
  }
}

/** `app, side, init-db (init), dbg (ephem)`. */
function containerNames(pod: Pod): string {
  return [
    ...(pod.spec?.containers ?? []).map((c) => c.name),
    ...(pod.spec?.initContainers ?? []).map((c) => `${c.name} (init)`),
    ...(pod.spec?.ephemeralContainers ?? []).map((c) => `${c.name} (ephem)`),
  ].join(", ");
}

const allNames = (pod: Pod): string[] =>
  [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.ephemeralContainers ?? []),
  ].map((c) => c.name);

/** The container asked for, or the default one, with a word about it when there are others. */
export function containerFor(ctx: Context, pod: Pod, asked: string, quiet = false): string {
  const name = pod.metadata?.name ?? "";
  if (asked) {
    if (!allNames(pod).includes(asked))
      fail(`container ${asked} is not valid for pod ${name} out of: ${containerNames(pod)}`);
    return asked;
  }
  const annotated = pod.metadata?.annotations?.["kubectl.kubernetes.io/default-container"];
  if (annotated && allNames(pod).includes(annotated)) return annotated;
  const first = pod.spec?.containers?.[0]?.name ?? "";
  if (!quiet && allNames(pod).length > 1)
    ctx.err(`Defaulted container "${first}" out of: ${containerNames(pod)}\n`);
  return first;
}

/** Pods as the screen shows them, from the API's copy: one of eight states, and what kubectl would print. */
import type { Container, ContainerStatus, Pod } from "../../../api/types.ts";
import type { State } from "../../parts/states.ts";
import { memoize } from "../memo.ts";
import { type Rows, row, type Tables } from "../world.ts";
import { conditionTrue, printedReady, printedStatus } from "./printed-status.ts";

export interface ContainerView {
  /** `pod/NS/NAME/CONTAINER`. */
  readonly id: string;
  readonly name: string;
  readonly kind: "init" | "sidecar" | "regular" | "ephemeral";
  readonly image: string;
  readonly state: State;
  /** `Running`, or the reason as printed. */
  readonly reason: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly spec: Container;
  readonly status: ContainerStatus | undefined;
}

export interface PodView {
  /** `pod/NS/NAME`, as in the trace. */
  readonly id: string;
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly ip: string;
  readonly state: State;
  /** STATUS and READY as kubectl prints them. */
  readonly status: string;
  readonly ready: string;
  readonly restarts: number;
  readonly containers: readonly ContainerView[];
  readonly pod: Pod;
}

/** State of a container from its status; `ready` only with the status's own flag. */
export function containerState(
  status: ContainerStatus | undefined,
  restartPolicy: string | undefined,
): State {
  const { running, waiting, terminated } = status?.state ?? {};
  if (running) return status?.ready ? "ready" : "running";
  if (terminated) {
    const again = restartPolicy === "Always" || (restartPolicy === "OnFailure" && terminated.exitCode !== 0);
    if (again) return "waiting";
    return terminated.exitCode === 0 ? "succeeded" : "failed";
  }
  const reason = waiting?.reason ?? "";
  if (/BackOff$/.test(reason)) return "waiting";
  if (/^Err|Error$|^InvalidImageName$/.test(reason)) return "failed";
  return "creating";
}

export function podState(pod: Pod): State {
  const phase = pod.status?.phase;
  if (phase === "Succeeded") return "succeeded";
  if (phase === "Failed") return "failed";
  if (phase === "Unknown" || pod.status?.reason === "NodeLost") return "unknown";
  if (pod.metadata?.deletionTimestamp) return "terminating";
  if (conditionTrue(pod, "Ready")) return "ready";
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const states = statuses.map((s) => containerState(s, pod.spec?.restartPolicy));
  if (states.includes("waiting")) return "waiting";
  if (states.includes("failed")) return "failed";
  if (pod.status?.containerStatuses?.some((s) => s.state?.running)) return "running";
  return "creating";
}

function containersOf(pod: Pod, id: string): ContainerView[] {
  const view = (
    kind: ContainerView["kind"],
    spec: Container,
    status: ContainerStatus | undefined,
  ): ContainerView => {
    const { running, waiting, terminated } = status?.state ?? {};
    const policy =
      kind === "sidecar"
        ? "Always"
        : kind === "regular"
          ? pod.spec?.restartPolicy
          : kind === "init" && pod.spec?.restartPolicy !== "Never"
            ? "OnFailure"
            : "Never";
    return {
      id: `${id}/${spec.name}`,
      name: spec.name,
      kind,
      image: spec.image ?? "",
      state: containerState(status, policy ?? "Always"),
      reason: running ? "Running" : (waiting?.reason ?? terminated?.reason ?? ""),
      ready: status?.ready ?? false,
      restarts: status?.restartCount ?? 0,
      spec,
      status,
    };
  };
  const find = (list: readonly ContainerStatus[] | undefined, name: string): ContainerStatus | undefined =>
    list?.find((s) => s.name === name);
  return [
    ...(pod.spec?.initContainers ?? []).map((c) =>
      view(
        c.restartPolicy === "Always" ? "sidecar" : "init",
        c,
        find(pod.status?.initContainerStatuses, c.name),
      ),
    ),
    ...(pod.spec?.containers ?? []).map((c) =>
      view("regular", c, find(pod.status?.containerStatuses, c.name)),
    ),
    ...(pod.spec?.ephemeralContainers ?? []).map((c) =>
      view("ephemeral", c as Container, find(pod.status?.ephemeralContainerStatuses, c.name)),
    ),
  ];
}

/** Rows keep their identity while they do not change, so a pod's view is made once for each version of it. */
const views = new WeakMap<Pod, PodView>();

export function podView(pod: Pod): PodView {
  const known = views.get(pod);
  if (known) return known;
  const namespace = pod.metadata?.namespace ?? "default";
  const name = pod.metadata?.name ?? "";
  const id = `pod/${namespace}/${name}`;
  const containers = containersOf(pod, id);
  const { ready, total } = printedReady(pod);
  const view: PodView = {
    id,
    uid: pod.metadata?.uid ?? "",
    name,
    namespace,
    node: pod.spec?.nodeName ?? "",
    ip: pod.status?.podIP ?? "",
    state: podState(pod),
    status: printedStatus(pod),
    ready: `${ready}/${total}`,
    restarts: containers.reduce((sum, c) => (c.kind === "init" ? sum : sum + c.restarts), 0),
    containers,
    pod,
  };
  views.set(pod, view);
  return view;
}

const allPods = memoize((table: Rows | undefined): readonly PodView[] =>
  [...(table?.values() ?? [])]
    .map((p) => podView(p as Pod))
    .sort((a, b) => (a.namespace + a.name < b.namespace + b.name ? -1 : 1)),
);

/** All pods of the API, by namespace and name. */
export const podsOf = (tables: Tables): readonly PodView[] => allPods(tables.get("api/Pod"));

const byNode = memoize((pods: readonly PodView[]): ReadonlyMap<string, readonly PodView[]> => {
  const out = new Map<string, PodView[]>();
  for (const pod of pods) out.set(pod.node, [...(out.get(pod.node) ?? []), pod]);
  return out;
});
const NONE: readonly PodView[] = [];

/** Pods bound to a node ("" for those that are bound to none). */
export const podsOnNode = (tables: Tables, node: string): readonly PodView[] =>
  byNode(podsOf(tables)).get(node) ?? NONE;

/** The pod an object id of the trace speaks of (`pod/NS/NAME` or a container of it). */
export function podOf(tables: Tables, object: string): PodView | undefined {
  const [kind, namespace, name] = object.split("/");
  if (kind !== "pod" || !name) return undefined;
  const pod = row<Pod>(tables, "api/Pod", `${namespace}/${name}`);
  return pod && podView(pod);
}

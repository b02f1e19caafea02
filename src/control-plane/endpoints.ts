/** The EndpointSlice controller: which pods a Service reaches now (pkg/controller/endpointslice). */
import type { ApiClient, ApiReader, WatchMessage } from "../api/contract.ts";
import type { EndpointSlice, Pod, Service } from "../api/types.ts";
import type { Simulation } from "../sim/index.ts";
import type { SimEvent } from "../sim/types.ts";
import { controllerRef } from "./workloads/pods.ts";

const NAME = "endpointslice";
/** Changes of pods are gathered this long before a slice is written (--endpoint-updates-batch-period is 0; a worker's turn). */
const TURN_MS = 10;

export interface EndpointsOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
}

/** Whether a Service selects a pod. */
export function selects(service: Service, pod: Pod): boolean {
  const selector = service.spec?.selector;
  if (!selector || Object.keys(selector).length === 0) return false;
  return (
    pod.metadata?.namespace === service.metadata?.namespace &&
    Object.entries(selector).every(([k, v]) => pod.metadata?.labels?.[k] === v)
  );
}

const isTrue = (pod: Pod, type: string): boolean =>
  pod.status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;

/** Number of a service's target port in a pod: a number, or the named port of one of its containers. */
export function targetPort(
  pod: Pod | undefined,
  port: { port: number; targetPort?: unknown },
): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  const containers = [
    ...(pod?.spec?.containers ?? []),
    ...(pod?.spec?.initContainers ?? []).filter((c) => c.restartPolicy === "Always"),
  ];
  return containers.flatMap((c) => c.ports ?? []).find((p) => p.name === target)?.containerPort;
}

/** The slice of a service as its pods are now. */
export function sliceOf(service: Service, pods: readonly Pod[]): EndpointSlice {
  const reached = pods.filter(
    (p) =>
      selects(service, p) && p.status?.podIP && p.status.phase !== "Succeeded" && p.status.phase !== "Failed",
  );
  const publish = service.spec?.publishNotReadyAddresses ?? false;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${service.metadata?.name}-${(service.metadata?.uid ?? "00000").slice(0, 5)}`,
      namespace: service.metadata?.namespace,
      labels: {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": service.metadata?.name ?? "",
      },
      ownerReferences: [controllerRef(service)],
    },
    addressType: "IPv4",
    endpoints: reached.map((pod) => {
      const terminating = Boolean(pod.metadata?.deletionTimestamp);
      const serving = isTrue(pod, "Ready");
      return {
        addresses: [pod.status?.podIP ?? ""],
        conditions: { ready: publish || (serving && !terminating), serving, terminating },
        nodeName: pod.spec?.nodeName,
        targetRef: {
          kind: "Pod",
          namespace: pod.metadata?.namespace,
          name: pod.metadata?.name,
          uid: pod.metadata?.uid,
        },
      };
    }),
    ports: (service.spec?.ports ?? []).map((p) => ({
      name: p.name ?? "",
      port: targetPort(reached[0], p),
      protocol: p.protocol ?? "TCP",
    })),
  } as EndpointSlice;
}

export function startEndpoints({ sim, api, reader }: EndpointsOptions): void {
  const ask = (service: Service): void =>
    sim.send(
      { to: NAME, key: `${service.metadata?.namespace}/${service.metadata?.name}` },
      { type: "sync" },
      { delayMs: TURN_MS, timer: "sync" },
    );

  const sync = (key: string): void => {
    const slash = key.indexOf("/");
    const namespace = key.slice(0, slash);
    const service = reader.get<Service>("Service", namespace, key.slice(slash + 1));
    const old = reader
      .list<EndpointSlice>("EndpointSlice", namespace)
      .find((s) => s.metadata?.labels?.["kubernetes.io/service-name"] === key.slice(slash + 1));
    if (!service) {
      if (old)
        api.request({ verb: "delete", kind: "EndpointSlice", namespace, name: old.metadata?.name }, null, {
          from: "controller-manager",
        });
      return;
    }
    if (!service.spec?.selector) return;
    const slice = sliceOf(service, reader.list<Pod>("Pod", namespace));
    if (!old)
      api.request({ verb: "create", kind: "EndpointSlice", namespace, body: slice }, null, {
        from: "controller-manager",
      });
    else if (JSON.stringify([old.endpoints, old.ports]) !== JSON.stringify([slice.endpoints, slice.ports])) {
      api.request(
        {
          verb: "patch",
          kind: "EndpointSlice",
          namespace,
          name: old.metadata?.name,
          patchType: "merge",
          body: { endpoints: slice.endpoints, ports: slice.ports },
        },
        null,
        { from: "controller-manager" },
      );
    }
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    services(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") (watch.objects as Service[]).forEach(ask);
      else ask(watch.object as Service);
    },
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const pod = watch.object as Pod;
      for (const service of reader.list<Service>("Service", pod.metadata?.namespace))
        if (selects(service, pod)) ask(service);
    },
    sync: (_event, key) => sync(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "Service" }, { to: NAME, event: { type: "services" } });
  api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
}

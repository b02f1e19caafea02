/** `kubectl describe` of any object: gathers what belongs to it and hands both to its describer. */
import { decodeBase64 } from "../../../sim/bytes.ts";
import type { ApiReader } from "../../contract.ts";
import { deepEqual } from "../../plain.ts";
import type * as api from "../../types.ts";
import { parseStamp } from "../human-duration.ts";
import type * as k8s from "../kinds.ts";
import * as cluster from "./cluster.ts";
import * as config from "./config.ts";
import { eventsAbout } from "./events.ts";
import { describeGeneric } from "./generic.ts";
import { describeEndpointSlice, describeService } from "./network.ts";
import { describeNode } from "./node.ts";
import { describePod } from "./pod.ts";
import * as rbac from "./rbac.ts";
import * as workloads from "./workloads.ts";

export interface DescribeOptions {
  readonly showEvents: boolean;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** The text of `kubectl describe` for one object, as the reader's store is at this moment. */
export function describeObject(
  object: api.ApiObject,
  reader: ApiReader,
  { showEvents, nowMs }: DescribeOptions,
): string {
  const { kind = "", metadata } = object;
  const namespace = metadata?.namespace;
  const events = showEvents ? eventsFor(object, reader) : null;
  const context = { events, nowMs };
  const pods = (): readonly api.Pod[] => reader.list<api.Pod>("Pod", namespace);
  // The kind says which type an object is of; the casts below rest on it.
  const as = <T>(): T => object as unknown as T;
  switch (kind) {
    case "Pod":
      return describePod(as<api.Pod>(), events, nowMs);
    case "Node":
      return describeNode({
        node: as<api.Node>(),
        pods: podsOn(metadata?.name ?? "", reader),
        lease: leaseOf(metadata?.name ?? "", reader),
        events,
        nowMs,
      });
    case "Deployment": {
      const { oldSets, newSets } = replicaSetsOf(as<api.Deployment>(), reader);
      return workloads.describeDeployment(as<api.Deployment>(), oldSets, newSets, context);
    }
    case "ReplicaSet":
      return workloads.describeReplicaSet(as<api.ReplicaSet>(), pods(), context);
    case "DaemonSet":
      return workloads.describeDaemonSet(as<api.DaemonSet>(), pods(), context);
    case "StatefulSet":
      return workloads.describeStatefulSet(as<k8s.StatefulSet>(), pods(), context);
    case "Job":
      return workloads.describeJob(as<api.Job>(), context);
    case "CronJob":
      return workloads.describeCronJob(as<k8s.CronJob>(), context);
    case "Service": {
      const all = reader.list<api.EndpointSlice>("EndpointSlice", namespace);
      const own = all.filter((s) => s.metadata?.labels?.["kubernetes.io/service-name"] === metadata?.name);
      return describeService(as<api.Service>(), own, context);
    }
    case "EndpointSlice":
      return describeEndpointSlice(as<api.EndpointSlice>(), context);
    case "ConfigMap":
      return config.describeConfigMap(as<api.ConfigMap>(), context);
    case "Secret":
      return config.describeSecret(as<api.Secret>(), decodeBase64);
    case "ServiceAccount":
      return config.describeServiceAccount(as<api.ServiceAccount>(), context);
    case "Namespace": {
      const quotas = reader.list<k8s.ResourceQuota>("ResourceQuota", metadata?.name);
      return config.describeNamespace(
        as<api.Namespace>(),
        quotas,
        reader.list<k8s.LimitRange>("LimitRange", metadata?.name),
      );
    }
    case "ResourceQuota":
      return config.describeResourceQuota(as<k8s.ResourceQuota>());
    case "LimitRange":
      return config.describeLimitRange(as<k8s.LimitRange>());
    case "PersistentVolume":
      return cluster.describePersistentVolume(as<api.PersistentVolume>(), context);
    case "PersistentVolumeClaim": {
      const users = pods().filter((p) =>
        p.spec?.volumes?.some((v) => v.persistentVolumeClaim?.claimName === metadata?.name),
      );
      return cluster.describeClaim(as<api.PersistentVolumeClaim>(), users, context);
    }
    case "PriorityClass":
      return cluster.describePriorityClass(as<api.PriorityClass>(), context);
    case "StorageClass":
      return cluster.describeStorageClass(as<k8s.StorageClass>(), context);
    case "PodDisruptionBudget":
      return cluster.describeDisruptionBudget(as<k8s.PodDisruptionBudget>(), context);
    case "CertificateSigningRequest":
      return cluster.describeCertificateSigningRequest(as<k8s.CertificateSigningRequest>(), context);
    case "HorizontalPodAutoscaler":
      return cluster.describeAutoscaler(as<k8s.HorizontalPodAutoscaler>(), context);
    case "Role":
    case "ClusterRole":
      return rbac.describeRole(as<rbac.RoleObject>());
    case "RoleBinding":
    case "ClusterRoleBinding":
      return rbac.describeRoleBinding(as<rbac.BindingObject>());
    default:
      return describeGeneric(object, events, nowMs);
  }
}

/** Events about an object. A node is also known to its kubelet by its name in place of the UID. */
function eventsFor(object: api.ApiObject, reader: ApiReader): api.CoreEvent[] {
  // Events about what has no namespace are kept in `default` and name no namespace themselves.
  const all = reader.list<api.CoreEvent>("Event", object.metadata?.namespace ?? "default");
  const own = eventsAbout(object, all);
  if (object.kind !== "Node") return own;
  const name = object.metadata?.name ?? "";
  const byName = all.filter(
    (e) =>
      e.involvedObject.kind === "Node" && e.involvedObject.name === name && e.involvedObject.uid === name,
  );
  return [...own, ...byName.filter((e) => !own.includes(e))];
}

const podsOn = (node: string, reader: ApiReader): api.Pod[] =>
  reader
    .list<api.Pod>("Pod")
    .filter(
      (p) => p.spec?.nodeName === node && p.status?.phase !== "Succeeded" && p.status?.phase !== "Failed",
    );

const leaseOf = (node: string, reader: ApiReader): api.Lease | string =>
  reader.get<api.Lease>("Lease", "kube-node-lease", node) ?? `leases.coordination.k8s.io "${node}" not found`;

const TEMPLATE_HASH = "pod-template-hash";

/** A deployment's replica sets: the one of its present template, and the others (deploymentutil.GetAllReplicaSets). */
export function replicaSetsOf(
  d: api.Deployment,
  reader: ApiReader,
): { oldSets: api.ReplicaSet[]; newSets: api.ReplicaSet[] } {
  const age = (rs: api.ReplicaSet): number => parseStamp(rs.metadata?.creationTimestamp) ?? 0;
  const own = reader
    .list<api.ReplicaSet>("ReplicaSet", d.metadata?.namespace)
    .filter((rs) => rs.metadata?.ownerReferences?.some((o) => o.controller && o.uid === d.metadata?.uid))
    .sort((a, b) => age(a) - age(b));
  const withoutHash = (t: api.PodSpec | unknown): unknown => {
    const template = t as { metadata?: { labels?: { [k: string]: string } }; spec?: unknown } | undefined;
    const { [TEMPLATE_HASH]: _hash, ...labels } = template?.metadata?.labels ?? {};
    return { labels, spec: template?.spec };
  };
  const wanted = withoutHash(d.spec?.template);
  const current = own.find((rs) => deepEqual(withoutHash(rs.spec?.template), wanted));
  return { oldSets: own.filter((rs) => rs !== current), newSets: current ? [current] : [] };
}

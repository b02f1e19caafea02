/**
 * Objects that pods refer to, as the kubelet has seen them last: secrets, config maps and runtime classes by a watch
 * each while a pod needs them, services and the own Node always (pkg/kubelet/util/manager/watch_based_manager.go).
 */
import type { WatchMessage } from "../../api/contract.ts";
import type { ApiObject, ConfigMap, Node, RuntimeClass, Secret, Service } from "../../api/types.ts";
import { podConfigMapNames, podSecretNames } from "../config/api-references.ts";
import type { Kubelet, ObjectStore } from "../contract.ts";
import type { Pod } from "../types.ts";
import type { Lookup } from "./environment.ts";

interface Row {
  readonly watch: string;
  /** UIDs of the pods that need it. */
  readonly pods: readonly string[];
  readonly synced: boolean;
  readonly object?: ApiObject;
}

/** What only this room and the volume manager ask. */
export interface KubeletObjectStore extends ObjectStore {
  /** Services have been listed once. */
  servicesSynced(): boolean;
  /** An object is registered, but its first listing has not come yet. */
  unsynced(kind: "ConfigMap" | "Secret", namespace: string, name: string): boolean;
}

type Kind = "ConfigMap" | "Secret" | "RuntimeClass";
const keyOf = (kind: Kind, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;

export function createObjectStore(k: Kubelet): KubeletObjectStore {
  const { sim, nodeName } = k;
  const component = `${nodeName}/objects`;
  const rows = sim.table<Row>(`${nodeName}/objects`);
  const services = sim.table<Service>(`${nodeName}/objects/services`);
  const own = sim.cell<{
    readonly node?: Node;
    readonly services: boolean;
    readonly watches: readonly string[];
  }>(`${nodeName}/objects/own`, {
    services: false,
    watches: [],
  });

  /** The object after a message, or undefined when it is gone. */
  const latest = (watch: WatchMessage): ApiObject | undefined =>
    watch.type === "SYNCED" ? watch.objects[0] : watch.type === "DELETED" ? undefined : watch.object;

  function takeServices(watch: WatchMessage): void {
    const key = ({ metadata }: ApiObject): string => `${metadata?.namespace}/${metadata?.name}`;
    if (watch.type === "SYNCED") {
      for (const old of [...services.keys()]) services.delete(old);
      for (const service of watch.objects) services.set(key(service), service as Service);
      own.update((o) => ({ ...o, services: true }));
    } else if (watch.type === "DELETED") services.delete(key(watch.object));
    else services.set(key(watch.object), watch.object as Service);
  }

  sim.component(component, (event, key) => {
    const watch = event["watch"] as WatchMessage | undefined;
    if (!watch || !k.running()) return;
    if (key === "services") return takeServices(watch);
    if (key === "node") {
      const node = latest(watch) as Node | undefined;
      own.update(({ node: _, ...rest }) => (node ? { ...rest, node } : rest));
      return;
    }
    const row = rows.get(key);
    if (!row) return;
    const { object: _, ...rest } = row;
    const object = latest(watch);
    rows.set(key, { ...rest, synced: true, ...(object ? { object } : {}) });
  });

  /** Pods whose objects are in the rows: a pod is registered at every sync. */
  let registered = new WeakSet<Pod>();
  sim.onRestore(() => {
    registered = new WeakSet();
  });

  const watch = (kind: string, key: string, scope: { namespace?: string; fieldSelector?: string }): string =>
    k.api.watch({ kind, ...scope }, { to: component, key, event: { type: "WATCH" } });

  function references(pod: Pod): string[] {
    const namespace = pod.metadata?.namespace ?? "";
    return [
      ...podSecretNames(pod).map((name) => keyOf("Secret", namespace, name)),
      ...podConfigMapNames(pod).map((name) => keyOf("ConfigMap", namespace, name)),
      ...(pod.spec?.runtimeClassName ? [keyOf("RuntimeClass", "", pod.spec.runtimeClassName)] : []),
    ];
  }

  function drop(key: string, uid: string): void {
    const row = rows.get(key);
    if (!row) return;
    const pods = row.pods.filter((other) => other !== uid);
    if (pods.length > 0) {
      rows.set(key, { ...row, pods });
      return;
    }
    k.api.unwatch(row.watch);
    rows.delete(key);
  }

  function look<T extends ApiObject>(kind: Kind, namespace: string, name: string): Lookup<T> {
    const row = rows.get(keyOf(kind, namespace, name));
    const low = kind.toLowerCase();
    if (!row) return { ok: false, error: `object "${namespace}"/"${name}" not registered` };
    if (!row.synced)
      return { ok: false, error: `failed to sync ${low} cache: timed out waiting for the condition` };
    return row.object
      ? { ok: true, value: row.object as T }
      : { ok: false, error: `${low} "${name}" not found` };
  }

  return {
    registerPod(pod) {
      if (registered.has(pod)) return;
      registered.add(pod);
      const uid = pod.metadata?.uid ?? "";
      const wanted = new Set(references(pod));
      for (const key of wanted) {
        const row = rows.get(key);
        if (row?.pods.includes(uid)) continue;
        if (row) {
          rows.set(key, { ...row, pods: [...row.pods, uid] });
          continue;
        }
        const [kind = "", namespace = "", name = ""] = key.split("/");
        rows.set(key, {
          watch: watch(kind, key, {
            ...(namespace === "" ? {} : { namespace }),
            fieldSelector: `metadata.name=${name}`,
          }),
          pods: [uid],
          synced: false,
        });
      }
      for (const [key, row] of [...rows]) if (row.pods.includes(uid) && !wanted.has(key)) drop(key, uid);
    },
    unregisterPod(pod) {
      registered = new WeakSet();
      const uid = pod.metadata?.uid ?? "";
      for (const [key, row] of [...rows]) if (row.pods.includes(uid)) drop(key, uid);
    },
    configMap: (namespace, name) => look<ConfigMap>("ConfigMap", namespace, name),
    secret: (namespace, name) => look<Secret>("Secret", namespace, name),
    unsynced: (kind, namespace, name) => rows.get(keyOf(kind, namespace, name))?.synced === false,
    /** pkg/kubelet/runtimeclass/runtimeclass_manager.go: LookupRuntimeHandler. */
    runtimeHandler(pod) {
      const name = pod.spec?.runtimeClassName;
      const row = name ? rows.get(keyOf("RuntimeClass", "", name)) : undefined;
      if (!name || row?.synced === false) return { ok: true, value: "" };
      const found = row?.object as RuntimeClass | undefined;
      return found
        ? { ok: true, value: found.handler }
        : { ok: false, error: `runtimeclass.node.k8s.io "${name}" not found` };
    },
    services: (namespace) =>
      [...services.values()].filter(
        ({ metadata }) => metadata?.namespace === namespace || metadata?.namespace === "default",
      ),
    servicesSynced: () => own.get().services,
    node: () => own.get().node,
    start() {
      const watches = [
        watch("Node", "node", { fieldSelector: `metadata.name=${nodeName}` }),
        watch("Service", "services", {}),
      ];
      own.update((o) => ({ ...o, watches }));
    },
    stop() {
      for (const id of own.get().watches) k.api.unwatch(id);
      for (const { watch: id } of rows.values()) k.api.unwatch(id);
      for (const table of [rows, services]) for (const key of [...table.keys()]) table.delete(key);
      own.set({ services: false, watches: [] });
      registered = new WeakSet();
    },
  };
}

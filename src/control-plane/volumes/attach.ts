/**
 * Attaches volumes to the nodes whose pods need them and detaches them when nothing there uses them any more
 * (pkg/controller/volume/attachdetach). What is attached stands in the node's status, which the kubelet waits for.
 */
import type { ApiReader, WatchMessage } from "../../api/contract.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/types.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import type { VolumeControllerOptions } from "./binder.ts";

const NAME = "attachdetach";
/** A storage backend's attach or detach call. */
const OPERATION_MS: Ms = 1000;
/** A failed operation is tried again after 0.5 s, doubled up to 2 min 2 s (goroutinemap/exponentialbackoff). */
const FIRST_RETRY_MS: Ms = 500;
const LONGEST_RETRY_MS: Ms = 122_000;

/** Volume of a pod on a node. */
interface Wanted {
  readonly node: string;
  readonly volume: PersistentVolume;
  readonly pod: Pod;
}

export interface Attacher {
  /** Faults of the storage from now on: attaching volumes of `NAMESPACE/POD/VOLUME` (`*`: any) fails with that text. */
  failAttach(faults: Readonly<Record<string, string>>): void;
}

/** `kubernetes.io/csi/DRIVER^HANDLE`; volumes without a driver are attached by being there. */
const uniqueName = ({ spec }: PersistentVolume): string =>
  `kubernetes.io/csi/${spec?.csi?.driver ?? ""}^${spec?.csi?.volumeHandle ?? ""}`;

export function startAttacher({ sim, api, reader, stamp }: VolumeControllerOptions): Attacher {
  const from = "controller-manager";
  const events = createEventWriter({ sim, api, from, component: "attachdetach-controller", stamp });
  const faults = sim.table<string>(`${NAME}/faults`);
  /** Retries so far, by `NODE|VOLUME`. */
  const failures = sim.table<number>(`${NAME}/failures`);
  const told = sim.table<true>(`${NAME}/multi-attach`);

  const attachedTo = (node: Node, name: string): boolean =>
    node.status?.volumesAttached?.some((v) => v.name === name) ?? false;
  const keyOf = ({ node, volume }: Pick<Wanted, "node" | "volume">): string =>
    `${node}|${volume.metadata?.name}`;

  function wanted(): Wanted[] {
    return reader.list<Pod>("Pod").flatMap((pod) => {
      const node = pod.spec?.nodeName;
      if (!node || pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return [];
      return volumesOf(reader, pod).map((volume) => ({ node, volume, pod }));
    });
  }

  function faultOf({ pod, volume }: Wanted): string | undefined {
    const where = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    const own = pod.spec?.volumes?.find(
      (v) =>
        claimOf(reader, pod, v.persistentVolumeClaim?.claimName)?.spec?.volumeName === volume.metadata?.name,
    );
    return faults.get(`${where}/${own?.name}`) ?? faults.get(`${where}/*`);
  }

  const setAttached = (
    node: Node,
    attached: readonly { readonly name: string; readonly devicePath: string }[],
  ): void =>
    void api.request(
      {
        verb: "patch",
        kind: "Node",
        name: node.metadata?.name ?? "",
        subresource: "status",
        patchType: "merge",
        body: { status: { volumesAttached: attached } },
      },
      null,
      { from },
    );

  function reconcile(): void {
    const all = wanted();
    for (const want of all) {
      const key = keyOf(want);
      const node = reader.get<Node>("Node", undefined, want.node);
      if (
        !node ||
        attachedTo(node, uniqueName(want.volume)) ||
        sim.due({ to: NAME, key }, "attach") !== undefined
      )
        continue;
      if (isElsewhere(want, all)) continue;
      const tries = failures.get(key) ?? 0;
      const wait = tries === 0 ? OPERATION_MS : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries);
      sim.send({ to: NAME, key }, { type: "attach" }, { delayMs: wait, timer: "attach" });
    }
    for (const node of reader.list<Node>("Node")) {
      const name = node.metadata?.name ?? "";
      for (const { name: volume } of node.status?.volumesAttached ?? []) {
        const isWanted = all.some((w) => w.node === name && uniqueName(w.volume) === volume);
        const isMounted = node.status?.volumesInUse?.includes(volume);
        const key = `${name}|${volume}`;
        if (isWanted || isMounted) sim.cancel({ to: NAME, key }, "detach");
        else if (sim.due({ to: NAME, key }, "detach") === undefined)
          sim.send({ to: NAME, key }, { type: "detach" }, { delayMs: OPERATION_MS, timer: "detach" });
      }
    }
  }

  /** A volume for one node at a time is still at another: said once. */
  function isElsewhere(want: Wanted, all: readonly Wanted[]): boolean {
    if (want.volume.spec?.accessModes?.some((mode) => mode.endsWith("Many"))) return false;
    const name = uniqueName(want.volume);
    const other = reader
      .list<Node>("Node")
      .find((n) => n.metadata?.name !== want.node && attachedTo(n, name));
    if (!other) {
      told.delete(keyOf(want));
      return false;
    }
    if (told.has(keyOf(want))) return true;
    told.set(keyOf(want), true);
    const users = all.filter((w) => w.node === other.metadata?.name && uniqueName(w.volume) === name);
    const by =
      users.length > 0
        ? `Volume is already used by pod(s) ${users.map((w) => w.pod.metadata?.name).join(", ")}`
        : "Volume is already exclusively attached to one node and can't be attached to another";
    const message = `Multi-Attach error for volume "${want.volume.metadata?.name}" ${by}`;
    events.event(want.pod, "Warning", "FailedAttachVolume", message);
    return true;
  }

  function attach(key: string): void {
    const want = wanted().find((w) => keyOf(w) === key);
    const node = want && reader.get<Node>("Node", undefined, want.node);
    if (!want || !node || attachedTo(node, uniqueName(want.volume))) return;
    const name = want.volume.metadata?.name ?? "";
    const fault = faultOf(want);
    if (fault !== undefined) {
      failures.set(key, (failures.get(key) ?? 0) + 1);
      const message = `AttachVolume.Attach failed for volume "${name}" : ${fault}`;
      events.event(want.pod, "Warning", "FailedAttachVolume", message);
      reconcile();
      return;
    }
    failures.delete(key);
    setAttached(node, [
      ...(node.status?.volumesAttached ?? []),
      { name: uniqueName(want.volume), devicePath: "" },
    ]);
    const message = `AttachVolume.Attach succeeded for volume "${name}" `;
    for (const { pod } of wanted().filter((w) => keyOf(w) === key))
      events.event(pod, "Normal", "SuccessfulAttachVolume", message);
  }

  function detach(key: string): void {
    const at = key.indexOf("|");
    const node = reader.get<Node>("Node", undefined, key.slice(0, at));
    if (node)
      setAttached(
        node,
        (node.status?.volumesAttached ?? []).filter((v) => v.name !== key.slice(at + 1)),
      );
  }

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    changed(event) {
      const watch = event["watch"] as WatchMessage;
      if (
        watch.type !== "SYNCED" &&
        watch.object.kind === "Pod" &&
        volumesOf(reader, watch.object as Pod).length === 0
      )
        return;
      sim.send({ to: NAME, key: "" }, { type: "reconcile" }, { delayMs: 100, timer: "reconcile" });
    },
    nodes(event, key) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED" || (watch.object as Node).status?.volumesAttached?.length)
        handlers["changed"]?.(event, key);
    },
    reconcile: () => reconcile(),
    attach: (_event, key) => attach(key),
    detach: (_event, key) => detach(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  for (const kind of ["Pod", "PersistentVolumeClaim"])
    api.watch({ kind }, { to: NAME, event: { type: "changed" } });
  api.watch({ kind: "Node" }, { to: NAME, event: { type: "nodes" } });

  return {
    failAttach(now) {
      for (const where of [...faults.keys()]) if (!(where in now)) faults.delete(where);
      for (const [where, error] of Object.entries(now)) faults.set(where, error);
    },
  };
}

function claimOf(reader: ApiReader, pod: Pod, name: string | undefined): PersistentVolumeClaim | undefined {
  return name ? reader.get("PersistentVolumeClaim", pod.metadata?.namespace, name) : undefined;
}

/** Attachable volumes of a pod: those of bound claims that have a driver. */
function volumesOf(reader: ApiReader, pod: Pod): PersistentVolume[] {
  return (pod.spec?.volumes ?? []).flatMap((v) => {
    const claim = claimOf(reader, pod, v.persistentVolumeClaim?.claimName);
    const name = claim?.status?.phase === "Bound" ? claim.spec?.volumeName : undefined;
    const volume = name ? reader.get<PersistentVolume>("PersistentVolume", undefined, name) : undefined;
    return volume?.spec?.csi ? [volume] : [];
  });
}

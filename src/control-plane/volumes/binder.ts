/**
 * Binds claims to volumes, and has volumes made where a class can (pkg/controller/volume/persistentvolume). Every turn
 * takes the first step that is missing; the write it makes brings the next turn.
 */
import type { ApiClient, ApiReader, WatchMessage } from "../../api/contract.ts";
import type {
  ApiObject,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from "../../api/types.ts";
import type { Simulation } from "../../sim/index.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import { findMatchingVolume, isFor } from "./match.ts";

const NAME = "persistentvolume-binder";
const TURN_MS: Ms = 10;
/** What an external provisioner takes to make a disk. */
const PROVISION_MS: Ms = 2000;
/** A claim that found nothing is looked at again (the controller's resync). */
const RESYNC_MS: Ms = 15_000;
const BOUND_BY = "pv.kubernetes.io/bound-by-controller";
const COMPLETED = "pv.kubernetes.io/bind-completed";

export interface VolumeControllerOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
  readonly stamp: () => string;
}

export function startVolumeBinder({ sim, api, reader, stamp }: VolumeControllerOptions): void {
  const from = "controller-manager";
  const events = createEventWriter({ sim, api, from, component: "persistentvolume-controller", stamp });
  const claimOf = (key: string): PersistentVolumeClaim | undefined => {
    const [namespace = "", name = ""] = key.split("/");
    return reader.get("PersistentVolumeClaim", namespace, name);
  };
  const ask = (claim: ApiObject, delayMs: Ms = TURN_MS): void =>
    sim.send(
      { to: NAME, key: `${claim.metadata?.namespace}/${claim.metadata?.name}` },
      { type: "sync" },
      { delayMs, timer: "sync" },
    );

  const patch = (object: ApiObject, body: object, subresource?: "status"): void =>
    void api.request(
      {
        verb: "patch",
        kind: object.kind ?? "",
        ...(object.metadata?.namespace ? { namespace: object.metadata.namespace } : {}),
        name: object.metadata?.name ?? "",
        patchType: "merge",
        body,
        ...(subresource ? { subresource } : {}),
      },
      null,
      { from },
    );

  /** First missing step of a binding: the volume's claim, its phase, the claim's volume, the claim's phase. */
  function bind(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const { name, namespace, uid, resourceVersion } = claim.metadata ?? {};
    if (volume.spec?.claimRef?.uid !== uid) {
      const claimRef = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name,
        namespace,
        uid,
        resourceVersion,
      };
      patch(volume, { metadata: { annotations: { [BOUND_BY]: "yes" } }, spec: { claimRef } });
    } else if (volume.status?.phase !== "Bound") patch(volume, { status: { phase: "Bound" } }, "status");
    else if (claim.spec?.volumeName !== volume.metadata?.name) {
      const annotations = { [BOUND_BY]: "yes", [COMPLETED]: "yes" };
      patch(claim, { metadata: { annotations }, spec: { volumeName: volume.metadata?.name } });
    } else {
      const { accessModes, capacity } = volume.spec ?? {};
      patch(claim, { status: { phase: "Bound", accessModes, capacity } }, "status");
    }
  }

  function syncClaim(claim: PersistentVolumeClaim): void {
    if (claim.metadata?.deletionTimestamp || claim.status?.phase === "Bound") return;
    const found = findMatchingVolume(reader.list<PersistentVolume>("PersistentVolume"), claim);
    if (found) {
      if (!found.spec?.claimRef || isFor(found, claim)) bind(found, claim);
      else
        events.event(
          claim,
          "Warning",
          "FailedBinding",
          `volume "${found.metadata?.name}" already bound to a different claim.`,
        );
      return;
    }
    if (!claim.spec?.volumeName) provision(claim);
    ask(claim, RESYNC_MS);
  }

  const isUsed = (claim: PersistentVolumeClaim): boolean =>
    reader
      .list<Pod>("Pod", claim.metadata?.namespace)
      .some((p) => p.spec?.volumes?.some((v) => v.persistentVolumeClaim?.claimName === claim.metadata?.name));

  /** What is said of a claim that no volume fits; `make`: one is being made for it. */
  function outlook(
    claim: PersistentVolumeClaim,
  ): { reason: string; message: string; warning?: true; make?: true } | null {
    const name = claim.spec?.storageClassName;
    if (!name) {
      const message = "no persistent volumes available for this claim and no storage class is set";
      return { reason: "FailedBinding", message };
    }
    const storageClass = reader.get<StorageClass>("StorageClass", undefined, name);
    if (!storageClass) {
      const message = `storageclass.storage.k8s.io "${name}" not found`;
      return { reason: "ProvisioningFailed", message, warning: true };
    }
    if (storageClass.volumeBindingMode === "WaitForFirstConsumer" && !isUsed(claim)) {
      const message = "waiting for first consumer to be created before binding";
      return { reason: "WaitForFirstConsumer", message };
    }
    const { provisioner } = storageClass;
    if (provisioner === "kubernetes.io/no-provisioner") return null;
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    return { reason: "ExternalProvisioning", message, make: true };
  }

  function provision(claim: PersistentVolumeClaim): void {
    const said = outlook(claim);
    if (!said) return;
    events.event(claim, said.warning ? "Warning" : "Normal", said.reason, said.message);
    const key = `${claim.metadata?.namespace}/${claim.metadata?.name}`;
    if (said.make)
      sim.send({ to: NAME, key }, { type: "provision" }, { delayMs: PROVISION_MS, timer: "provision" });
  }

  function create(claim: PersistentVolumeClaim): void {
    const storageClass = reader.get<StorageClass>(
      "StorageClass",
      undefined,
      claim.spec?.storageClassName ?? "",
    );
    if (!storageClass || claim.spec?.volumeName) return;
    const name = `pvc-${claim.metadata?.uid}`;
    const { provisioner, reclaimPolicy = "Delete" } = storageClass;
    const { name: claimName, namespace, uid, resourceVersion } = claim.metadata ?? {};
    const body = {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
      spec: {
        capacity: { storage: claim.spec?.resources?.requests?.["storage"] },
        accessModes: claim.spec?.accessModes,
        persistentVolumeReclaimPolicy: reclaimPolicy,
        storageClassName: storageClass.metadata?.name,
        volumeMode: claim.spec?.volumeMode,
        csi: { driver: provisioner, volumeHandle: name },
        claimRef: {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          name: claimName,
          namespace,
          uid,
          resourceVersion,
        },
      },
    };
    api.request({ verb: "create", kind: "PersistentVolume", body }, null, { from });
    events.event(claim, "Normal", "ProvisioningSucceeded", `Successfully provisioned volume ${name}`);
  }

  /** Phases of a volume by its claim: free, bound, left behind. */
  function syncVolume(volume: PersistentVolume): void {
    const ref = volume.spec?.claimRef;
    const phase = volume.status?.phase;
    if (volume.metadata?.deletionTimestamp) return;
    if (!ref?.uid) {
      if (phase === "Pending") patch(volume, { status: { phase: "Available" } }, "status");
      return;
    }
    const claim = reader.get<PersistentVolumeClaim>("PersistentVolumeClaim", ref.namespace, ref.name ?? "");
    if (claim && isFor(volume, claim)) ask(claim);
    else if (volume.spec?.persistentVolumeReclaimPolicy === "Delete")
      api.request({ verb: "delete", kind: "PersistentVolume", name: volume.metadata?.name ?? "" }, null, {
        from,
      });
    else if (phase !== "Released") patch(volume, { status: { phase: "Released" } }, "status");
  }

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    claims(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") {
        for (const claim of watch.objects) ask(claim);
        return;
      }
      const claim = watch.object as PersistentVolumeClaim;
      if (watch.type !== "DELETED") {
        ask(claim);
        return;
      }
      for (const volume of reader.list<PersistentVolume>("PersistentVolume"))
        if (isFor(volume, claim)) syncVolume(volume);
    },
    volumes(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "DELETED") return;
      for (const volume of watch.type === "SYNCED"
        ? (watch.objects as PersistentVolume[])
        : [watch.object as PersistentVolume])
        syncVolume(volume);
      // A new or freed volume may be what some claim waits for.
      for (const claim of reader.list<PersistentVolumeClaim>("PersistentVolumeClaim"))
        if (claim.status?.phase !== "Bound") ask(claim);
    },
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type !== "ADDED") return;
      const pod = watch.object as Pod;
      for (const volume of pod.spec?.volumes ?? []) {
        const name = volume.persistentVolumeClaim?.claimName;
        const claim = name ? claimOf(`${pod.metadata?.namespace}/${name}`) : undefined;
        if (claim && claim.status?.phase !== "Bound") ask(claim);
      }
    },
    sync(_event, key) {
      const claim = claimOf(key);
      if (claim) syncClaim(claim);
    },
    provision(_event, key) {
      const claim = claimOf(key);
      if (claim) create(claim);
    },
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "PersistentVolumeClaim" }, { to: NAME, event: { type: "claims" } });
  api.watch({ kind: "PersistentVolume" }, { to: NAME, event: { type: "volumes" } });
  api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
}

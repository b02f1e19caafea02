/**
 * Applying a manifest, as `kubectl apply -f -` does: each object in order is created, or, where it is there, patched
 * by what changed between the last applied configuration, the new one and the live one.
 */
import type { ApiClient, ApiResult } from "../api/contract.ts";
import { readManifest } from "../api/manifest/manifest.ts";
import { LAST_APPLIED, threeWayPatch } from "../api/patch/last-applied.ts";
import { kindInfo } from "../api/server/kinds.ts";
import type { ApiObject } from "../api/types.ts";
import type { Simulation } from "../sim/index.ts";
import type { SimEvent } from "../sim/types.ts";

const NAME = "apply";

interface Job {
  readonly objects: readonly ApiObject[];
  readonly next: number;
}

export interface Applier {
  /** Starts applying a manifest; objects that cannot be read are recorded as refused, the rest is applied. */
  apply(manifest: string): void;
}

export function createApplier(sim: Simulation, api: ApiClient): Applier {
  const jobs = sim.table<Job>(`${NAME}/jobs`);
  const count = sim.cell<number>(`${NAME}/count`, 0);

  const name = (o: ApiObject): string =>
    `${(o.kind ?? "").toLowerCase()}/${kindInfo(o.kind ?? "")?.namespaced ? `${o.metadata?.namespace ?? "default"}/` : ""}${o.metadata?.name ?? o.metadata?.generateName ?? ""}`;
  const record = (o: ApiObject, outcome: string, message?: string): void => {
    sim.record({
      from: "kubectl",
      to: "user",
      type: `apply.${outcome}`,
      object: name(o),
      data: message ? { message } : {},
    });
  };

  const begin = (key: string): void => {
    const job = jobs.get(key);
    const object = job?.objects[job.next];
    if (!job || !object) {
      jobs.delete(key);
      return;
    }
    const namespace = kindInfo(object.kind ?? "")?.namespaced
      ? (object.metadata?.namespace ?? "default")
      : undefined;
    const target = { kind: object.kind ?? "", ...(namespace ? { namespace } : {}) };
    if (!object.metadata?.name)
      api.request(
        { verb: "create", ...target, body: object },
        { to: NAME, key, event: { type: "created" } },
        { from: "kubectl" },
      );
    else
      api.request(
        { verb: "get", ...target, name: object.metadata.name },
        { to: NAME, key, event: { type: "got" } },
        { from: "kubectl", latencyMs: 2 },
      );
  };

  const settle = (key: string, result: ApiResult, outcome: string): void => {
    const job = jobs.get(key);
    const object = job?.objects[job.next];
    if (!job || !object) return;
    record(object, result.ok ? outcome : "refused", result.ok ? undefined : result.error.message);
    jobs.set(key, { ...job, next: job.next + 1 });
    begin(key);
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    got(event, key) {
      const job = jobs.get(key);
      const object = job?.objects[job.next];
      if (!job || !object) return;
      const live = event["result"] as ApiResult;
      const namespace = kindInfo(object.kind ?? "")?.namespaced
        ? (object.metadata?.namespace ?? "default")
        : undefined;
      const target = { kind: object.kind ?? "", ...(namespace ? { namespace } : {}) };
      if (!live.ok) {
        if (live.error.reason !== "NotFound") settle(key, live, "refused");
        else
          api.request(
            { verb: "create", ...target, body: withLastApplied(object) },
            { to: NAME, key, event: { type: "created" } },
            { from: "kubectl" },
          );
        return;
      }
      const last = live.object.metadata?.annotations?.[LAST_APPLIED];
      const patch = threeWayPatch(
        object.apiVersion ?? "",
        object.kind ?? "",
        readLast(last),
        withLastApplied(object),
        live.object,
      );
      if (Object.keys(patch).length === 0) {
        settle(key, live, "unchanged");
        return;
      }
      api.request(
        { verb: "patch", ...target, name: object.metadata?.name ?? "", patchType: "strategic", body: patch },
        { to: NAME, key, event: { type: "patched" } },
        { from: "kubectl" },
      );
    },
    created: (event, key) => settle(key, event["result"] as ApiResult, "created"),
    patched: (event, key) => settle(key, event["result"] as ApiResult, "configured"),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));

  return {
    apply(manifest) {
      const read = readManifest(manifest);
      for (const problem of read.problems) {
        if (problem.severity === "error")
          sim.record({
            from: "kubectl",
            to: "user",
            type: "apply.refused",
            object: "",
            data: { message: problem.message, code: problem.code },
          });
      }
      const objects = read.documents
        .filter((d) => !d.problems.some((p) => p.severity === "error"))
        .flatMap((d) => (d.value ? [d.value] : []));
      if (objects.length === 0) return;
      const key = String(count.get() + 1);
      count.set(count.get() + 1);
      jobs.set(key, { objects, next: 0 });
      begin(key);
    },
  };
}

/** The object with its own text as annotation, as kubectl sends it. */
function withLastApplied(object: ApiObject): ApiObject {
  const { [LAST_APPLIED]: _old, ...annotations } = object.metadata?.annotations ?? {};
  const bare = {
    ...object,
    metadata: { annotations, ...object.metadata, ...(object.metadata?.annotations ? { annotations } : {}) },
  };
  const text = `${JSON.stringify(bare)}\n`;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...annotations, [LAST_APPLIED]: text },
    } as ApiObject["metadata"] & object,
  };
}

/** The last applied configuration; an annotation that somebody broke counts as none. */
function readLast(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

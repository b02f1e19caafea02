/** Each RPC: whom it is about, what begins with the call, what is done when its latency is over. */
import type { Ms } from "../../sim/types.ts";
import type { CriError, CriRpc, PodRef } from "../contract.ts";
import type { Containerd } from "./containerd.ts";
import * as containers from "./containers.ts";
import { findImage, pulled, pullImage, removeImage } from "./images.ts";
import * as sandboxes from "./sandboxes.ts";
import * as sessions from "./sessions.ts";
import { type CallRow, notFound } from "./state.ts";

/** Calls that only look. */
export const READS: ReadonlySet<CriRpc> = new Set([
  "Version",
  "Status",
  "PodSandboxStatus",
  "ListPodSandbox",
  "ListContainers",
  "ContainerStatus",
  "ImageStatus",
  "ListImages",
  "ImageFsInfo",
]);

/** Which part of the kubelet makes a call, where the caller does not say. */
const CALLER: Readonly<Partial<Record<CriRpc, string>>> = {
  PullImage: "image-manager",
  ImageStatus: "image-manager",
  ListImages: "image-manager",
  RemoveImage: "image-manager",
  ImageFsInfo: "image-manager",
  Status: "kubelet",
  Version: "kubelet",
  ListContainers: "pleg",
  ListPodSandbox: "pleg",
};

/** A probe's ExecSync has a time limit, a hook's has none. */
export function caller(rpc: CriRpc, request: unknown, data: Readonly<Record<string, unknown>>): string {
  if (rpc !== "ExecSync") return CALLER[rpc] ?? "kuberuntime";
  const limited = (request as { timeoutMs?: Ms }).timeoutMs !== undefined;
  return limited && data["hook"] !== true ? "prober" : "kuberuntime";
}

export type Outcome = { readonly value: unknown } | { readonly error: CriError };

/** What a request is about: for the record. */
export function about(
  c: Containerd,
  rpc: CriRpc,
  request: unknown,
): { pod?: PodRef; container?: string; attempt?: number } {
  const r = request as {
    sandboxId?: string;
    containerId?: string;
    config?: { name?: string; pod?: PodRef; attempt: number };
    pod?: PodRef;
  };
  if (rpc === "RunPodSandbox") return { pod: r.config!.pod!, attempt: r.config!.attempt };
  if (r.containerId) {
    const status = c.containers.get(r.containerId)?.status;
    return status ? { pod: status.pod, container: status.name, attempt: status.attempt } : {};
  }
  if (r.sandboxId) {
    const sandbox = c.sandboxes.get(r.sandboxId)?.sandbox;
    if (!sandbox) return {};
    return {
      pod: sandbox.pod,
      ...(r.config?.name
        ? { container: r.config.name, attempt: r.config.attempt }
        : { attempt: sandbox.attempt }),
    };
  }
  return r.pod ? { pod: r.pod } : {};
}

export function begin(c: Containerd, call: CallRow): void {
  const { latencies: l } = c;
  switch (call.rpc) {
    case "PullImage":
      pullImage(c, call);
      return;
    case "RunPodSandbox":
      sandboxes.beginRun(c, call);
      return;
    case "StopContainer":
      c.later(call, l.cri);
      return;
    case "StopPodSandbox":
      c.later(
        call,
        c.jittered(l.cri + (c.sandboxes.get(call.request.sandboxId)?.networked ? l.cni : 0), call.object),
      );
      return;
    case "CreateContainer":
      c.later(call, c.jittered(l.create, call.object));
      return;
    case "StartContainer":
      c.later(call, c.jittered(l.start, call.object));
      return;
    case "ExecSync":
      sessions.beginExec(c, call);
      return;
    default:
      c.later(call, c.jittered(l.cri, call.object));
  }
}

export function perform(c: Containerd, call: CallRow): void {
  if (READS.has(call.rpc)) {
    c.answer(call, read(c, call));
    return;
  }
  switch (call.rpc) {
    case "RunPodSandbox":
      sandboxes.run(c, call);
      return;
    case "StopPodSandbox":
      c.answer(call, sandboxes.stop(c, call.request.sandboxId));
      return;
    case "RemovePodSandbox":
      c.answer(call, sandboxes.remove(c, call.request.sandboxId));
      return;
    case "CreateContainer":
      c.answer(call, containers.create(c, call.request.sandboxId, call.request.config));
      return;
    case "StartContainer":
      c.answer(call, containers.start(c, call.request.containerId));
      return;
    case "StopContainer":
      containers.stop(c, call);
      return;
    case "RemoveContainer":
      c.answer(call, containers.remove(c, call.request.containerId));
      return;
    case "ReopenContainerLog":
      c.answer(call, containers.reopenLog(c, call.request.containerId));
      return;
    case "UpdateContainerResources":
      c.answer(call, containers.updateResources(c, call.request));
      return;
    case "PullImage":
      c.answer(call, { value: pulled(c, call) });
      return;
    case "RemoveImage":
      removeImage(c, call.request.image);
      c.answer(call, { value: {} });
      return;
    default:
      c.answer(call, { value: {} });
  }
}

export function read(c: Containerd, call: CallRow): Outcome {
  const { request } = call;
  switch (call.rpc) {
    case "Version":
      return { value: { runtimeName: "containerd", runtimeVersion: "v2.1.9", runtimeApiVersion: "v1" } };
    case "Status":
      return {
        value: {
          conditions: [
            { type: "RuntimeReady", status: true, reason: "", message: "" },
            { type: "NetworkReady", status: true, reason: "", message: "" },
          ],
        },
      };
    case "PodSandboxStatus": {
      const row = c.sandboxes.get(request.sandboxId);
      return row ? { value: { sandbox: row.sandbox } } : { error: notFound("sandbox", request.sandboxId) };
    }
    case "ListPodSandbox":
      return {
        value: { sandboxes: request.podUid ? c.pod(request.podUid).sandboxes : c.all().sandboxes },
      };
    case "ListContainers":
      return {
        value: { containers: request.podUid ? c.pod(request.podUid).containers : c.all().containers },
      };
    case "ContainerStatus": {
      const row = c.containers.get(request.containerId);
      return row
        ? { value: { container: row.status } }
        : { error: notFound("container", request.containerId) };
    }
    case "ImageStatus":
      return { value: { image: findImage(c, request.image)?.image ?? null } };
    case "ListImages":
      return { value: { images: [...c.images].map(([, row]) => row.image) } };
    default:
      return { value: c.imageFs() };
  }
}

export function resultOf(outcome: Outcome): unknown {
  return "error" in outcome ? { ok: false, error: outcome.error } : { ok: true, value: outcome.value };
}

/** What a record says of a request, beyond whom it is about. */
export function summary(rpc: CriRpc, request: unknown): Record<string, unknown> {
  const r = request as { image?: string; command?: readonly string[]; timeoutMs?: number };
  if (rpc === "PullImage" || rpc === "RemoveImage" || rpc === "ImageStatus") return { image: r.image };
  if (rpc === "ExecSync")
    return { command: r.command, ...(r.timeoutMs !== undefined ? { timeoutMs: r.timeoutMs } : {}) };
  if (rpc === "StopContainer") return { timeoutMs: r.timeoutMs };
  return {};
}

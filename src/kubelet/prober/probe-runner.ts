/** Sends a probe's request and reads its answer (pkg/kubelet/prober/prober.go: runProbe). */
import type { Container, Pod, Probe } from "../../api/types.ts";
import type { CriReply } from "../../cri/contract.ts";
import type { GrpcResult, HttpRequest, HttpResult, TcpResult } from "../../node/contract.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import { formatPod, podObject } from "../types.ts";
import {
  execOutcome,
  expandStatic,
  grpcOutcome,
  type HandlerOutcome,
  joinHostPort,
  missingHandler,
  tcpOutcome,
} from "./handlers.ts";
import { type HttpProgress, httpStep, newHttpRequest, type ProbeHttpRequest } from "./http-probe.ts";
import { resolveContainerPort } from "./port.ts";
import { portNumber, requestPath } from "./url.ts";

export interface ProbeRequest {
  readonly spec: Probe;
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: () => string;
}

/** Sent, with what an httpGet probe has to remember; or an outcome without any request. */
export type Sent = { readonly http: HttpProgress | null } | { readonly outcome: HandlerOutcome };

function timeoutSeconds(spec: Probe): number {
  return spec.timeoutSeconds ?? 1;
}

/** Sends the request of one try; the answer comes as the reply's event with `result`. */
export function sendProbe(k: Kubelet, request: ProbeRequest, reply: ReplyTo): Sent {
  const { spec, container, containerId } = request;
  const timeoutMs = timeoutSeconds(spec) * 1000;
  const host = request.podIP();
  if (spec.exec) {
    const command = expandStatic(spec.exec.command ?? [], container.env);
    const data = { pod: podObject(request.pod), container: container.name };
    k.cri.call("ExecSync", { containerId, command, timeoutMs }, reply, { data });
    return { http: null };
  }
  if (spec.httpGet) {
    const made = newHttpRequest(spec.httpGet, container, host, "probe");
    if (!made.ok) return { outcome: { result: "unknown", output: "", error: made.error } };
    sendHttp(k, made.request, timeoutMs, reply);
    return {
      http: { first: made.request, current: made.request, requests: 1, followNonLocalRedirects: false },
    };
  }
  if (spec.tcpSocket) {
    const port = resolveContainerPort(spec.tcpSocket.port, container);
    if (!port.ok) return { outcome: { result: "unknown", output: "", error: port.error } };
    k.host.network.tcp({ ip: spec.tcpSocket.host || host, port: port.port, timeoutMs }, reply);
    return { http: null };
  }
  if (spec.grpc) {
    k.host.network.grpc(
      { ip: host, port: spec.grpc.port, service: spec.grpc.service ?? "", timeoutMs },
      reply,
    );
    return { http: null };
  }
  return { outcome: missingHandler(formatPod(request.pod), container) };
}

/** Requests as they were last sent: a probe sends the same one turn after turn. */
const sentBefore = new WeakMap<ProbeHttpRequest, HttpRequest>();

function wireRequest(request: ProbeHttpRequest, timeoutMs: number): HttpRequest {
  const before = sentBefore.get(request);
  if (before?.timeoutMs === timeoutMs) return before;
  const { url, headers, host } = request;
  const made: HttpRequest = {
    ip: url.host,
    port: portNumber(url),
    path: requestPath(url),
    method: "GET",
    scheme: url.scheme === "https" ? "https" : "http",
    host: host ?? (url.port ? joinHostPort(url.host, Number(url.port)) : url.host),
    headers,
    timeoutMs,
  };
  sentBefore.set(request, made);
  return made;
}

function sendHttp(k: Kubelet, request: ProbeHttpRequest, timeoutMs: number, reply: ReplyTo): void {
  k.host.network.http(wireRequest(request, timeoutMs), reply);
}

/**
 * What an answer means: the outcome of the try, or, after a redirect, one more request that was sent.
 * @param elapsedMs since the first request of the try: all of them share the probe's timeout
 */
export function readAnswer(
  k: Kubelet,
  request: ProbeRequest,
  http: HttpProgress | null,
  answer: unknown,
  elapsedMs: number,
  reply: ReplyTo,
): { readonly outcome: HandlerOutcome } | { readonly http: HttpProgress } {
  const { spec, container } = request;
  const seconds = timeoutSeconds(spec);
  if (spec.exec) {
    const command = expandStatic(spec.exec.command ?? [], container.env);
    return { outcome: execOutcome(command, seconds, answer as CriReply<"ExecSync">["result"]) };
  }
  if (spec.tcpSocket) return { outcome: tcpOutcome(answer as TcpResult) };
  if (spec.grpc) {
    return {
      outcome: grpcOutcome(joinHostPort(request.podIP(), spec.grpc.port), seconds, answer as GrpcResult),
    };
  }
  if (!http) return { outcome: missingHandler(formatPod(request.pod), container) };
  const step = httpStep(http, answer as HttpResult);
  if ("done" in step) return { outcome: step.done };
  sendHttp(k, step.next, Math.max(1, seconds * 1000 - elapsedMs), reply);
  return { http: { ...http, current: step.next, requests: http.requests + 1 } };
}

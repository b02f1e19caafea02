/** The probe-handler suite: one probe against a target described in the vector, or one run of the prober. */

import {
  execOutcome,
  expandStatic,
  grpcOutcome,
  type HandlerOutcome,
  missingHandler,
  probeVerdict,
  tcpOutcome,
} from "../../../kubelet/prober/handlers.ts";
import { httpStep, newHttpRequest, type ProbeHttpRequest } from "../../../kubelet/prober/http-probe.ts";
import { resolveContainerPort } from "../../../kubelet/prober/port.ts";
import type { GrpcResult, HttpResult } from "../../../node/contract.ts";
import { byteLength } from "../../../sim/bytes.ts";

const HOST = "127.0.0.1";
const PORT = 8080;

export function runProbeHandler(given: any, test: { expect?: any }): unknown {
  switch (given.handler) {
    case "http":
      return http(given, test.expect ?? {});
    case "exec":
      return described(exec(given.exec), test.expect ?? {});
    case "tcp": {
      const text = `dial tcp ${HOST}:${PORT}: connect: connection refused`;
      return described(
        tcpOutcome(given.tcp.open ? { ok: true } : { ok: false, failure: "refused", text }),
        test.expect ?? {},
      );
    }
    case "grpc":
      return described(
        grpcOutcome(`${HOST}:${PORT}`, given.timeoutSeconds, grpcAnswer(given)),
        test.expect ?? {},
      );
    default:
      return prober(given.prober);
  }
}

/** An outcome in the words of the vector. */
function described(outcome: HandlerOutcome, expect: any): Record<string, unknown> {
  const { result, output, error } = outcome;
  const contains = (text: string | undefined, wanted: boolean) =>
    text === undefined || output.includes(text) === wanted ? text : { output };
  return {
    result,
    error: error !== undefined,
    output,
    outputContains: contains(expect.outputContains, true),
    outputNotContains: contains(expect.outputNotContains, false),
    outputBytes: byteLength(output),
  };
}

function exec(given: any): HandlerOutcome {
  const command = ["sh", "-c", "true"];
  if (given.timedOut) {
    const outcome = execOutcome(command, 1, { ok: false, error: { code: "DeadlineExceeded", desc: "" } });
    return { ...outcome, output: given.timedOut };
  }
  if (given.startError)
    return execOutcome(command, 1, { ok: false, error: { code: "Unknown", desc: given.startError } });
  const stdout = given.outputRepeat
    ? given.outputRepeat.text.repeat(given.outputRepeat.times)
    : (given.output ?? "");
  return execOutcome(command, 1, { ok: true, value: { exitCode: given.exitCode ?? 0, stdout, stderr: "" } });
}

function grpcAnswer({ grpc, timeoutSeconds }: any): GrpcResult {
  // Where one side speaks TLS and the other does not, or nobody answers, no connection is ever established.
  if (grpc.unreachable || grpc.notGrpc || Boolean(grpc.tls) !== Boolean(grpc.probeTLS))
    return { ok: false, failure: "connect" };
  if ((grpc.delaySeconds ?? 0) > timeoutSeconds) return { ok: false, failure: "deadline" };
  return { ok: true, status: grpc.status };
}

function http(given: any, expect: any): unknown {
  const { http: target, timeoutSeconds } = given;
  const httpHeaders = Object.entries(target.requestHeaders ?? {}).map(([name, value]) => ({
    name,
    value: String(value),
  }));
  const made = newHttpRequest({ host: HOST, port: PORT, path: target.path, httpHeaders }, {}, HOST, "probe");
  if (!made.ok) return { result: "unknown", error: true };
  const first = made.request;
  let current = first;
  let left = timeoutSeconds * 1000;
  for (let requests = 1; ; requests++) {
    const answer = serve(target, current, left);
    left -= answer.tookMs;
    const step = httpStep(
      { first, current, requests, followNonLocalRedirects: target.followNonLocalRedirects },
      answer.result,
    );
    if ("next" in step) {
      current = step.next;
      continue;
    }
    return { ...described(step.done, expect), ...headersSeen(first, expect) };
  }
}

/** The vector's server: what it answers, and after how long. */
function serve(
  target: any,
  request: ProbeHttpRequest,
  leftMs: number,
): { result: HttpResult; tookMs: number } {
  const { url } = request;
  const origins = [`http://${HOST}:${PORT}`, ...(target.otherServers ?? [])];
  const origin = `${url.scheme}://${url.host}${url.port ? `:${url.port}` : ""}`;
  if (!origins.includes(origin)) {
    return {
      result: {
        ok: false,
        failure: "refused",
        text: `dial tcp ${url.host}:${url.port || 80}: connect: connection refused`,
      },
      tookMs: 0,
    };
  }
  const answer = target.target?.[url.path || "/"] ?? { status: 500, body: "" };
  const tookMs = (answer.delaySeconds ?? 0) * 1000;
  if (tookMs > leftMs) {
    const text = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    return { result: { ok: false, failure: "timeout", text }, tookMs: leftMs };
  }
  if (answer.requireHost && hostHeader(request) !== answer.requireHost) {
    return { result: { ok: true, response: { status: 400, headers: {}, body: "" } }, tookMs };
  }
  const headers: Record<string, string> = answer.location ? { Location: answer.location } : {};
  return {
    result: { ok: true, response: { status: answer.status, headers, body: answer.body ?? "" } },
    tookMs,
  };
}

/** The Host header as the server sees it. */
function hostHeader({ url, host }: ProbeHttpRequest): string {
  return host ?? (url.port ? `${url.host}:${url.port}` : url.host);
}

function headersSeen(request: ProbeHttpRequest, expect: any): Record<string, unknown> {
  const { headers } = request;
  const names = Object.keys(headers).sort();
  const seen = (name: string, wanted: string): string | undefined => {
    const value = name === "Host" ? hostHeader(request) : headers[name];
    return wanted.endsWith("*") &&
      wanted !== "*/*" &&
      !wanted.endsWith("/**") &&
      value?.startsWith(wanted.slice(0, -1))
      ? wanted
      : value;
  };
  return {
    sentHeaders: Object.fromEntries(
      Object.entries(expect.sentHeaders ?? {}).map(([n, v]) => [n, seen(n, String(v))]),
    ),
    notSentHeaders: (expect.notSentHeaders ?? []).filter((name: string) => !(name in headers)),
    headerCount: names.length,
    headerNames: names,
  };
}

function prober(given: any): unknown {
  const { probe, env, ports, podIP } = given ?? {};
  if (!probe) return { result: "success", error: false };
  const container = { name: "c", ports, env };
  if (probe.httpGet) {
    const made = newHttpRequest(probe.httpGet, container, podIP, "probe");
    if (!made.ok) return { error: true };
    const { url } = made.request;
    return {
      error: false,
      host: url.host,
      port: Number(url.port),
      path: url.path,
    };
  }
  if (probe.tcpSocket) {
    const port = resolveContainerPort(probe.tcpSocket.port, container);
    return port.ok ? { error: false, host: probe.tcpSocket.host || podIP, port: port.port } : { error: true };
  }
  const handled = probe.exec !== undefined || probe.grpc !== undefined;
  const outcome: HandlerOutcome = !handled
    ? missingHandler("pod", container)
    : {
        result: given.handlerResult ?? "unknown",
        output: "",
        ...(given.handlerError ? { error: given.handlerError } : {}),
      };
  const verdict = probeVerdict("liveness", outcome);
  return {
    // An error is a failure to the caller, which then throws it away.
    result: verdict.result ?? "failure",
    error: outcome.error !== undefined,
    command: probe.exec ? expandStatic(probe.exec.command ?? [], env) : undefined,
  };
}

/** What the answers of probe handlers mean (pkg/probe/exec, tcp, grpc; pkg/kubelet/prober/prober.go). */
import type { Container, EnvVar } from "../../api/types.ts";
import { type CriResult, criErrorText } from "../../cri/contract.ts";
import type { GrpcResult, TcpResult } from "../../node/contract.ts";
import { expand, mappingFor } from "../env/expand.ts";
import { cutUtf8 } from "../logs/utf8.ts";
import type { ProbeResult, ProbeType } from "../types.ts";
import { goQuote, goSeconds } from "./go-text.ts";

/** Outcome of one handler run. With `error` the state of the container stays unknown. */
export interface HandlerOutcome {
  readonly result: "success" | "warning" | "failure" | "unknown";
  readonly output: string;
  readonly error?: string;
}

/** Of a command's output so many bytes are kept. */
const MAX_OUTPUT_BYTES = 10 * 1024;
/** Handler errors are tried again at once, so often in all. */
export const MAX_PROBE_TRIES = 3;

/** Exec: exit 0 succeeds, another code fails, a time-out fails, any other error of the runtime says nothing. */
export function execOutcome(
  command: readonly string[],
  timeoutSeconds: number,
  answer: CriResult<"ExecSync">,
): HandlerOutcome {
  if (answer.ok) {
    const output = cutUtf8(answer.value.stdout + answer.value.stderr, MAX_OUTPUT_BYTES);
    return { result: answer.value.exitCode === 0 ? "success" : "failure", output };
  }
  if (answer.error.code === "DeadlineExceeded") {
    return {
      result: "failure",
      output: `command timed out: ${goQuote(command.join(" "))} timed out after ${goSeconds(timeoutSeconds)}`,
    };
  }
  return { result: "unknown", output: "", error: criErrorText(answer.error) };
}

export function tcpOutcome(answer: TcpResult): HandlerOutcome {
  return answer.ok ? { result: "success", output: "" } : { result: "failure", output: answer.text };
}

/** gRPC health: SERVING succeeds, all else fails; no outcome is an error. */
export function grpcOutcome(address: string, timeoutSeconds: number, answer: GrpcResult): HandlerOutcome {
  if (answer.ok) {
    if (answer.status === "SERVING") return { result: "success", output: "service healthy" };
    return { result: "failure", output: `service unhealthy (responded with ${goQuote(answer.status)})` };
  }
  const within = goSeconds(timeoutSeconds);
  switch (answer.failure) {
    case "connect":
      return {
        result: "failure",
        output: `timeout: failed to connect service ${goQuote(address)} within ${within}: context deadline exceeded`,
      };
    case "deadline":
      return { result: "failure", output: `timeout: health rpc did not complete within ${within}` };
    case "unimplemented":
      return {
        result: "failure",
        output: `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${answer.desc ?? "unknown service grpc.health.v1.Health"}`,
      };
    case "rpc": {
      const text = criErrorText({ code: answer.code ?? "Unknown", desc: answer.desc ?? "" });
      return { result: "failure", output: `error: health rpc probe failed: ${text}` };
    }
  }
}

/** `host:port`, with brackets around an IPv6 address. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `$(NAME)` in a probe's command: from literal values only (others count as empty), unknown names stay as written. */
export function expandStatic(command: readonly string[], env: readonly EnvVar[] | undefined): string[] {
  const mapping = mappingFor(Object.fromEntries((env ?? []).map((v) => [v.name, v.value ?? ""])));
  return command.map((word) => expand(word, mapping));
}

/** What a probe has to say to the worker, the events and the log. */
export interface ProbeVerdict {
  /** What the worker counts; null: thrown away. */
  readonly result: ProbeResult | null;
  readonly event?: { readonly reason: "Unhealthy" | "ProbeWarning"; readonly message: string };
}

const TITLES: Readonly<Record<ProbeType, string>> = {
  liveness: "Liveness",
  readiness: "Readiness",
  startup: "Startup",
};

/** `Liveness`, as events and log lines have it. */
export function probeTitle(type: ProbeType): string {
  return TITLES[type];
}

/** The worker's result and the event of an outcome (prober.go: probe). */
export function probeVerdict(type: ProbeType, outcome: HandlerOutcome): ProbeVerdict {
  const title = probeTitle(type);
  if (outcome.error !== undefined) {
    const message = `${title} probe errored and resulted in ${outcome.result} state: ${outcome.error}`;
    return { result: null, event: { reason: "Unhealthy", message } };
  }
  switch (outcome.result) {
    case "success":
      return { result: "success" };
    case "warning":
      return {
        result: "success",
        event: { reason: "ProbeWarning", message: `${title} probe warning: ${outcome.output}` },
      };
    case "failure":
      return {
        result: "failure",
        event: { reason: "Unhealthy", message: `${title} probe failed: ${outcome.output}` },
      };
    case "unknown":
      return { result: "failure" };
  }
}

/** Error of a probe that names no handler. */
export function missingHandler(pod: string, container: Pick<Container, "name">): HandlerOutcome {
  return { result: "unknown", output: "", error: `missing probe handler for ${pod}:${container.name}` };
}

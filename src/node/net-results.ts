/** Outcomes of requests, in the words of Go clients. */
import type { Ms, ReplyTo } from "../sim/types.ts";
import type { GrpcHealth, GrpcResult, HttpRequest, HttpResponse, HttpResult } from "./contract.ts";

export type Answer =
  | HttpResponse
  | { readonly grpc: GrpcHealth }
  | { readonly grpcError: { readonly code: string; readonly desc: string } }
  | { readonly closed: "eof" | "reset" };

export interface Pending {
  readonly kind: "http" | "grpc";
  readonly reply: ReplyTo;
  readonly node: string;
  readonly sandbox: string;
  readonly deadline: Ms;
  /** Process that has the request, and what a fault adds to its answer's time. */
  readonly pid: number;
  readonly extraMs: Ms;
}

export function awaiting(text: string, request: HttpRequest): string {
  // Which of the two wordings comes is a race; a dial that takes the whole time ends by the client's deadline.
  return request.timeoutMs > 0
    ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    : text;
}

export function timedOut(p: Pending): HttpResult | GrpcResult {
  if (p.kind === "grpc") return { ok: false, failure: "deadline" };
  return {
    ok: false,
    failure: "timeout",
    text: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
  };
}

export function httpResult(answer: Answer): HttpResult {
  if ("status" in answer) return { ok: true, response: answer };
  if ("closed" in answer)
    return answer.closed === "eof"
      ? { ok: false, failure: "eof", text: "EOF" }
      : { ok: false, failure: "reset", text: "read: connection reset by peer" };
  return {
    ok: false,
    failure: "eof",
    text: "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
  };
}

export function grpcResult(answer: Answer): GrpcResult {
  if ("grpc" in answer) return { ok: true, status: answer.grpc };
  if ("grpcError" in answer)
    return answer.grpcError.code === "Unimplemented"
      ? { ok: false, failure: "unimplemented", ...answer.grpcError }
      : { ok: false, failure: "rpc", ...answer.grpcError };
  // A server that does not speak gRPC: the connection never becomes ready.
  return { ok: false, failure: "connect" };
}

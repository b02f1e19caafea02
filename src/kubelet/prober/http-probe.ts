/** The httpGet probe (pkg/probe/http/request.go, http.go): the request it makes, and what answers mean. */
import type { Container } from "../../api/types.ts";
import type { HttpResult } from "../../node/contract.ts";
import { cutUtf8 } from "../logs/utf8.ts";
import { goQuote } from "./go-text.ts";
import type { HandlerOutcome } from "./handlers.ts";
import { resolveContainerPort } from "./port.ts";
import { type ProbeUrl, parseProbePath, resolveReference, urlText } from "./url.ts";

/** Of a body so many bytes are read. */
const MAX_BODY_BYTES = 10 * 1024;
const MAX_REDIRECTS = 10;

export interface ProbeHttpRequest {
  readonly url: ProbeUrl;
  /** As they are sent, by canonical name; without Host. */
  readonly headers: Readonly<Record<string, string>>;
  /** Value of the Host header, where the probe sets it. */
  readonly host?: string;
}

export interface HttpGetAction {
  readonly path?: string;
  readonly port: number | string;
  readonly host?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

/** `x-foo-bar` as `X-Foo-Bar`, the way Go keeps header names. */
export function canonicalHeader(name: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  return name
    .toLowerCase()
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("-");
}

type NewRequest =
  | { readonly ok: true; readonly request: ProbeHttpRequest }
  | { readonly ok: false; readonly error: string };

/** The last request of each probe: the same turn after turn, until the container or its address is another. */
const lastRequests = new WeakMap<
  HttpGetAction,
  { readonly container: object; readonly podIP: string; readonly purpose: string; readonly made: NewRequest }
>();

/** The first request of a probe or hook; `error` when its port has no number. */
export function newHttpRequest(
  action: HttpGetAction,
  container: Pick<Container, "ports">,
  podIP: string,
  purpose: "probe" | "lifecycle",
): NewRequest {
  const last = lastRequests.get(action);
  if (last && last.container === container && last.podIP === podIP && last.purpose === purpose)
    return last.made;
  const made = makeRequest(action, container, podIP, purpose);
  lastRequests.set(action, { container, podIP, purpose, made });
  return made;
}

function makeRequest(
  action: HttpGetAction,
  container: Pick<Container, "ports">,
  podIP: string,
  purpose: "probe" | "lifecycle",
): NewRequest {
  const port = resolveContainerPort(action.port, container);
  if (!port.ok) return port;
  const url: ProbeUrl = {
    scheme: (action.scheme || "http").toLowerCase(),
    host: action.host || podIP,
    port: String(port.port),
    ...parseProbePath(action.path ?? ""),
  };
  const headers: Record<string, string> = {};
  for (const { name, value } of action.httpHeaders ?? []) {
    const key = canonicalHeader(name);
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  headers["User-Agent"] ??= `kube-${purpose}/1.36`;
  headers["Accept"] ??= "*/*";
  // Set but empty means: not at all.
  if (headers["Accept"] === "") delete headers["Accept"];
  if (headers["User-Agent"] === "") delete headers["User-Agent"];
  const host = headers["Host"];
  delete headers["Host"];
  headers["Connection"] = "close";
  return { ok: true, request: { url, headers, ...(host ? { host } : {}) } };
}

export type HttpStep = { readonly done: HandlerOutcome } | { readonly next: ProbeHttpRequest };

export interface HttpProgress {
  readonly first: ProbeHttpRequest;
  readonly current: ProbeHttpRequest;
  /** Requests made so far, the current one included. */
  readonly requests: number;
  readonly followNonLocalRedirects: boolean;
}

/** What the answer to the current request means: the probe's outcome, or one more request. */
export function httpStep(progress: HttpProgress, result: HttpResult): HttpStep {
  const { current, first } = progress;
  if (!result.ok) return failed(`Get ${goQuote(urlText(current.url))}: ${result.text}`);
  const { status, headers, body } = result.response;
  const location = isRedirect(status) ? headerOf(headers, "location") : "";
  if (location) {
    const { url, absolute } = resolveReference(current.url, location);
    const foreign = url.host !== first.url.host;
    if (!foreign || progress.followNonLocalRedirects) {
      if (progress.requests >= MAX_REDIRECTS)
        return failed(`Get ${goQuote(location)}: stopped after ${MAX_REDIRECTS} redirects`);
      const { host: _, ...rest } = current;
      // A relative location keeps the Host header that the probe set.
      return { next: { ...rest, url, ...(current.host && !absolute ? { host: current.host } : {}) } };
    }
  }
  if (status < 200 || status >= 400) return failed(`HTTP probe failed with statuscode: ${status}`);
  const text = cutUtf8(body, MAX_BODY_BYTES);
  if (status >= 300)
    return { done: { result: "warning", output: `Probe terminated redirects, Response body: ${text}` } };
  return { done: { result: "success", output: text } };
}

function failed(output: string): HttpStep {
  return { done: { result: "failure", output } };
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function headerOf(headers: Readonly<Record<string, string>>, name: string): string {
  for (const [key, value] of Object.entries(headers)) if (key.toLowerCase() === name) return value;
  return "";
}

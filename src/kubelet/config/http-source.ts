/** Pods from a URL (pkg/kubelet/config/http.go). */
import type { HttpResult } from "../../node/contract.ts";
import type { Pod } from "../types.ts";
import { decodePodList, decodeSinglePod, type PodRules } from "./manifest.ts";

export type UrlAnswer =
  | { readonly pods: readonly Pod[]; readonly error?: string }
  | { readonly error: string }
  | { readonly unchanged: true };

/** What a body amounts to. An empty one means no pods, and is an error all the same. */
export function readBody(
  url: string,
  result: HttpResult,
  lastBody: string | null,
  nodeName: string,
  rules: PodRules,
): UrlAnswer {
  if (!result.ok) return { error: `Get "${url}": ${result.text}` };
  const { status, body } = result.response;
  if (status !== 200) return { error: `${url}: ${status}` };
  if (body === "") return { pods: [], error: `zero-length data received from ${url}` };
  if (body === lastBody) return { unchanged: true };
  const origin = { from: "http", source: url, nodeName } as const;
  const single = decodeSinglePod(body, origin, rules);
  if (single.ok) return { pods: [single.pod] };
  if (single.parsed) return { error: single.error };
  const list = decodePodList(body, origin, rules);
  if (list.ok) return { pods: list.pods };
  if (list.parsed) return { error: list.error };
  return {
    error: `${url}: received '${body}', but couldn't parse as single (${single.error}) or multiple pods (${list.error}).`,
  };
}

/** Address, port and path of a plain URL. */
export function splitUrl(url: string): {
  readonly scheme: "http" | "https";
  readonly ip: string;
  readonly port: number;
  readonly path: string;
} {
  const [, scheme = "http", host = "", port, path = "/"] =
    /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const secure = scheme === "https";
  return { scheme: secure ? "https" : "http", ip: host, port: port ? Number(port) : secure ? 443 : 80, path };
}

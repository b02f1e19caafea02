/** `kubectl get --raw PATH`: the API's paths answered as far as there is something behind them. */

import type { ApiList } from "../../api/contract.ts";
import { goJson } from "../../api/printers/go-format.ts";
import type { ApiObject, Pod } from "../../api/types.ts";
import type { Context } from "../context.ts";
import { errorText, Failure } from "./errors.ts";
import { apiVersionOf, isStored, RESOURCES, type Resource } from "./resources.ts";

const NOT_FOUND = "Error from server (NotFound): the server could not find the requested resource\n";

/** How the programs were built. */
export const SERVER_BUILD = {
  gitVersion: "v1.36.1",
  gitCommit: "3d1f0b6a9c7e42d58b1f6c0e7a2d94c8e5b7f013",
  gitTreeState: "",
  buildDate: "2026-05-12T10:00:00Z",
  goVersion: "go1.26.10",
  compiler: "gc",
  platform: "linux/amd64",
};

export const SERVER_VERSION = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  ...SERVER_BUILD,
};

export function getRaw(given: string, ctx: Context): number {
  const [path = "", query = ""] = given.split("?");
  const params = new Map(
    query
      .split("&")
      .filter((p) => p !== "")
      .map((p) => p.split("=").map(decodeURIComponent) as [string, string]),
  );
  // Whatever is asked for, the server must be there to answer.
  const alive = ctx.api<ApiObject>({ verb: "get", kind: "Namespace", name: "default" });
  if (!alive.ok && alive.error.transport) throw new Failure(errorText(alive.error));
  if (/^\/(livez|readyz|healthz)$/.test(path)) {
    if (params.has("verbose"))
      ctx.out(`[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]informer-sync ok\n${path.slice(1)} check passed\n`);
    else ctx.out("ok");
    return 0;
  }
  if (path === "/version") {
    ctx.out(JSON.stringify(SERVER_VERSION, null, 2));
    return 0;
  }
  if (path === "/api") {
    ctx.out(
      '{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"10.0.0.2:6443"}]}\n',
    );
    return 0;
  }
  const parts = path.split("/").filter((p) => p !== "");
  const core = parts[0] === "api";
  if (!core && parts[0] !== "apis") throw new Failure(NOT_FOUND);
  const apiVersion = core ? (parts[1] ?? "") : `${parts[1] ?? ""}/${parts[2] ?? ""}`;
  const rest = parts.slice(core ? 2 : 3);
  if (!core && parts.length === 2) {
    const [version] = [...new Set(RESOURCES.filter((r) => r.group === parts[1]).map((r) => r.version))];
    if (!version) throw new Failure(NOT_FOUND);
    const preferred = { groupVersion: `${parts[1]}/${version}`, version };
    ctx.out(
      `${JSON.stringify({ kind: "APIGroup", apiVersion: "v1", name: parts[1], versions: [preferred], preferredVersion: preferred })}\n`,
    );
    return 0;
  }
  if (rest.length === 0) {
    const list = RESOURCES.filter((r) => apiVersionOf(r) === apiVersion);
    if (list.length === 0) throw new Failure(NOT_FOUND);
    const resources = list.map((r) => ({
      name: r.name,
      singularName: r.kind.toLowerCase(),
      namespaced: r.namespaced,
      kind: r.kind,
      verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
      ...(r.short.length > 0 ? { shortNames: r.short } : {}),
    }));
    ctx.out(`${JSON.stringify({ kind: "APIResourceList", groupVersion: apiVersion, resources })}\n`);
    return 0;
  }
  return object(ctx, apiVersion, rest, params);
}

function object(
  ctx: Context,
  apiVersion: string,
  rest: readonly string[],
  params: ReadonlyMap<string, string>,
): number {
  const inNamespace = rest[0] === "namespaces" && rest.length > 2;
  const namespace = inNamespace ? rest[1] : undefined;
  const [type = "", name, sub, ...below] = inNamespace ? rest.slice(2) : rest;
  const resource = RESOURCES.find((r) => r.name === type && apiVersionOf(r) === apiVersion);
  if (!resource || !isStored(resource)) throw new Failure(NOT_FOUND);
  if (name === undefined) return list(ctx, resource, namespace, params);
  if (resource.kind === "Node" && sub === "proxy") return nodeProxy(ctx, name, below, params);
  const result = ctx.api({ verb: "get", kind: resource.kind, name, ...(namespace ? { namespace } : {}) });
  if (!result.ok) throw new Failure(errorText(result.error));
  if (resource.kind === "Pod" && sub === "log") return log(ctx, result.object as Pod, params);
  if (sub !== undefined && sub !== "status" && sub !== "scale") throw new Failure(NOT_FOUND);
  ctx.out(`${goJson({ kind: resource.kind, apiVersion, ...result.object })}\n`);
  return 0;
}

function list(
  ctx: Context,
  resource: Resource,
  namespace: string | undefined,
  params: ReadonlyMap<string, string>,
): number {
  const options = {
    ...(params.has("labelSelector") ? { labelSelector: params.get("labelSelector") ?? "" } : {}),
    ...(params.has("fieldSelector") ? { fieldSelector: params.get("fieldSelector") ?? "" } : {}),
  };
  const result = ctx.api<ApiList>({
    verb: "list",
    kind: resource.kind,
    ...(namespace ? { namespace } : {}),
    options,
  });
  if (!result.ok) throw new Failure(errorText(result.error));
  ctx.out(
    `${goJson({ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: { resourceVersion: result.object.resourceVersion }, items: result.object.items })}\n`,
  );
  return 0;
}

function log(ctx: Context, pod: Pod, params: ReadonlyMap<string, string>): number {
  const container = params.get("container") ?? pod.spec?.containers?.[0]?.name ?? "";
  const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map((c) => c.name);
  const name = pod.metadata?.name ?? "";
  if (!params.has("container") && all.length > 1)
    throw new Failure(
      `Error from server (BadRequest): a container name must be specified for pod ${name}, choose one of: [${all.join(" ")}]\n`,
    );
  if (!all.includes(container))
    throw new Failure(
      `Error from server (BadRequest): container ${container} is not valid for pod ${name}\n`,
    );
  const tail = params.get("tailLines");
  if (tail !== undefined && Number(tail) < 0)
    throw new Failure(
      `The PodLogOptions "${name}" is invalid: tailLines: Invalid value: ${tail}: must be greater than or equal to 0\n`,
    );
  const query = {
    namespace: pod.metadata?.namespace ?? "",
    pod: name,
    container,
    previous: params.get("previous") === "true",
    timestamps: params.get("timestamps") === "true",
    follow: false,
    ...(tail !== undefined ? { tailLines: Number(tail) } : {}),
  };
  const answer = ctx.once(() => ctx.host.log(query, null));
  if (!answer.ok)
    throw new Failure(errorText({ code: answer.code, reason: answer.reason, message: answer.message }));
  ctx.out(answer.text);
  return 0;
}

function nodeProxy(
  ctx: Context,
  name: string,
  path: readonly string[],
  params: ReadonlyMap<string, string>,
): number {
  const node = ctx.api({ verb: "get", kind: "Node", name });
  if (!node.ok) throw new Failure(errorText(node.error));
  if (path[0] === "healthz") {
    ctx.out("ok");
    return 0;
  }
  if (path[0] === "containerLogs" && path.length === 4) {
    const [, namespace = "", pod = "", container = ""] = path;
    const tail = params.get("tailLines");
    const answer = ctx.once(() =>
      ctx.host.log(
        {
          namespace,
          pod,
          container,
          previous: false,
          timestamps: false,
          follow: false,
          ...(tail !== undefined ? { tailLines: Number(tail) } : {}),
        },
        null,
      ),
    );
    if (!answer.ok)
      throw new Failure(
        answer.code === 404
          ? NOT_FOUND
          : errorText({ code: answer.code, reason: answer.reason, message: answer.message }),
      );
    ctx.out(answer.text);
    return 0;
  }
  throw new Failure(NOT_FOUND);
}

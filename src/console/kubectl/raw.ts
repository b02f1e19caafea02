/** `--raw PATH`: the API's paths answered as far as there is something behind them. */
import type { ApiList, ApiRequest, ApiResult } from "../../api/contract.ts";
import { goJsonInOrder } from "../../api/printers/go-format.ts";
import type { ApiObject, Pod } from "../../api/types.ts";
import type { Context } from "../context.ts";
import { readFile } from "../files.ts";
import { errorText, Failure, fail } from "./errors.ts";
import type { Flags } from "./flags.ts";
import { nodeProxy, podProxy, serverError, serviceProxy } from "./raw-proxy.ts";
import { NOT_FOUND, serverPath } from "./raw-server.ts";
import { apiVersionOf, isStored, RESOURCES, type Resource } from "./resources.ts";

type Params = ReadonlyMap<string, string>;

/** An object as the server writes it: kind and version first, then in the order of its type. */
function onTheWire(resource: Resource, object: ApiObject): unknown {
  const { kind: _, apiVersion: __, metadata, ...rest } = object;
  const { name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp, ...more } =
    metadata ?? {};
  const head = { name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp };
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: { ...head, ...more }, ...rest };
}

/** Whatever is asked for, the server must be there to answer. */
function needServer(ctx: Context): void {
  const alive = ctx.once(() => ctx.host.api.reachable());
  if (alive) return;
  const refused = ctx.api<ApiObject>({ verb: "get", kind: "Namespace", name: "default" });
  if (!refused.ok) throw new Failure(errorText(refused.error));
}

function parse(given: string): { path: string; params: Params } {
  const at = given.indexOf("?");
  const query = at < 0 ? "" : given.slice(at + 1);
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return text;
    }
  };
  const pairs = query.split("&").filter((p) => p !== "");
  return {
    path: at < 0 ? given : given.slice(0, at),
    params: new Map(
      pairs.map((p) => {
        const eq = p.indexOf("=");
        return eq < 0 ? [decode(p), ""] : [decode(p.slice(0, eq)), decode(p.slice(eq + 1))];
      }),
    ),
  };
}

interface ObjectPath {
  readonly apiVersion: string;
  readonly resource: Resource;
  readonly type: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly sub: string | undefined;
  readonly below: readonly string[];
}

function objectPath(path: string): ObjectPath {
  const parts = path.split("/").filter((p) => p !== "");
  const core = parts[0] === "api";
  const apiVersion = core ? (parts[1] ?? "") : `${parts[1] ?? ""}/${parts[2] ?? ""}`;
  const rest = parts.slice(core ? 2 : 3);
  const inNamespace = rest[0] === "namespaces" && rest.length > 2;
  const [type = "", name, sub, ...below] = inNamespace ? rest.slice(2) : rest;
  const resource = RESOURCES.find((r) => r.name === type && apiVersionOf(r) === apiVersion);
  if (!resource) throw new Failure(NOT_FOUND);
  return { apiVersion, resource, type, namespace: inNamespace ? rest[1] : undefined, name, sub, below };
}

export function getRaw(given: string, ctx: Context): number {
  needServer(ctx);
  const { path, params } = parse(given);
  const refused = /^\/apis?\/.*\/./.test(path) ? null : ctx.refuse?.({ verb: "get", path });
  if (refused) throw serverError("Forbidden", refused);
  const own = serverPath(path, params.has("verbose"));
  if (own !== null) {
    ctx.out(own);
    return 0;
  }
  const at = objectPath(path);
  const { resource, name, sub, namespace, below } = at;
  if (!isStored(resource)) throw new Failure(NOT_FOUND);
  if (name === undefined) return list(ctx, at, params);
  if (sub === "proxy") {
    if (resource.kind === "Node") return nodeProxy(ctx, name, below, params);
    if (resource.kind === "Pod") return podProxy(ctx, namespace ?? "", name, below);
    if (resource.kind === "Service") return serviceProxy(ctx, namespace ?? "", name, below);
  }
  const result = ctx.api({ verb: "get", kind: resource.kind, name, ...(namespace ? { namespace } : {}) });
  if (!result.ok) throw new Failure(errorText(result.error));
  if (resource.kind === "Pod" && sub === "log") return log(ctx, result.object as Pod, params);
  if (resource.kind === "Pod" && /^(exec|attach|portforward)$/.test(sub ?? ""))
    throw serverError("BadRequest", "Upgrade request required");
  if (sub !== undefined && sub !== "status" && sub !== "scale") throw new Failure(NOT_FOUND);
  ctx.out(`${goJsonInOrder(onTheWire(at.resource, result.object))}\n`);
  return 0;
}

/** Numbers among the parameters as the server reads them. */
function checkNumbers(ctx: Context, params: Params): void {
  const limit = params.get("limit") ?? "0";
  if (!/^-?\d+$/.test(limit))
    throw serverError("BadRequest", `strconv.ParseInt: parsing "${limit}": invalid syntax`);
  const version = params.get("resourceVersion") ?? "0";
  if (!/^\d*$/.test(version))
    throw serverError(
      "BadRequest",
      `invalid resource version: resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
    );
  const current = ctx.api<ApiList>({ verb: "list", kind: "Namespace" });
  if (current.ok && Number(version) > Number(current.object.resourceVersion))
    throw serverError(
      "Timeout",
      `Timeout: Too large resource version: ${version}, current: ${current.object.resourceVersion}`,
    );
}

function list(ctx: Context, { resource, namespace }: ObjectPath, params: Params): number {
  if (params.has("limit") || params.has("resourceVersion")) checkNumbers(ctx, params);
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
  if (!result.ok) {
    // kubectl alone says what it was looking for.
    const message = result.error.message.replace(
      /^Unable to find ".*?" that match label selector ".*?", field selector ".*?": /s,
      "",
    );
    throw new Failure(errorText({ ...result.error, message }));
  }
  const { items } = result.object;
  const apiVersion = apiVersionOf(resource);
  if (/^(true|1)$/.test(params.get("watch") ?? "")) {
    for (const object of items)
      ctx.out(`${goJsonInOrder({ type: "ADDED", object: onTheWire(resource, object) })}\n`);
    ctx.sleep((Number(params.get("timeoutSeconds")) || 1800) * 1000);
    return 0;
  }
  const limit = Number(params.get("limit") ?? 0);
  ctx.out(
    `${goJsonInOrder({ kind: `${resource.kind}List`, apiVersion, metadata: { resourceVersion: result.object.resourceVersion, ...(limit > 0 && items.length > limit ? { remainingItemCount: items.length - limit } : {}) }, items: limit > 0 ? items.slice(0, limit) : items })}\n`,
  );
  return 0;
}

function log(ctx: Context, pod: Pod, params: Params): number {
  const container = params.get("container") ?? pod.spec?.containers?.[0]?.name ?? "";
  const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map((c) => c.name);
  const name = pod.metadata?.name ?? "";
  const refused = ctx.refuse?.({
    verb: "get",
    resource: "pods/log",
    name,
    ...(pod.metadata?.namespace ? { namespace: pod.metadata.namespace } : {}),
  });
  if (refused) throw serverError("Forbidden", refused);
  if (!params.has("container") && all.length > 1)
    throw serverError(
      "BadRequest",
      `a container name must be specified for pod ${name}, choose one of: [${all.join(" ")}]`,
    );
  if (!all.includes(container))
    throw serverError("BadRequest", `container ${container} is not valid for pod ${name}`);
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

/** The one file of a request's body, as JSON. */
function bodyOf(f: Flags, ctx: Context): ApiObject {
  const [path] = f.list("filename");
  if (path === undefined || f.list("filename").length > 1)
    fail("--raw can only use a single local file or stdin");
  const text = path === "-" ? ctx.stdin : ctx.once(() => readFile(ctx.host, ctx.session, path ?? "") ?? null);
  if (text === null) fail(`open ${path}: no such file or directory`);
  try {
    return JSON.parse(text ?? "") as ApiObject;
  } catch {
    throw serverError(
      "BadRequest",
      "the object provided is unrecognized (must be of type Object): couldn't get version/kind; json parse error",
    );
  }
}

/** `create --raw`, `replace --raw` and `delete --raw`. */
export function sendRaw(verb: "create" | "update" | "delete", f: Flags, ctx: Context): number {
  needServer(ctx);
  const { path } = parse(f.string("raw"));
  const body = verb === "delete" && !f.has("filename") ? undefined : bodyOf(f, ctx);
  const answer = (result: ApiResult, done: unknown): number => {
    if (!result.ok) throw new Failure(errorText(result.error));
    ctx.out(`${goJsonInOrder(done)}\n`);
    return 0;
  };
  const created = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
  if (/\/bindings$/.test(path)) {
    const [, namespace = "", sent = ""] = [
      ...(/namespaces\/([^/]+)\//.exec(path) ?? []),
      body?.metadata?.name ?? "",
    ];
    return answer(
      ctx.api({ verb: "create", kind: "Pod", namespace, name: sent, subresource: "binding", body }),
      created,
    );
  }
  const { resource, namespace, name, sub } = objectPath(path);
  if (!isStored(resource)) throw new Failure(NOT_FOUND);
  const place = {
    kind: resource.kind,
    ...(namespace ? { namespace } : {}),
    ...(name !== undefined ? { name } : {}),
  };
  if (verb === "delete") {
    const result = ctx.api({ verb, ...place, options: {} } as ApiRequest);
    const gone = result.ok ? result.object.metadata : undefined;
    if (result.ok && resource.kind === "Pod") return answer(result, onTheWire(resource, result.object));
    return answer(result, {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: {
        name,
        ...(resource.group ? { group: resource.group } : {}),
        kind: resource.name,
        uid: gone?.uid,
      },
    });
  }
  const own = body?.metadata ?? {};
  if (own.namespace && namespace && own.namespace !== namespace)
    throw serverError(
      "BadRequest",
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  if (name !== undefined && verb === "update" && own.name !== undefined && own.name !== name)
    throw serverError(
      "BadRequest",
      `the name of the object (${own.name}) does not match the name on the URL (${name})`,
    );
  const result = ctx.api({
    verb,
    ...place,
    ...(sub !== undefined ? { subresource: sub } : {}),
    body,
  } as ApiRequest);
  if (sub === "eviction") return answer(result, created);
  return answer(result, result.ok ? onTheWire(resource, result.object) : null);
}

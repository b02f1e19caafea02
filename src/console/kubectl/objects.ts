/** From words on the command line to objects of the API (cli-runtime/pkg/resource: Builder). */
import type { ApiList, ApiStatusError } from "../../api/contract.ts";
import type { ApiObject, EndpointSlice, Pod } from "../../api/types.ts";
import type { Context } from "../context.ts";
import { type Errors, fail } from "./errors.ts";
import type { Flags } from "./flags.ts";
import { ALL, apiVersionOf, isStored, needResource, type Resource, resourceOfKind } from "./resources.ts";

/** A resource, all of it or one object by its name. */
export interface Target {
  readonly resource: Resource;
  readonly name: string | null;
}

export const namespaceOf = (ctx: Context, flags: Flags): string =>
  flags.string("namespace") || ctx.session.namespace;

/** `pods`, `pods web db`, `pod/web svc/db`, `pods,svc`, `all`. */
export function targetsOf(args: readonly string[], verb: string): Target[] {
  if (args.length === 0) return [];
  if (args.some((a) => a.includes("/"))) {
    const plain = args.find((a) => !a.includes("/"));
    if (plain !== undefined) {
      if (args[0]?.includes("/")) {
        fail(
          `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${verb} resource/<resource_name>' instead of '${verb} resource resource/<resource_name>'`,
        );
      }
      fail(
        `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${verb} resource/<resource_name>' instead of '${verb} resource resource/<resource_name>'`,
      );
    }
    return args.map((arg) => {
      const parts = arg.split("/");
      if (parts.length !== 2 || parts[0] === "" || parts[1] === "") {
        return fail(
          parts.length > 2
            ? `arguments in resource/name form may not have more than one slash`
            : "arguments in resource/name form must have a single resource and name",
        );
      }
      return { resource: needResource(parts[0] ?? ""), name: parts[1] ?? "" };
    });
  }
  const [types = "", ...names] = args;
  const resources = types
    .split(",")
    .flatMap((t) => (t === "all" ? ALL.flatMap((k) => resourceOfKind(k) ?? []) : [needResource(t)]));
  if (names.length === 0) return resources.map((resource) => ({ resource, name: null }));
  return resources.flatMap((resource) => names.map((name) => ({ resource, name })));
}

export interface Selection {
  readonly namespace: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
}

/** What one target gave: its objects, whether a list was asked for. */
export interface Found {
  readonly resource: Resource;
  readonly objects: readonly ApiObject[];
  readonly list: boolean;
}

const named = (object: ApiObject, resource: Resource): ApiObject => ({
  ...object,
  apiVersion: object.apiVersion ?? apiVersionOf(resource),
  kind: resource.kind,
});

/** An object as the server writes it: with its kind, and a pod's conditions with their empty probe times. */
function withKind(object: ApiObject, resource: Resource): ApiObject {
  const whole = named(object, resource);
  const conditions = resource.kind === "Pod" ? (whole as Pod).status?.conditions : undefined;
  if (!conditions) return whole;
  const timed = conditions.map((c) => ({ lastProbeTime: null, ...c }));
  return { ...whole, status: { ...(whole as Pod).status, conditions: timed } } as ApiObject;
}

const byName = (a: ApiObject, b: ApiObject): number => {
  const [x, y] = [a, b].map((o) => `${o.metadata?.namespace ?? ""}\0${o.metadata?.name ?? ""}`) as [
    string,
    string,
  ];
  return x < y ? -1 : x > y ? 1 : 0;
};

export type GetResult =
  | { readonly ok: true; readonly object: ApiObject }
  | { readonly ok: false; readonly error: ApiStatusError };

export function getObject(ctx: Context, resource: Resource, namespace: string, name: string): GetResult {
  const component =
    resource.kind === "ComponentStatus" ? COMPONENTS.find((o) => o.metadata?.name === name) : undefined;
  if (component) {
    ctx.err("Warning: v1 ComponentStatus is deprecated in v1.19+\n");
    return { ok: true, object: component };
  }
  if (!isStored(resource)) {
    return {
      ok: false,
      error: {
        code: 404,
        reason: "NotFound",
        message: `${resource.name}${resource.group ? `.${resource.group}` : ""} "${name}" not found`,
      },
    };
  }
  const result = ctx.api({
    verb: "get",
    kind: resource.kind,
    name,
    ...(resource.namespaced ? { namespace } : {}),
  });
  return result.ok ? { ok: true, object: withKind(result.object, resource) } : result;
}

/** What the API server finds when it asks the control plane's health ports. */
const COMPONENTS: readonly ApiObject[] = ["scheduler", "etcd-0", "controller-manager"].map(
  (name) =>
    ({
      apiVersion: "v1",
      kind: "ComponentStatus",
      metadata: { name },
      conditions: [{ type: "Healthy", status: "True", message: "ok" }],
    }) as unknown as ApiObject,
);

/** Objects of a resource; an error goes to `errors` and gives none. */
export function listObjects(
  ctx: Context,
  resource: Resource,
  selection: Selection,
  errors: Errors,
): readonly ApiObject[] | null {
  if (resource.kind === "ComponentStatus") {
    ctx.err("Warning: v1 ComponentStatus is deprecated in v1.19+\n");
    return COMPONENTS;
  }
  if (!isStored(resource)) return [];
  if (resource.kind === "Endpoints") {
    ctx.err("Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n");
    return endpointsOf(ctx, selection);
  }
  const { namespace, allNamespaces, selector = "", fieldSelector = "" } = selection;
  const result = ctx.api<ApiList>({
    verb: "list",
    kind: resource.kind,
    ...(resource.namespaced && !allNamespaces ? { namespace } : {}),
    options: {
      ...(selector ? { labelSelector: selector } : {}),
      ...(fieldSelector ? { fieldSelector } : {}),
    },
  });
  if (result.ok) return result.object.items.map((o) => withKind(o, resource)).sort(byName);
  const { error } = result;
  const gvr = `${resource.group}/${resource.version}, Resource=${resource.name}`;
  const told =
    error.code === 400 && (selector || fieldSelector) && !error.message.startsWith("Unable to find");
  const message = `Unable to find "${gvr}" that match label selector "${selector}", field selector "${fieldSelector}": ${error.message}`;
  errors.add(told ? { ...error, message } : error);
  return null;
}

/** Endpoints as the old API shows them: what the slices of each service say. */
function endpointsOf(ctx: Context, { namespace, allNamespaces }: Selection): ApiObject[] {
  const result = ctx.api<ApiList>({
    verb: "list",
    kind: "EndpointSlice",
    ...(allNamespaces ? {} : { namespace }),
  });
  if (!result.ok) return [];
  return (result.object.items as readonly EndpointSlice[])
    .map((slice): ApiObject => {
      const ready = (slice.endpoints ?? []).filter((e) => e.conditions?.ready !== false);
      const addresses = ready.flatMap((e) =>
        (e.addresses ?? []).map((ip) => ({
          ip,
          ...(e.nodeName ? { nodeName: e.nodeName } : {}),
          ...(e.targetRef ? { targetRef: e.targetRef } : {}),
        })),
      );
      const name = slice.metadata?.labels?.["kubernetes.io/service-name"] ?? slice.metadata?.name ?? "";
      const metadata = {
        name,
        namespace: slice.metadata?.namespace ?? "",
        creationTimestamp: slice.metadata?.creationTimestamp ?? "",
      };
      const subsets = addresses.length > 0 ? [{ addresses, ports: slice.ports ?? [] }] : [];
      return { apiVersion: "v1", kind: "Endpoints", metadata, subsets } as unknown as ApiObject;
    })
    .sort(byName);
}

/** Every target's objects in order. With `ignoreMissing` what is not there is left out without a word. */
export function findObjects(
  ctx: Context,
  targets: readonly Target[],
  selection: Selection,
  errors: Errors,
  ignoreMissing = false,
): Found[] {
  const found: Found[] = [];
  for (const { resource, name } of targets) {
    if (name === null) {
      const objects = listObjects(ctx, resource, selection, errors);
      if (objects) found.push({ resource, objects, list: true });
      continue;
    }
    const got = getObject(ctx, resource, selection.namespace, name);
    if (got.ok) found.push({ resource, objects: [got.object], list: false });
    else if (!(ignoreMissing && got.error.reason === "NotFound")) errors.add(got.error);
  }
  return found;
}

/** Plain text of who is missing: `No resources found in default namespace.`. */
export function nothingFound(selection: Selection, targets: readonly Target[]): string {
  const inNamespace = !selection.allNamespaces && targets.some((t) => t.resource.namespaced);
  return inNamespace ? `No resources found in ${selection.namespace} namespace.\n` : "No resources found\n";
}

/** ms of `--request-timeout`; null: none. */
export const requestTimeoutOf = (f: Flags): number | null => {
  const text = f.string("request-timeout");
  if (text === "" || text === "0") return null;
  if (!/^\d+(\.\d+)?(ms|s|m|h)?$/.test(text)) {
    fail(
      "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
    );
  }
  return /^\d+$/.test(text) ? Number(text) * 1000 : f.ms("request-timeout", 0);
};

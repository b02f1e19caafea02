/** The LimitRanger plugin: fills requests and limits of containers, and holds them to bounds (plugin/pkg/admission/limitranger). */
import { sortedKeys } from "../plain.ts";
import { podLimits, podRequests } from "../pod-resources.ts";
import { compareQuantity, formatQuantity, quantity, quantityMilliValue } from "../quantity.ts";
import type { ApiObject, Container, LimitRange, PersistentVolumeClaim, Pod } from "../types.ts";
import type { Store } from "./store.ts";

type List = Readonly<Record<string, string>>;
type Item = NonNullable<LimitRange["spec"]>["limits"][number];

const ANNOTATION = "kubernetes.io/limit-ranger";

/** What of `defaults` a list lacks. */
const lacking = (list: List | undefined, defaults: List): string[] =>
  sortedKeys(defaults).filter((name) => list?.[name] === undefined);

interface Filled {
  readonly container: Container;
  readonly notes: readonly string[];
}

function fill(container: Container, kind: string, limits: List, requests: List): Filled {
  const lackedLimits = lacking(container.resources?.limits, limits);
  const lackedRequests = lacking(container.resources?.requests, requests);
  const notes: string[] = [];
  if (lackedRequests.length > 0)
    notes.push(`${lackedRequests.join(", ")} request for ${kind} ${container.name}`);
  if (lackedLimits.length > 0) notes.push(`${lackedLimits.join(", ")} limit for ${kind} ${container.name}`);
  if (notes.length === 0) return { container, notes };
  const resources = { ...container.resources };
  if (lackedLimits.length > 0) resources.limits = { ...limits, ...resources.limits };
  if (lackedRequests.length > 0) resources.requests = { ...requests, ...resources.requests };
  return { container: { ...container, resources }, notes };
}

/** A pod with the defaults of its namespace's limit ranges. */
export function applyLimitRanges(store: Store, pod: Pod): Pod {
  const ranges = store.list<LimitRange>("LimitRange", pod.metadata?.namespace);
  let out = pod;
  for (const range of ranges) {
    const items = (range.spec?.limits ?? []).filter((i) => i.type === "Container");
    const limits: Record<string, string> = Object.assign({}, ...items.map((i) => i.default ?? {}));
    const requests: Record<string, string> = Object.assign({}, ...items.map((i) => i.defaultRequest ?? {}));
    const spec = out.spec;
    if (!spec) return out;
    const regular = spec.containers.map((c) => fill(c, "container", limits, requests));
    const inits = (spec.initContainers ?? []).map((c) => fill(c, "init container", limits, requests));
    const notes = [...regular, ...inits].flatMap((f) => f.notes);
    if (notes.length === 0) continue;
    const annotations = {
      ...out.metadata?.annotations,
      [ANNOTATION]: `LimitRanger plugin set: ${notes.join("; ")}`,
    };
    out = {
      ...out,
      metadata: { ...out.metadata, annotations },
      spec: {
        ...spec,
        containers: regular.map((f) => f.container),
        ...(spec.initContainers ? { initContainers: inits.map((f) => f.container) } : {}),
      },
    };
  }
  return out;
}

/** One bound of one resource: what the plugin says of it, or null. */
function problem(
  kind: "minimum" | "maximum",
  type: string,
  name: string,
  bound: string,
  request: string | undefined,
  limit: string | undefined,
): string | null {
  const at = `${kind} ${name} usage per ${type} is ${formatQuantity(quantity(bound))}`;
  const beyond = (value: string): boolean => {
    const order = compareQuantity(quantity(value), quantity(bound));
    return kind === "minimum" ? order < 0 : order > 0;
  };
  if (kind === "minimum") {
    if (request === undefined) return `${at}.  No request is specified`;
    if (beyond(request)) return `${at}, but request is ${request}`;
    return limit !== undefined && beyond(limit) ? `${at}, but limit is ${limit}` : null;
  }
  if (limit === undefined) return `${at}.  No limit is specified`;
  if (beyond(limit)) return `${at}, but limit is ${limit}`;
  return request !== undefined && beyond(request) ? `${at}, but request is ${request}` : null;
}

function problemsOf(item: Item, requests: List, limits: List): string[] {
  const type = item.type ?? "";
  const out: string[] = [];
  const add = (found: string | null): void => {
    if (found !== null) out.push(found);
  };
  for (const name of sortedKeys(item.min))
    add(problem("minimum", type, name, item.min?.[name] ?? "0", requests[name], limits[name]));
  for (const name of sortedKeys(item.max))
    add(problem("maximum", type, name, item.max?.[name] ?? "0", requests[name], limits[name]));
  for (const name of sortedKeys(item.maxLimitRequestRatio)) {
    const most = item.maxLimitRequestRatio?.[name] ?? "0";
    const request = Number(quantityMilliValue(quantity(requests[name])));
    const limit = Number(quantityMilliValue(quantity(limits[name])));
    const head = `${name} max limit to request ratio per ${type} is ${most}`;
    if (request === 0) add(`${head}, but no request is specified or request is 0`);
    else if (limit === 0) add(`${head}, but no limit is specified or limit is 0`);
    else if (limit / request > Number(quantityMilliValue(quantity(most))) / 1000)
      add(`${head}, but provided ratio is ${(limit / request).toFixed(6)}`);
  }
  return out;
}

/** What the namespace's limit ranges forbid of an object; null where they let it pass. */
export function limitRangeProblem(store: Store, object: ApiObject): string | null {
  const found: string[] = [];
  for (const range of store.list<LimitRange>("LimitRange", object.metadata?.namespace)) {
    for (const item of range.spec?.limits ?? []) {
      if (object.kind === "PersistentVolumeClaim" && item.type === "PersistentVolumeClaim") {
        found.push(
          ...problemsOf(item, (object as PersistentVolumeClaim).spec?.resources?.requests ?? {}, {}).filter(
            (p) => !p.includes("No limit"),
          ),
        );
      }
      if (object.kind !== "Pod") continue;
      const pod = object as Pod;
      if (item.type === "Container") {
        for (const c of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]) {
          found.push(...problemsOf(item, c.resources?.requests ?? {}, c.resources?.limits ?? {}));
        }
      }
      if (item.type === "Pod") found.push(...problemsOf(item, podRequests(pod), podLimits(pod)));
    }
  }
  if (found.length === 0) return null;
  return found.length === 1 ? (found[0] ?? null) : `[${found.join(", ")}]`;
}

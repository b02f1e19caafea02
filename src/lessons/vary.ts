/**
 * Other numbers in a scenario: variants of predictions, sliders of mini-stages. A path is `KIND/NAME:PATH` for a field
 * of an object in a manifest (of the timeline or of `spec.objects`), otherwise a path from the scenario's root.
 */
import { parseAllDocuments } from "yaml";
import { parseObjectName } from "../scenario/checks.ts";
import type { Scenario, TimelineEntry } from "../scenario/format.ts";
import { parsePath } from "../scenario/paths.ts";

export type Values = Readonly<Record<string, string | number>>;

type Keys = readonly (string | number)[];

/** Keys of a path; null where it holds what cannot be set (filters, wildcards). */
function keysOf(path: string): Keys | null {
  const steps = parsePath(path);
  if (!steps) return null;
  const keys = steps.map((s) => ("key" in s ? s.key : "index" in s ? s.index : null));
  return keys.every((k) => k !== null) ? (keys as Keys) : null;
}

/** A copy with the value at the keys; missing maps are made on the way. */
function withValue(root: unknown, keys: Keys, value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(root)) return root.map((item, i) => (i === key ? withValue(item, rest, value) : item));
  const map = (root ?? {}) as Record<string, unknown>;
  return { ...map, [key]: withValue(map[key], rest, value) };
}

interface Named {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}

const isNamed = (object: Named | null, kind: string, name: string): boolean =>
  object?.kind?.toLowerCase() === kind.toLowerCase() && object.metadata?.name === name;

/** A manifest with one value replaced; unchanged where it does not have the object. */
export function manifestWith(manifest: string, object: string, path: string, value: unknown): string {
  const keys = keysOf(path);
  const { kind, name } = parseObjectName(object);
  const documents = parseAllDocuments(manifest, { prettyErrors: false });
  if (!keys || !Array.isArray(documents)) return manifest;
  const found = documents.find((d) => isNamed(d.toJS() as Named | null, kind, name));
  if (!found) return manifest;
  found.setIn(keys, value);
  return documents.map((d) => d.toString({ directives: false })).join("---\n");
}

/** The scenario with other values. Throws on a path that leads nowhere: content is checked before it is shown. */
export function withValues(scenario: Scenario, values: Values): Scenario {
  return Object.entries(values).reduce((out, [path, value]) => {
    const changed = path.includes(":") ? inManifests(out, path, value) : inScenario(out, path, value);
    if (!changed) throw new Error(`no ${path} in the scenario ${scenario.metadata.name}`);
    return changed;
  }, scenario);
}

function inScenario(scenario: Scenario, path: string, value: unknown): Scenario | null {
  const keys = keysOf(path);
  return keys ? (withValue(scenario, keys, value) as Scenario) : null;
}

function inManifests(scenario: Scenario, path: string, value: unknown): Scenario | null {
  const cut = path.indexOf(":");
  const object = path.slice(0, cut);
  const inside = path.slice(cut + 1);
  const keys = keysOf(inside);
  if (!keys) return null;
  const { kind, name } = parseObjectName(object);
  let hit = false;
  const timeline = scenario.spec.timeline.map((entry): TimelineEntry => {
    if (entry.apply === undefined) return entry;
    const apply = manifestWith(entry.apply, object, inside, value);
    hit ||= apply !== entry.apply || mentions(entry.apply, kind, name);
    return { ...entry, apply };
  });
  const objects = scenario.spec.objects.map((o) => {
    if (!isNamed(o as Named, kind, name)) return o;
    hit = true;
    return withValue(o, keys, value);
  });
  return hit ? { ...scenario, spec: { ...scenario.spec, timeline, objects } } : null;
}

function mentions(manifest: string, kind: string, name: string): boolean {
  const documents = parseAllDocuments(manifest, { prettyErrors: false });
  return Array.isArray(documents) && documents.some((d) => isNamed(d.toJS() as Named | null, kind, name));
}

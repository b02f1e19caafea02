/** Objects of a manifest, with the lines on which they and their parts stand. Never throws. */
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";

export type Lines = readonly [first: number, last: number];

export interface ManifestObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Lines of the whole object, from 1. */
  readonly lines: Lines;
  /** Plain value; undefined when the text cannot be made into one. */
  toJS(): Readonly<Record<string, unknown>> | undefined;
  /** Lines of a path (a name picks an item of a list by its `name`); undefined when there is none. */
  find(path: readonly string[]): Lines | undefined;
}

/** Longer texts are not parsed here: what is found in them is a convenience, never needed. */
const MAX_PARSED = 300_000;

export function objectsOf(text: string): ManifestObject[] {
  if (text.length > MAX_PARSED) return [];
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((d) => {
    const found = objectOf(d as Document, counter);
    return found ? [found] : [];
  });
}

function objectOf(document: Document, counter: LineCounter): ManifestObject | undefined {
  const root = document.contents;
  if (!isMap(root)) return undefined;
  const text = (path: readonly string[]): string => {
    const value = root.getIn(path);
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  return {
    kind: text(["kind"]),
    namespace: text(["metadata", "namespace"]) || "default",
    name: text(["metadata", "name"]),
    lines: linesOf(root, counter),
    toJS() {
      if (document.errors.length > 0) return undefined;
      try {
        const value: unknown = document.toJS({ maxAliasCount: 100 });
        return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
      } catch {
        return undefined;
      }
    },
    find: (path) => find(root, path, counter),
  };
}

function linesOf(node: Node, counter: LineCounter, from = node.range?.[0] ?? 0): Lines {
  const end = Math.max(from, (node.range?.[1] ?? from + 1) - 1);
  return [counter.linePos(from).line, counter.linePos(end).line];
}

function find(root: Node, path: readonly string[], counter: LineCounter): Lines | undefined {
  let node: unknown = root;
  let start: number | undefined;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((i) => isScalar(i.key) && String(i.key.value) === part);
      if (!pair) return undefined;
      start = (pair.key as Node).range?.[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items.find((i) => isMap(i) && i.get("name") === part);
      start = (node as Node | undefined)?.range?.[0];
    } else return undefined;
  }
  if (!node) return undefined;
  return linesOf(node as Node, counter, start);
}

/** Where in the manifest the thing stands that a selection is about: a pod, a container of it, a probe. */
export function linesAbout(objects: readonly ManifestObject[], object: string, type = ""): Lines | undefined {
  const [kind, namespace, name, container] = object.split("/");
  const found = objects.find(
    (o) => o.kind.toLowerCase() === kind && (kind === "node" || o.namespace === namespace) && o.name === name,
  );
  if (!found) return undefined;
  if (!container) return found.find(["metadata"]) ?? found.lines;
  const probe = /^prober\.(liveness|readiness|startup)$/.exec(type)?.[1];
  for (const list of ["containers", "initContainers", "ephemeralContainers"]) {
    const at = found.find(["spec", list, container]);
    if (at) return (probe && found.find(["spec", list, container, `${probe}Probe`])) || at;
  }
  return found.lines;
}

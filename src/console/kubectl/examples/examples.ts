/** Manifests of the documentation's examples, by their path below `examples/`, as pages name them with `kubectl -f`. */
import examples from "./examples.json" with { type: "json" };

const BASES = [
  /^https?:\/\/(?:www\.)?k8s\.io\/examples\//,
  /^https?:\/\/kubernetes\.io\/(?:[a-z-]+\/)?examples\//,
  /^https?:\/\/raw\.githubusercontent\.com\/kubernetes\/website\/[^/]+\/content\/[a-z-]+\/examples\//,
];

/** The manifest at an address; undefined: the documentation has none there; null: another site. */
export function exampleAt(url: string): string | undefined | null {
  for (const base of BASES) {
    const path = url.replace(base, "");
    if (path !== url)
      return Object.hasOwn(examples, path) ? examples[path as keyof typeof examples] : undefined;
  }
  return null;
}

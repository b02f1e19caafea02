/** Where the reader is: the part of the address after `#`. The language stands before it and is not part of it. */
import { useSyncExternalStore } from "react";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "sandbox" }
  | { readonly page: "lessons" }
  | { readonly page: "lesson"; readonly id: string }
  | { readonly page: "demo"; readonly id: string }
  | { readonly page: "present"; readonly id: string }
  | { readonly page: "about" }
  | { readonly page: "fidelity" }
  | { readonly page: "missing"; readonly path: string };

const PLAIN = ["sandbox", "lessons", "about", "fidelity"] as const;
const WITH_ID = ["lesson", "demo", "present"] as const;

/** Reads `#/lesson/probes?s=…`: the page, and what follows the question mark. */
export function parseRoute(hash: string): { readonly route: Route; readonly params: URLSearchParams } {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const params = new URLSearchParams(query);
  const [first = "", second] = path.split("/").filter(Boolean).map(decodePart);
  if (first === "") return { route: { page: "home" }, params };
  const plain = PLAIN.find((p) => p === first);
  if (plain && second === undefined) return { route: { page: plain }, params };
  const withId = WITH_ID.find((p) => p === first);
  if (withId && second !== undefined) return { route: { page: withId, id: second }, params };
  return { route: { page: "missing", path }, params };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a page, for `href`. */
export function href(route: Route): string {
  if (route.page === "home") return "#/";
  if (route.page === "missing") return `#${route.path}`;
  return "id" in route ? `#/${route.page}/${encodeURIComponent(route.id)}` : `#/${route.page}`;
}

export function go(route: Route): void {
  location.hash = href(route);
}

const subscribe = (listener: () => void): (() => void) => {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
};

export function useRoute(): ReturnType<typeof parseRoute> {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return parseRoute(hash);
}

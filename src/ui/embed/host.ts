/** Messages to the page that frames this one. Nothing is heard from it: there is nothing it could ask. */
export type HostMessage =
  | { readonly type: "ready"; readonly lesson: string }
  | { readonly type: "step"; readonly lesson: string; readonly step: string }
  | { readonly type: "quiz"; readonly lesson: string; readonly right: number; readonly all: number }
  | { readonly type: "progress"; readonly lesson: string; readonly done: number; readonly all: number }
  | { readonly type: "resize"; readonly height: number };

/** Sends to the origin that the host named; to whoever frames the page where it named none; null: to nobody. */
export function createHost(target: string | null): (message: HostMessage) => void {
  if (parent === window || target === null) return () => {};
  return (message) => parent.postMessage({ source: "syncloop", ...message }, target);
}

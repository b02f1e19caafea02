/** Messages to the page that frames this one. */
export type HostMessage =
  | { readonly type: "ready"; readonly lesson: string }
  | { readonly type: "step"; readonly lesson: string; readonly step: string }
  | { readonly type: "quiz"; readonly lesson: string; readonly right: number; readonly all: number }
  | { readonly type: "progress"; readonly lesson: string; readonly done: number; readonly all: number }
  | { readonly type: "resize"; readonly height: number };

/** Sends to `origin` alone where the host named its own; to whoever frames the page where it did not. */
export function createHost(origin: string | null): (message: HostMessage) => void {
  if (parent === window) return () => {};
  return (message) => parent.postMessage({ source: "syncloop", ...message }, origin ?? "*");
}

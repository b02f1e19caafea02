/** What of a file the cluster has been given, read from the run's own inputs: right after a rewind as well. */
import type { LoggedInput, Ms } from "../../sim/index.ts";

export type AppliedState =
  | { readonly kind: "never" }
  | { readonly kind: "same"; readonly at: Ms }
  /** An earlier text of the same objects was applied. */
  | { readonly kind: "changed"; readonly at: Ms; readonly text: string };

const identity = (text: string): string => {
  const kind = /^kind:\s*(\S+)/m.exec(text)?.[1] ?? "";
  const name = /^ {2,}name:\s*(\S+)/m.exec(text)?.[1] ?? "";
  return kind && name ? `${kind}/${name}` : "";
};

export function appliedState(text: string, inputs: readonly LoggedInput[]): AppliedState {
  const own = identity(text);
  for (let i = inputs.length - 1; i >= 0; i--) {
    const { at, input } = inputs[i] as LoggedInput;
    if (input.type !== "apply") continue;
    const manifest: unknown = input["manifest"];
    if (typeof manifest !== "string") continue;
    if (manifest.trimEnd() === text.trimEnd()) return { kind: "same", at };
    if (own !== "" && identity(manifest) === own) return { kind: "changed", at, text: manifest };
  }
  return { kind: "never" };
}

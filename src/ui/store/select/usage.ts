/** What the pods of a node have asked for, as parts of what it can give: the levels on its card. */
import type { Container } from "../../../api/types.ts";
import { byWorld } from "../memo.ts";
import { nodeOf } from "./nodes.ts";
import { podsOnNode } from "./pods.ts";

export interface Usage {
  readonly cpu: number;
  readonly memory: number;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity as a number, near enough to draw: `250m` is 0.25, `64Mi` is 67108864. */
export function quantity(text: string | undefined): number {
  const found = /^([\d.]+)([a-zA-Z]*)$/.exec(text ?? "");
  return found ? Number(found[1]) * (UNITS[found[2] ?? ""] ?? 1) : 0;
}

const asked = (containers: readonly Container[], resource: string): number =>
  containers.reduce((sum, c) => sum + quantity(c.resources?.requests?.[resource]), 0);

export const usageOf = byWorld((w, name): Usage => {
  const can = nodeOf(w.tables, name)?.node.status?.allocatable ?? {};
  const pods = podsOnNode(w.tables, name).filter((p) => p.state !== "succeeded" && p.state !== "failed");
  const part = (resource: string): number => {
    const all = quantity(can[resource]);
    return all > 0
      ? pods.reduce((sum, p) => sum + asked(p.pod.spec?.containers ?? [], resource), 0) / all
      : 0;
  };
  return { cpu: part("cpu"), memory: part("memory") };
});

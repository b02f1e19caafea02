/** What is broken at this moment, and what that means for the shapes on screen. */
import { memoize } from "../memo.ts";
import type { Rows, Tables } from "../world.ts";

export interface ActiveFault {
  /** Number of the input's record: clears it. */
  readonly id: number;
  readonly type: string;
  /** Pod, container, node or image it is on; empty for all. */
  readonly target: string;
  /** Virtual ms at which it ends by itself; null: when it is cleared. */
  readonly until: number | null;
}

/** A row of the table `scenario/faults`. */
interface FaultRow {
  readonly id: number;
  readonly fault: Readonly<
    Record<"type", string> & Partial<Record<"node" | "pod" | "container" | "image", string>>
  >;
  readonly until: number | null;
}

const all = memoize((table: Rows | undefined): readonly ActiveFault[] =>
  [...(table?.values() ?? [])].map((row) => {
    const { id, fault, until } = row as FaultRow;
    const target = [fault.node, fault.pod, fault.container, fault.image].filter(Boolean).join("/");
    return { id, type: fault.type, target, until };
  }),
);

export const faultsOf = (tables: Tables): readonly ActiveFault[] => all(tables.get("scenario/faults"));

/** Whether a fault of a type is on a node (or on all). */
export function brokenOn(tables: Tables, type: string, node: string): boolean {
  return faultsOf(tables).some(
    (f) => f.type === type && (f.target === "" || f.target.split("/")[0] === node),
  );
}

/** Ways that a fault cuts, by what lies at their ends. */
const CUTS: Readonly<Record<string, readonly string[]>> = {
  "api-unreachable": ["lease", "node-status", "watch", "status", "events", "n-api"],
  "runtime-down": ["runtime-cri", "images-cri", "pleg-cri", "n-cri"],
  "registry-down": ["registry", "n-registry"],
  "cni-fail": ["n-cni"],
  "node-down": ["lease", "node-status", "watch", "status", "events", "n-api", "registry", "n-registry"],
};

const NO_CUTS: readonly string[] = [];
const joined = memoize((faults: readonly ActiveFault[], node: string): readonly string[] => {
  const cut = faults
    .filter((f) => f.target === "" || f.target === node)
    .flatMap((f) => CUTS[f.type] ?? NO_CUTS);
  const nodes = faults
    .filter((f) => f.type === "api-unreachable" || f.type === "node-down")
    .map((f) => `c-${f.target || node}`);
  return cut.length + nodes.length === 0 ? NO_CUTS : [...new Set([...cut, ...nodes])];
});

/** Edges that are cut, as seen with a node in view. */
export const cutEdges = (tables: Tables, node: string): readonly string[] => joined(faultsOf(tables), node);

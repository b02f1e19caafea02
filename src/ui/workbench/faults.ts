/** Faults as the menu offers them: which need a target, and what the input says. */
import type { Input } from "../../sim/index.ts";
import type { Selection } from "../store/view.ts";
import { containerName, shortName } from "../words/records.ts";

export interface FaultSpec {
  readonly type: string;
  /** What it happens to. */
  readonly target: "none" | "node" | "pod" | "image";
  /** It happens and is over: no duration, nothing to clear. */
  readonly oneShot?: boolean;
  /** Fields besides the target, as a start. */
  readonly fields?: Readonly<Record<string, string | number>>;
}

export const FAULT_GROUPS: readonly {
  readonly id: "network" | "node" | "pod";
  readonly faults: readonly FaultSpec[];
}[] = [
  {
    id: "network",
    faults: [
      { type: "registry-down", target: "none" },
      { type: "registry-slow", target: "none", fields: { factor: 10 } },
      { type: "image-missing", target: "image" },
      { type: "api-unreachable", target: "node" },
      { type: "cni-fail", target: "node" },
    ],
  },
  {
    id: "node",
    faults: [
      { type: "runtime-down", target: "node" },
      { type: "kubelet-stop", target: "node" },
      { type: "kubelet-restart", target: "node", oneShot: true },
      { type: "node-down", target: "node" },
      { type: "disk-fill", target: "node", fields: { fs: "nodefs", to: "92%" } },
      { type: "memory-hog", target: "node", fields: { use: "6Gi" } },
      { type: "certificate-expire", target: "node" },
    ],
  },
  {
    id: "pod",
    faults: [
      { type: "kill", target: "pod", oneShot: true, fields: { signal: "SIGKILL" } },
      { type: "http", target: "pod", fields: { path: "/", status: 500 } },
      { type: "exec", target: "pod", fields: { exit: 1 } },
    ],
  },
];

export const faultSpec = (type: string): FaultSpec | undefined =>
  FAULT_GROUPS.flatMap((g) => g.faults).find((f) => f.type === type);

export interface FaultDraft {
  readonly spec: FaultSpec;
  readonly node: string;
  /** `pod/NS/NAME/CONTAINER`. */
  readonly target: string;
  readonly image: string;
  /** As written: `60s`; empty lasts until cleared. */
  readonly for: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** The fault as the input log keeps it: durations in virtual ms. */
export function faultInput({ spec, node, target, image, for: lasts, fields }: FaultDraft): Input {
  const [, namespace] = target.split("/");
  return {
    type: spec.type,
    ...(spec.target === "node" ? { node } : {}),
    ...(spec.target === "pod"
      ? {
          pod: namespace === "default" ? shortName(target) : `${namespace}/${shortName(target)}`,
          container: containerName(target),
        }
      : {}),
    ...(spec.target === "image" ? { image } : {}),
    ...fields,
    ...(lasts && !spec.oneShot ? { for: durationMs(lasts) ?? 60_000 } : {}),
  };
}

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/;

function durationMs(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const found = typeof value === "string" ? DURATION.exec(value) : null;
  if (!found) return undefined;
  return Number(found[1]) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[found[2] ?? "s"] ?? 1000);
}

/** The pod or node that a fault from the menu would most likely mean. */
export const suggestedTarget = (selection: Selection | null): string =>
  selection?.kind === "object" ? selection.id : "";

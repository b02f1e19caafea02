/** Thresholds out of the kubelet's configuration (pkg/kubelet/eviction/helpers.go: ParseThresholdConfig …). */
import { durationMs } from "../../api/duration.ts";
import {
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantity,
  quantityOf,
  quantitySign,
  quantityValue,
} from "../../api/quantity.ts";
import type { Ms } from "../../sim/types.ts";
import type { NodePressure, StarvedResource, Threshold, ThresholdValue } from "./types.ts";

/** Signals, the condition that each leads to, and what runs short with it. */
export const SIGNALS: Readonly<
  Record<string, { readonly condition: NodePressure; readonly resource: StarvedResource }>
> = {
  "memory.available": { condition: "MemoryPressure", resource: "memory" },
  "allocatableMemory.available": { condition: "MemoryPressure", resource: "memory" },
  "imagefs.available": { condition: "DiskPressure", resource: "ephemeral-storage" },
  "imagefs.inodesFree": { condition: "DiskPressure", resource: "inodes" },
  "containerfs.available": { condition: "DiskPressure", resource: "ephemeral-storage" },
  "containerfs.inodesFree": { condition: "DiskPressure", resource: "inodes" },
  "nodefs.available": { condition: "DiskPressure", resource: "ephemeral-storage" },
  "nodefs.inodesFree": { condition: "DiskPressure", resource: "inodes" },
  "pid.available": { condition: "PIDPressure", resource: "pids" },
};

type Statements = Readonly<Record<string, string>>;

export interface ThresholdConfig {
  readonly enforceNodeAllocatable?: readonly string[];
  readonly evictionHard?: Statements;
  readonly evictionSoft?: Statements;
  readonly evictionSoftGracePeriod?: Statements;
  readonly evictionMinimumReclaim?: Statements;
}

export type ThresholdsResult =
  | { readonly ok: true; readonly thresholds: readonly Threshold[] }
  | { readonly ok: false; readonly error: string };

class Refusal extends Error {}

const refuse = (text: string): never => {
  throw new Refusal(text);
};

function guarded<T>(
  action: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string } {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.message };
    throw error;
  }
}

/** A number of per cent as a fraction, in single precision; undefined when it is none (`strconv.ParseFloat`). */
export function parsePercentage(text: string): number | undefined {
  const digits = text.replace(/%+$/, "");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) return undefined;
  const value = Math.fround(Number(digits));
  return Number.isFinite(value) ? Math.fround(value / 100) : undefined;
}

function percentageOf(text: string): number {
  return (
    parsePercentage(text) ??
    refuse(`strconv.ParseFloat: parsing "${text.replace(/%+$/, "")}": invalid syntax`)
  );
}

function quantityIn(text: string): Quantity {
  const parsed = parseQuantity(text);
  return parsed.ok ? parsed.quantity : refuse(parsed.error);
}

function known(signal: string): void {
  if (!Object.hasOwn(SIGNALS, signal)) refuse(`unsupported eviction signal ${signal}`);
}

/** Undefined where the statement switches the threshold off. */
function valueOfStatement(signal: string, text: string): ThresholdValue | undefined {
  known(signal);
  if (text.endsWith("%")) {
    if (text === "0%" || text === "100%") return undefined;
    const percentage = percentageOf(text);
    if (percentage < 0) refuse(`eviction percentage threshold ${signal} must be >= 0%: ${text}`);
    if (percentage > 1) refuse(`eviction percentage threshold ${signal} must be <= 100%: ${text}`);
    return { percentage };
  }
  const amount = quantityIn(text);
  if (quantitySign(amount) <= 0)
    refuse(`eviction threshold ${signal} must be positive: ${formatQuantity(amount)}`);
  return { quantity: text };
}

function reclaimOf(signal: string, text: string): ThresholdValue {
  known(signal);
  if (text.endsWith("%")) {
    const percentage = percentageOf(text);
    if (percentage <= 0) refuse(`eviction percentage minimum reclaim ${signal} must be positive: ${text}`);
    return { percentage };
  }
  if (quantitySign(quantityIn(text)) < 0) refuse(`negative eviction minimum reclaim specified for ${signal}`);
  return { quantity: text };
}

function graceOf(signal: string, text: string): Ms {
  known(signal);
  const ms = durationMs(text) ?? refuse(`time: invalid duration "${text}"`);
  if (ms < 0) refuse(`invalid eviction grace period specified: ${text}, must be a positive value`);
  return ms;
}

const mapOf = <T>(
  statements: Statements | undefined,
  read: (signal: string, text: string) => T,
): Map<string, T> =>
  new Map(Object.entries(statements ?? {}).map(([signal, text]) => [signal, read(signal, text)]));

export function parseThresholdConfig(config: ThresholdConfig): ThresholdsResult {
  const result = guarded(() => {
    const hard = mapOf(config.evictionHard, valueOfStatement);
    const soft = mapOf(config.evictionSoft, valueOfStatement);
    const graces = mapOf(config.evictionSoftGracePeriod, graceOf);
    const reclaims = mapOf(config.evictionMinimumReclaim, reclaimOf);
    const made: Threshold[] = [];
    const add = (signal: string, value: ThresholdValue | undefined, gracePeriodMs: Ms): void => {
      const minReclaim = reclaims.get(signal);
      if (value) made.push({ signal, value, gracePeriodMs, ...(minReclaim ? { minReclaim } : {}) });
    };
    for (const [signal, value] of hard) add(signal, value, 0);
    for (const [signal, value] of soft) {
      if (!value) continue;
      add(
        signal,
        value,
        graces.get(signal) ??
          refuse(`grace period must be specified for the soft eviction threshold ${signal}`),
      );
    }
    return config.enforceNodeAllocatable?.includes("pods") ? addAllocatableThresholds(made) : made;
  });
  return result.ok ? { ok: true, thresholds: result.value } : result;
}

export const isHard = (threshold: Threshold): boolean => threshold.gracePeriodMs === 0;

/** The memory of all pods together has the same hard threshold as the node's. */
export function addAllocatableThresholds(thresholds: readonly Threshold[]): Threshold[] {
  const copies = thresholds
    .filter((t) => t.signal === "memory.available" && isHard(t))
    .map((t) => ({ ...t, signal: "allocatableMemory.available" }));
  return [...thresholds, ...copies];
}

/** Thresholds of the file system of writable layers: those of nodefs, or of imagefs where the images' disk has them. */
export function updateContainerFsThresholds(
  thresholds: readonly Threshold[],
  imageFs: boolean,
  separateContainerFs: boolean,
): { readonly thresholds: readonly Threshold[]; readonly error: string | null } {
  const from = imageFs && !separateContainerFs ? "imagefs" : "nodefs";
  if (!imageFs && separateContainerFs) return { thresholds, error: null };
  let error: string | null = null;
  const out: Threshold[] = [...thresholds];
  const copies: [at: number, copy: Threshold][] = [];
  for (const [what, hard] of [
    ["available", true],
    ["available", false],
    ["inodesFree", true],
    ["inodesFree", false],
  ] as const) {
    const of = (signal: string): number =>
      out.findLastIndex((t) => t.signal === signal && isHard(t) === hard);
    // Without a source the copy has no value, and is never met.
    const source: Threshold = out[of(`${from}.${what}`)] ?? {
      signal: "",
      value: { percentage: 0 },
      gracePeriodMs: 0,
    };
    const copy = { ...source, signal: `containerfs.${what}` };
    const given = of(`containerfs.${what}`);
    if (given >= 0) error = `found containerfs.${what} for ${hard ? "hard" : "soft"} eviction. ignoring`;
    copies.push([given, copy]);
  }
  for (const [given, copy] of copies) {
    if (given >= 0) out[given] = copy;
    else out.push(copy);
  }
  return { thresholds: out, error };
}

/** The amount that a value stands for (GetThresholdQuantity). */
export function thresholdQuantity(value: ThresholdValue, capacity: number): Quantity {
  if ("quantity" in value) return quantity(value.quantity);
  return quantityOf(Math.trunc(capacity * Math.fround(value.percentage)), "BinarySI");
}

export function compareThresholdValue(a: ThresholdValue, b: ThresholdValue): boolean {
  if ("quantity" in a)
    return "quantity" in b && quantityValue(quantity(a.quantity)) === quantityValue(quantity(b.quantity));
  return "percentage" in b && a.percentage === b.percentage;
}

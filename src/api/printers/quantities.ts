/** Amounts of resources as tables and describe print and compare them. */
import { formatQuantity, quantity, quantitySign as signOf } from "../quantity.ts";

/** Canonical text of a quantity; a missing one is `0`. */
export const quantityText = (text: unknown): string => formatQuantity(quantity(text ?? "0"));

/** -1, 0 or 1. */
export const quantitySign = (text: unknown): number => signOf(quantity(text ?? "0"));

/** Quotient rounded up. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b > 0n ? q + 1n : q;
}

/**
 * How often each (purpose, object) has been drawn. Many objects are drawn for once and never again (containers), so a
 * long run has thousands of counts of which few change: those lie in sheets that keyframes share, only the latest
 * ones in a table that is copied.
 */
import type { Table } from "./table.ts";

/** Counts in the table before they become a sheet. */
const MOST_FRESH = 512;

type Sheet = ReadonlyMap<string, number>;

export class DrawCounts {
  readonly #fresh: Table<number>;
  /** Rows "0", "1", …: older counts, the oldest and largest sheet first; a later sheet overrules. */
  readonly #sheets: Table<Sheet>;

  constructor(fresh: Table<number>, sheets: Table<Sheet>) {
    this.#fresh = fresh;
    this.#sheets = sheets;
  }

  /** Number of the next draw of this key, from 0. */
  next(key: string): number {
    const n = this.#fresh.get(key) ?? this.#old(key);
    if (this.#fresh.size >= MOST_FRESH) this.#lay();
    this.#fresh.set(key, n + 1);
    return n;
  }

  #old(key: string): number {
    for (let i = this.#sheets.size - 1; i >= 0; i--) {
      const n = this.#sheets.get(String(i))?.get(key);
      if (n !== undefined) return n;
    }
    return 0;
  }

  /** Makes a sheet of the fresh counts, joined with those before it that are not larger. */
  #lay(): void {
    let sheet: Sheet = new Map(this.#fresh);
    this.#fresh.clear();
    for (let i = this.#sheets.size - 1; i >= 0; i--) {
      const before = this.#sheets.get(String(i))!;
      if (before.size > sheet.size) break;
      const joined = new Map(before);
      for (const [key, n] of sheet) joined.set(key, n);
      sheet = joined;
      this.#sheets.delete(String(i));
    }
    this.#sheets.set(String(this.#sheets.size), sheet);
  }
}

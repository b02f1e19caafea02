/**
 * State of a component: named rows of plain, never mutated values. The kernel owns all tables, so a keyframe is
 * a list of references: a table is copied only when it is written to after a keyframe shared it.
 */
export class Table<V> {
  readonly name: string;
  #rows: Map<string, V> = new Map();
  #shared = false;
  #version = 0;
  /** Keys written since the last drain; kept only while somebody watches. */
  #changed: Set<string> | null = null;

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Another number after every write: what was derived from the rows holds as long as it is the same. */
  get version(): number {
    return this.#version;
  }

  get(key: string): V | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  /** Rows in order of insertion: the same inputs give the same order. */
  keys(): IterableIterator<string> {
    return this.#rows.keys();
  }

  values(): IterableIterator<V> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[string, V]> {
    return this.#rows.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.#rows.entries();
  }

  set(key: string, value: V): void {
    this.#own();
    this.#rows.set(key, value);
    this.#changed?.add(key);
  }

  delete(key: string): boolean {
    if (!this.#rows.has(key)) return false;
    this.#own();
    this.#changed?.add(key);
    return this.#rows.delete(key);
  }

  clear(): void {
    if (this.#rows.size === 0) return;
    this.#version++;
    if (this.#changed) for (const key of this.#rows.keys()) this.#changed.add(key);
    this.#rows = new Map();
    this.#shared = false;
  }

  /** Replaces one row by what `change` makes of it. */
  update(key: string, change: (value: V | undefined) => V): void {
    this.set(key, change(this.#rows.get(key)));
  }

  /** The rows as they are now, never changed afterwards. */
  share(): ReadonlyMap<string, V> {
    this.#shared = true;
    return this.#rows;
  }

  /** Puts back rows that `share` gave out. */
  restore(rows: ReadonlyMap<string, V> | undefined): void {
    this.#rows = new Map(rows ?? []);
    this.#shared = false;
    this.#version++;
    if (this.#changed) this.#changed = new Set();
  }

  /** From now on the changed keys are remembered for `drain`. */
  watch(): void {
    this.#changed ??= new Set();
  }

  /** Keys written since the last call. */
  drain(): readonly string[] {
    if (!this.#changed || this.#changed.size === 0) return [];
    const keys = [...this.#changed];
    this.#changed.clear();
    return keys;
  }

  #own(): void {
    this.#version++;
    if (!this.#shared) return;
    this.#rows = new Map(this.#rows);
    this.#shared = false;
  }
}

const NO_KEYS: readonly string[] = [];

/** Keys of rows that answer to something, to be gone through while rows change; most often there are none. */
export function keysWhere<V>(
  rows: Iterable<readonly [string, V]>,
  wanted: (row: V, key: string) => boolean,
): readonly string[] {
  let found: string[] | undefined;
  for (const [key, row] of rows)
    if (wanted(row, key)) {
      found ??= [];
      found.push(key);
    }
  return found ?? NO_KEYS;
}

/** A table of one row. */
export class Cell<V> {
  readonly #table: Table<V>;
  readonly #initial: V;

  constructor(table: Table<V>, initial: V) {
    this.#table = table;
    this.#initial = initial;
  }

  get(): V {
    const value = this.#table.get("");
    return value !== undefined || this.#table.has("") ? (value as V) : this.#initial;
  }

  set(value: V): void {
    this.#table.set("", value);
  }

  update(change: (value: V) => V): void {
    this.set(change(this.get()));
  }
}

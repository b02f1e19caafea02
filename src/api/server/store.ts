/** The store: objects by kind and name, one counter of writes, and who watches what. */
import type { Simulation, Table } from "../../sim/index.ts";
import type { ApiReader } from "../contract.ts";
import type { ApiObject } from "../types.ts";

export type WriteType = "ADDED" | "MODIFIED" | "DELETED";
export type WriteListener = (
  kind: string,
  type: WriteType,
  object: ApiObject,
  old: ApiObject | undefined,
) => void;

export const storeKey = (namespace: string | undefined, name: string): string =>
  namespace ? `${namespace}/${name}` : name;

export class Store implements ApiReader {
  readonly #sim: Simulation;
  readonly #version;
  readonly #tables = new Map<string, Table<ApiObject>>();
  #listener: WriteListener = () => {};

  constructor(sim: Simulation) {
    this.#sim = sim;
    this.#version = sim.cell<number>("api/resource-version", 1000);
  }

  onWrite(listener: WriteListener): void {
    this.#listener = listener;
  }

  /** Rows `NS/NAME` (or `NAME`) of one kind: the table `api/KIND`. */
  table(kind: string): Table<ApiObject> {
    let table = this.#tables.get(kind);
    if (!table) {
      table = this.#sim.table<ApiObject>(`api/${kind}`);
      this.#tables.set(kind, table);
    }
    return table;
  }

  get resourceVersion(): string {
    return String(this.#version.get());
  }

  get<T extends ApiObject = ApiObject>(
    kind: string,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    return this.table(kind).get(storeKey(namespace, name)) as T | undefined;
  }

  list<T extends ApiObject = ApiObject>(kind: string, namespace?: string): readonly T[] {
    const all = [...this.table(kind).values()] as T[];
    return namespace ? all.filter((o) => o.metadata?.namespace === namespace) : all;
  }

  /** Writes an object with the next resourceVersion and tells the watchers. */
  put(kind: string, object: ApiObject): ApiObject {
    const version = this.#version.get() + 1;
    this.#version.set(version);
    const key = storeKey(object.metadata?.namespace, object.metadata?.name ?? "");
    const old = this.table(kind).get(key);
    const stored: ApiObject = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(version) },
    };
    this.table(kind).set(key, stored);
    this.#listener(kind, old ? "MODIFIED" : "ADDED", stored, old);
    return stored;
  }

  remove(kind: string, object: ApiObject): ApiObject {
    const version = this.#version.get() + 1;
    this.#version.set(version);
    this.table(kind).delete(storeKey(object.metadata?.namespace, object.metadata?.name ?? ""));
    const last: ApiObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#listener(kind, "DELETED", last, object);
    return last;
  }
}

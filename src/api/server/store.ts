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

/** What was listed from a table, good as long as the table is not written to. */
interface Listed {
  readonly version: number;
  readonly all: readonly ApiObject[];
  readonly byNamespace: Map<string, readonly ApiObject[]>;
}

export class Store implements ApiReader {
  readonly #sim: Simulation;
  readonly #version;
  readonly #tables = new Map<string, Table<ApiObject>>();
  readonly #listed = new Map<string, Listed>();
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

  /** All objects of a kind: the very same array until the next write. */
  list<T extends ApiObject = ApiObject>(kind: string, namespace?: string): readonly T[] {
    const table = this.table(kind);
    let listed = this.#listed.get(kind);
    if (listed?.version !== table.version) {
      listed = { version: table.version, all: [...table.values()], byNamespace: new Map() };
      this.#listed.set(kind, listed);
    }
    if (!namespace) return listed.all as readonly T[];
    let own = listed.byNamespace.get(namespace);
    if (!own) {
      own = listed.all.filter((o) => o.metadata?.namespace === namespace);
      listed.byNamespace.set(namespace, own);
    }
    return own as readonly T[];
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

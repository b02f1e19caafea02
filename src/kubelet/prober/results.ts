/** The stored results of probes (pkg/kubelet/prober/results/results_manager.go). */
import type { Table } from "../../sim/index.ts";
import type { ProbeResult, ProbeType } from "../types.ts";

export interface StoredResult {
  readonly podUid: string;
  readonly result: ProbeResult;
}

/** Three caches in one table; keys `TYPE/CONTAINER`. */
export class ProbeResults {
  readonly #rows: Table<StoredResult>;

  constructor(rows: Table<StoredResult>) {
    this.#rows = rows;
  }

  get(probe: ProbeType, containerId: string): ProbeResult | undefined {
    return this.#rows.get(key(probe, containerId))?.result;
  }

  /** Stores a result; true when it is new or another than before, which is when the sync loop is told. */
  set(probe: ProbeType, containerId: string, podUid: string, result: ProbeResult): boolean {
    const row = key(probe, containerId);
    if (this.#rows.get(row)?.result === result) return false;
    this.#rows.set(row, { podUid, result });
    return true;
  }

  remove(probe: ProbeType, containerId: string): void {
    this.#rows.delete(key(probe, containerId));
  }

  clear(): void {
    for (const row of [...this.#rows.keys()]) this.#rows.delete(row);
  }
}

function key(probe: ProbeType, containerId: string): string {
  return `${probe}/${containerId}`;
}

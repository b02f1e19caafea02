/** The latest records of a kind, kept up record by record while the run only goes on: a trace is long, a frame short. */
import { useRef } from "react";
import type { TraceRecord } from "../../sim/index.ts";
import { type TraceView, useWorld } from "./world.ts";

export interface Latest {
  /** What `test` stands for: another key begins anew. */
  readonly key: string;
  readonly trace: TraceView;
  readonly last: TraceRecord | undefined;
  /** Oldest first. */
  readonly list: readonly TraceRecord[];
}

/** At most `limit` records that pass a test, from what was found before and what has come since. */
export function latestOf(
  before: Latest | null,
  trace: TraceView,
  key: string,
  test: (record: TraceRecord) => boolean,
  limit: number,
): Latest {
  if (before?.trace === trace && before.key === key) return before;
  const last = trace.last;
  const seen = before?.key === key ? before.last : undefined;
  if (before && seen && trace.get(seen.seq) === seen) {
    const fresh = trace.after(seen.seq).filter(test);
    return {
      key,
      trace,
      last,
      list: fresh.length === 0 ? before.list : [...before.list, ...fresh].slice(-limit),
    };
  }
  const list: TraceRecord[] = [];
  for (let i = trace.records.length - 1; i >= 0 && list.length < limit; i--)
    if (test(trace.records[i]!)) list.push(trace.records[i]!);
  return { key, trace, last, list: list.reverse() };
}

/** The same of the run in view; `key` names the test. */
export function useLatest(
  key: string,
  test: (record: TraceRecord) => boolean,
  limit: number,
): readonly TraceRecord[] {
  const trace = useWorld((w) => w.trace);
  const known = useRef<Latest | null>(null);
  known.current = latestOf(known.current, trace, key, test, limit);
  return known.current.list;
}

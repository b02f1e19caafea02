/** What is kept of commands that run or ran: rows of plain data. */
import type { Ms, Seq } from "../sim/types.ts";
import type { Chunk } from "./context.ts";
import { Collector, type Given } from "./process.ts";
import type { Session } from "./sessions.ts";
import type { ShellState } from "./shell/interpret.ts";

/** Output beyond this is forgotten from its beginning. */
const MAX_OUTPUT = 400_000;

/** What a process listens to while a stream has the word. */
interface StreamRow {
  readonly state: unknown;
  readonly chunks: readonly Chunk[];
  readonly watches: readonly string[];
  readonly timers: readonly string[];
}

/** One command line. Rows of the table `console/process`. */
export interface ProcessRow {
  readonly id: string;
  readonly session: string;
  readonly command: string;
  readonly startedAt: Ms;
  readonly endedAt: Ms | null;
  readonly cause: Seq | null;
  readonly stdin: string;
  readonly shell: ShellState;
  /** Session as it was when the present operation began. */
  readonly before: Session;
  readonly given: readonly Given[];
  /** Counts what was asked, so that a late answer is known as such. */
  readonly asked: number;
  readonly stream: StreamRow | null;
  readonly deadline: Ms | null;
  /** Output that stands, and that of the present operation so far. */
  readonly done: readonly Chunk[];
  readonly live: readonly Chunk[];
  readonly exit: number | null;
}

export function joined(chunks: readonly Chunk[]): Chunk[] {
  const all = new Collector();
  all.add(chunks);
  return all.chunks;
}

export function trim(chunks: readonly Chunk[]): Chunk[] {
  const all = joined(chunks);
  let over = all.reduce((n, c) => n + c.text.length, 0) - MAX_OUTPUT;
  while (over > 0 && all[0]) {
    const first = all[0];
    if (first.text.length <= over) all.shift();
    else all[0] = { ...first, text: first.text.slice(over) };
    over -= first.text.length;
  }
  return all;
}

/** Shared shapes of the simulation kernel. Nothing here knows of Kubernetes. */

/** Virtual time: whole milliseconds since 0 s of the run. */
export type Ms = number;

/** Number of a trace record; records are numbered from 1 in the order they were written. */
export type Seq = number;

/** Plain JSON. Everything scheduled, stored or traced is made of it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** An event on the heap: a type and plain data. */
export interface SimEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: events are open records; each component narrows its own
  readonly [key: string]: any;
}

/** Where an event goes: a registered component, and, for components of many like things, which of them. */
export interface Address {
  readonly to: string;
  readonly key?: string;
}

/** Where an answer goes: the event is sent with the answer's fields added to it. */
export interface ReplyTo extends Address {
  readonly event: SimEvent;
}

/** One line of the trace. `cause` is the record that led to it; null for inputs and start-up. */
export interface TraceRecord {
  readonly seq: Seq;
  readonly time: Ms;
  readonly cause: Seq | null;
  readonly also?: readonly Seq[];
  readonly from: string;
  readonly to: string;
  readonly type: string;
  /** What it is about: `pod/NS/NAME`, `pod/NS/NAME/CONTAINER`, `node/NAME`, …; empty where nothing fits. */
  readonly object: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One pass over a command: answers it had are given again, the first thing it has no answer for ends the pass. */
import type { ApiRequest, ApiResult } from "../api/contract.ts";
import type { Ms } from "../sim/types.ts";
import {
  type Chunk,
  type Context,
  type Effect,
  Listening,
  type Output,
  type Source,
  Suspended,
} from "./context.ts";
import type { ConsoleHost } from "./host.ts";
import type { Session } from "./sessions.ts";

/** Something a command was told: a value, and for a stream what it wrote. */
export interface Given {
  readonly value: unknown;
  readonly chunks?: readonly Chunk[];
  /** What it waited for did not end by itself: its reader was gone, or its time was up. */
  readonly stop?: Stop;
}

export type Stop = "pipe" | "time";

/** Unwinds a command that was stopped, up to the pipeline or the `timeout` that stopped it. */
export class Stopped {
  readonly why: Stop;
  constructor(why: Stop) {
    this.why = why;
  }
}

export interface PassInput {
  readonly host: ConsoleHost;
  readonly given: readonly Given[];
  readonly session: Session;
  readonly setSession: (session: Session) => void;
  readonly stdin: string;
}

/** Output as a list of pieces, neighbours of one kind joined. */
export class Collector implements Output {
  readonly chunks: Chunk[] = [];
  out(text: string): void {
    this.#add(1, text);
  }
  err(text: string): void {
    this.#add(2, text);
  }
  add(chunks: readonly Chunk[]): void {
    for (const c of chunks) this.#add(c.fd, c.text);
  }
  text(fd: 1 | 2): string {
    return this.chunks
      .filter((c) => c.fd === fd)
      .map((c) => c.text)
      .join("");
  }
  #add(fd: 1 | 2, text: string): void {
    if (text === "") return;
    const last = this.chunks.at(-1);
    if (last?.fd === fd) this.chunks[this.chunks.length - 1] = { fd, text: last.text + text };
    else this.chunks.push({ fd, text });
  }
}

/** The memory of a pass: shared by all commands that run in it, one after the other. */
export class Pass {
  readonly given: Given[];
  readonly host: ConsoleHost;
  /** Set while a stream has the word: what it wrote so far is shown where the stream stands. */
  streaming: readonly Chunk[] | null = null;
  /** Virtual ms at which `timeout` ends what runs; null: never. */
  deadline: Ms | null = null;
  #next = 0;
  #session: Session;
  readonly #setSession: (session: Session) => void;

  constructor(input: PassInput) {
    this.host = input.host;
    this.given = [...input.given];
    this.#session = input.session;
    this.#setSession = input.setSession;
  }

  get session(): Session {
    return this.#session;
  }

  once<T>(action: () => T): T {
    const known = this.given[this.#next];
    if (known) {
      this.#next++;
      return known.value as T;
    }
    const value = action();
    this.given.push({ value });
    this.#next++;
    return value;
  }

  ask<T>(effect: Effect): T {
    const known = this.given[this.#next];
    if (!known) throw new Suspended(effect);
    this.#next++;
    if (known.stop) throw new Stopped(known.stop);
    return known.value as T;
  }

  /** What the command waits for will not be waited for any longer. */
  stopWaiting(why: Stop): void {
    this.given.push({ value: null, chunks: this.streaming ?? [], stop: why });
    this.#next++;
  }

  context(sink: Output, stdin: string): Context {
    const pass = this;
    return {
      out: (text) => sink.out(text),
      err: (text) => sink.err(text),
      host: pass.host,
      get session() {
        return pass.#session;
      },
      get node() {
        return pass.#session.node;
      },
      stdin,
      once: (action) => pass.once(action),
      now: () => pass.once(() => pass.host.sim.now),
      epochNow: () => pass.once(() => pass.host.epochMs + pass.host.sim.now),
      api: <T>(request: ApiRequest) => pass.ask<ApiResult<T>>({ type: "api", request }),
      cri: (node, rpc, request) => pass.ask({ type: "cri", node, rpc, request }),
      http: (url) => pass.ask({ type: "http", url }),
      sleep: (ms: Ms) => pass.ask<void>({ type: "sleep", ms }),
      stream: (sources: readonly Source[], initial, step) => {
        const known = pass.given[pass.#next];
        if (!known) {
          for (const c of pass.streaming ?? []) c.fd === 1 ? sink.out(c.text) : sink.err(c.text);
          throw new Listening(sources, initial, step as Listening["step"]);
        }
        pass.#next++;
        for (const c of known.chunks ?? []) c.fd === 1 ? sink.out(c.text) : sink.err(c.text);
        if (known.stop) throw new Stopped(known.stop);
        return known.value as never;
      },
      changeSession: (change) => {
        // Kept among the answers, so that a later pass sees the session as this command left it.
        pass.#session = pass.once(() => {
          const changed = change(pass.#session);
          pass.#setSession(changed);
          return changed;
        });
      },
    };
  }
}

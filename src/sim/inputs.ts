/** The log of what was done to a run: with the set-up and the seed it says all that happened. */
import type { Ms } from "./types.ts";

/** What a user, a scenario or a fault does to the run. Plain data; appended to the log. */
export interface Input {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each input type has its own fields, checked where it is handled
  readonly [field: string]: any;
}

/** An input and the exact place in the run at which it was given. */
export interface LoggedInput {
  readonly at: Ms;
  /** How many events had been dispatched before it. */
  readonly after: number;
  readonly input: Input;
}

export class InputLog {
  #log: LoggedInput[] = [];
  /** How many of them have been given in this run, as far as it has come. */
  #given = 0;

  get given(): number {
    return this.#given;
  }

  /** Everything that was put in so far. */
  past(): readonly LoggedInput[] {
    return this.#log.slice(0, this.#given);
  }

  /** Inputs that lie ahead, after a rewind. */
  ahead(): readonly LoggedInput[] {
    return this.#log.slice(this.#given);
  }

  /** The next one that lies ahead. */
  next(): LoggedInput | undefined {
    return this.#log[this.#given];
  }

  /** The next one, which from now on lies behind. */
  take(): LoggedInput {
    return this.#log[this.#given++]!;
  }

  /** A new input is the next; it takes the place of all that lay ahead. */
  put(logged: LoggedInput): void {
    this.#log.length = this.#given;
    this.#log.push(logged);
  }

  /** Hands over another log of this same run: what it has beyond the present place lies ahead. */
  load(log: readonly LoggedInput[]): void {
    this.#log = [...this.past(), ...log.slice(this.#given)];
  }

  /** Back to where so many had been given. */
  rewind(given: number): void {
    this.#given = given;
  }
}

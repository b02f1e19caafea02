/** Shapes of the scenario room that the screen reads from the kernel's tables. */
import type { Ms, Seq } from "../sim/types.ts";
import type { Fault } from "./format.ts";

/** A fault that is in force: a row of the table `scenario/faults`, by its id. */
export interface ActiveFault {
  readonly id: Seq;
  readonly fault: Fault;
  readonly since: Ms;
  /** Null: until it is cleared. */
  readonly until: Ms | null;
}

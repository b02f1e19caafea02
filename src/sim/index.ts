export type { HeapEntry } from "./heap.ts";
export type { Input, LoggedInput } from "./inputs.ts";
export type { Keyframe } from "./keyframes.ts";
export { type Effect, type EffectScope, effect, type MachineState, MachineTable } from "./machine.ts";
export { hashDraw, hashHex } from "./random.ts";
export {
  type Draws,
  type Handler,
  type RecordFields,
  type RunOptions,
  type SendOptions,
  Simulation,
  type Transition,
} from "./simulation.ts";
export { Cell, keysWhere, Table } from "./table.ts";
export { Trace } from "./trace.ts";
export type { Address, Json, Ms, ReplyTo, Seq, SimEvent, TraceRecord } from "./types.ts";

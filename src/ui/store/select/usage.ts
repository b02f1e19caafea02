/** How much of a node is in use, as parts of its capacity. */
import { byWorld } from "../memo.ts";

export interface Usage {
  readonly cpu: number;
  readonly memory: number;
}

const NONE: Usage = { cpu: 0, memory: 0 };

export const usageOf = byWorld((_w, _node): Usage => NONE);

/** Lives of nodes, pods and containers as the timeline folds them from the trace, for other small pictures of time. */
import { createLanes } from "../../timeline/lanes.ts";

/** The model of the run in view; the same object as long as trace and tables are. */
export const lanesOf = createLanes();

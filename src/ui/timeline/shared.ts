/** The one model of the run that the timeline and the overview both draw. */
import type { World } from "../store/world.ts";
import { createLanes } from "./lanes.ts";
import type { TimelineModel } from "./model.ts";

const lanes = createLanes();

export const modelOf = (state: World): TimelineModel => lanes(state);

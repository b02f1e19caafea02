/** The eight states of a thing on screen and the four kinds of traffic. Each name is also a colour token. */
export const STATES = [
  "creating",
  "running",
  "ready",
  "waiting",
  "terminating",
  "failed",
  "succeeded",
  "unknown",
] as const;
export type State = (typeof STATES)[number];

export const TRAFFIC = ["api", "status", "cri", "probe"] as const;
export type Traffic = (typeof TRAFFIC)[number];

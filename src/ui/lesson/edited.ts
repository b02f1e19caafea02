/** Lessons that are edited while they are open, under the development server. In the built site nothing is. */
import { subscribe } from "virtual:lessons";
import { useEffect, useState } from "react";

/** Counts how often a module of a lesson (`probes`, `probes/ru`) was replaced since the page was opened. */
export function useEdited(key: string): number {
  const [count, setCount] = useState(0);
  useEffect(() => subscribe((keys) => keys.includes(key) && setCount((n) => n + 1)), [key]);
  return count;
}

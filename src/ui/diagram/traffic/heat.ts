/** What a message leaves behind for a moment: a coloured edge, a filled port, an outline on the plate it came to. */
import type { Flight } from "./plan.ts";

/** In use, and 600 ms after. */
const GLOW = 600;
/** An arrival fills the port so long. */
const FILL = 160;

const timers = new WeakMap<Element, number>();

function mark(
  element: Element | null | undefined,
  name: string,
  value: string,
  ms: number,
  delay: number,
): void {
  if (!(element instanceof SVGElement)) return;
  setTimeout(() => {
    element.dataset[name] = value;
    element.style.setProperty("--traffic", `var(--${value})`);
    clearTimeout(timers.get(element));
    timers.set(
      element,
      setTimeout(() => {
        delete element.dataset[name];
      }, ms) as unknown as number,
    );
  }, delay);
}

/** Lights edge, port and plate of a flight, in step with its travel. */
export function heat(scene: SVGGElement | null, flight: Flight): void {
  const find = (selector: string): Element | null | undefined => scene?.querySelector(selector);
  const { edge, back, traffic, duration } = flight;
  mark(find(`[data-edge="${edge.id}"]`), "live", traffic, duration + GLOW, 0);
  const [from, to] = back ? [edge.b, edge.a] : [edge.a, edge.b];
  mark(find(`[data-port="${edge.id} ${from}"]`), "live", traffic, duration + GLOW, 0);
  if (flight.failed) return;
  mark(find(`[data-port="${edge.id} ${to}"]`), "filled", traffic, FILL + GLOW, duration);
  mark(find(`[data-part="${to}"]`), "hot", traffic, GLOW, duration);
}

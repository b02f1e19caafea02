import { easeCubicInOut } from "d3-ease";
import { select } from "d3-selection";
import "d3-transition";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";
import { type RefObject, useEffect, useRef, useState } from "react";
import { stillNow } from "../store/settings.ts";
import { select as choose, type Depth, setView, useView } from "../store/view.ts";
import { type Camera, depthAt, homeOf, SCALES, type SceneBox, type Size } from "./camera.ts";

const ZOOM_MS = 420;

/** The camera over the scenes: wheel, pinch and drag move it, a jump to a depth flies it home. d3 owns the gestures. */
export function useCamera(
  svg: RefObject<SVGSVGElement | null>,
  size: Size,
  boxes: Record<Depth, SceneBox>,
): { camera: Camera; depth: Depth } {
  const wanted = useView((v) => v.depth);
  const [camera, setCamera] = useState<Camera>(() => homeOf(wanted, boxes[wanted], size));
  const behavior = useRef<ZoomBehavior<SVGSVGElement, unknown> | null>(null);
  /** The depth the camera is at or flies to: a jump is made only when the reader asks for another one. */
  const at = useRef<Depth>(wanted);
  const flying = useRef(false);
  /** Numbers the flights: one that a later one interrupts must not end that one. */
  const flight = useRef(0);

  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    const made = zoom<SVGSVGElement, unknown>()
      .scaleExtent([SCALES[0], SCALES[1]])
      .filter(
        (event: Event) => !(event instanceof MouseEvent && event.type === "mousedown" && event.button !== 0),
      )
      .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
        const { x, y, k } = event.transform;
        setCamera({ x, y, k });
        if (flying.current) return;
        const depth = depthAt(k);
        if (depth !== at.current) {
          at.current = depth;
          setView({ depth });
        }
      });
    behavior.current = made;
    const selection = select(element);
    selection.call(made);
    selection.on("dblclick.zoom", null);
    // A click beside everything selects nothing.
    selection.on("click", (event: MouseEvent) => {
      if (
        !event.defaultPrevented &&
        event.target instanceof Element &&
        !event.target.closest("[role=button]")
      )
        choose(null);
    });
    selection.on("dblclick", () => {
      const deeper: Record<Depth, Depth> = { cluster: "node", node: "kubelet", kubelet: "kubelet" };
      setView({ depth: deeper[at.current] });
    });
    return () => {
      selection.on(".zoom", null);
      selection.on("dblclick", null);
      selection.on("click", null);
    };
  }, [svg]);

  // Home again when the stage or the scene's shape changes, and a flight when another depth is asked for.
  const shape = `${size.width} ${size.height} ${JSON.stringify(boxes[wanted])}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for size and boxes
  useEffect(() => {
    const element = svg.current;
    const made = behavior.current;
    if (!element || !made) return;
    const home = homeOf(wanted, boxes[wanted], size);
    const target = zoomIdentity.translate(home.x, home.y).scale(home.k);
    const selection = select(element);
    const jump = at.current !== wanted && !stillNow();
    at.current = wanted;
    flying.current = true;
    flight.current += 1;
    const mine = flight.current;
    if (jump)
      selection
        .transition()
        .duration(ZOOM_MS)
        .ease(easeCubicInOut)
        .call(made.transform, target)
        .on("end interrupt", () => {
          if (flight.current === mine) flying.current = false;
        });
    else {
      selection.call(made.transform, target);
      flying.current = false;
    }
  }, [wanted, shape, svg]);

  return { camera, depth: depthAt(camera.k) };
}

/** A run of the simulation for the page in view: starts the worker, opens the scenario, lets it go at the end. */
import type { Route } from "../app/routes.ts";
import { createFixture } from "../dev/fixture.ts";
import { actions, setEngine } from "../store/engine.ts";
import { select, setView } from "../store/view.ts";
import { clearWorld, receive } from "../store/world.ts";

/** Starts the run that belongs to a page; returns the way to end it. */
export function startSession(route: Route, params: URLSearchParams): () => void {
  clearWorld();
  select(null);
  setView({ span: null, hover: null, maximized: null, drawer: null });
  setEngine(createFixture(receive));
  void actions.open({ scenario: "", name: sourceName(route), at: atOf(params) });
  return () => setEngine(null);
}

const sourceName = (route: Route): string => ("id" in route ? route.id : "sandbox");

/** `at=35s` or `at=1:34.1` of the address. */
const atOf = (params: URLSearchParams): number =>
  Math.max(0, Number.parseFloat(params.get("at") ?? "94.1") * 1000 || 0);

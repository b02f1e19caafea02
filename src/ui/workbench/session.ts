/** A run of the simulation for the page in view: starts the worker, opens the scenario, lets it go at the end. */
import { createSimulationClient } from "../../worker/client.ts";
import type { Route } from "../app/routes.ts";
import { actions, setEngine } from "../store/engine.ts";
import { parseRunTime } from "../store/time.ts";
import { select, setView } from "../store/view.ts";
import { clearWorld, receive, world } from "../store/world.ts";

/** Scenario files by name, as text; each is fetched when it is opened. */
const SCENARIOS = import.meta.glob<string>("../../../lessons/scenarios/*.yaml", {
  query: "?raw",
  import: "default",
});

async function textOf(name: string): Promise<string> {
  const found = Object.entries(SCENARIOS).find(([path]) => path.endsWith(`/${name}.yaml`));
  if (!found) throw new Error(`no scenario ${name}`);
  return found[1]();
}

/** Starts the run that belongs to a page; returns the way to end it. */
export function startSession(route: Route, params: URLSearchParams): () => void {
  clearWorld();
  select(null);
  setView({ span: null, hover: null, maximized: null, drawer: null, playing: true });
  const worker = new Worker(new URL("../../worker/simulation.worker.ts", import.meta.url), {
    type: "module",
  });
  const fail = (message: string): void => {
    world.setState({ phase: "failed", failure: message });
  };
  setEngine(createSimulationClient(worker, receive, fail));
  let gone = false;
  const name = sourceName(route);
  textOf(name)
    .catch(() => textOf("sandbox"))
    .then((scenario) => (gone ? [] : actions.open({ scenario, name, at: atOf(route, params) })))
    .then((problems) => {
      if (problems.length > 0) fail(problems.map((p) => `${p.line}:${p.column} ${p.code}`).join(", "));
    })
    .catch((error: unknown) => {
      if (!gone) fail(error instanceof Error ? error.message : String(error));
    });
  return () => {
    gone = true;
    setEngine(null);
  };
}

const sourceName = (route: Route): string =>
  "id" in route ? route.id : route.page === "home" ? "home" : "sandbox";

/** The home page's miniature joins a run that is under way. */
const HOME_AT = 70_000;

/** `at=35s` or `at=1:34.1` of the address. */
function atOf(route: Route, params: URLSearchParams): number {
  const asked = parseRunTime(params.get("at") ?? "");
  return asked ?? (route.page === "home" ? HOME_AT : 0);
}

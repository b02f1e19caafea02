/** A run of the simulation for the page in view: starts the worker, opens the scenario, lets it go at the end. */
import type { Ghost } from "../../scenario/recordings/types.ts";
import { createSimulationClient } from "../../worker/client.ts";
import type { RunSource } from "../../worker/protocol.ts";
import type { Route } from "../app/routes.ts";
import { fetchRecording, showRecording } from "../fidelity/recording.ts";
import { closeLesson, goToPage, keepSteps, openLesson, useLesson } from "../lesson/lesson-store.ts";
import { keepRun, keptRun } from "../lesson/resume.ts";
import { solutionRun } from "../lesson/solution-run.ts";
import { openShared } from "../share/receive.ts";
import { forgetOpenedRun, openedRun, useShare } from "../share/state.ts";
import { actions, setEngine } from "../store/engine.ts";
import { setMarks } from "../store/marks.ts";
import { podsOf } from "../store/select/pods.ts";
import { parseRunTime } from "../store/time.ts";
import { select, setView, useView } from "../store/view.ts";
import { clearWorld, receive, world } from "../store/world.ts";
import { scenarioText } from "./scenarios.ts";

/** Starts the run that belongs to a page; returns the way to end it. */
export function startSession(route: Route, params: URLSearchParams): () => void {
  clearWorld();
  closeLesson();
  showRecording(null);
  select(null);
  setMarks([]);
  const code = route.page === "sandbox" || route.page === "lesson" ? params.get("s") : null;
  if (route.page !== "sandbox" || code !== null) forgetOpenedRun();
  if (!openedRun() && code === null) useShare.setState({ problem: null, file: null, notice: null });
  // What was shared is a moment: it stands still until the reader lets it run.
  const shared = code !== null || openedRun() !== null;
  setView({ span: null, hover: null, maximized: null, drawer: null, playing: !shared });
  const worker = new Worker(new URL("../../worker/simulation.worker.ts", import.meta.url), {
    type: "module",
  });
  const fail = (message: string): void => {
    world.setState({ phase: "failed", failure: message });
  };
  setEngine(createSimulationClient(worker, receive, fail));
  let gone = false;
  const stopKeeping = route.page === "lesson" ? [keepSteps(route.id)] : [];
  const stopWaiting = route.page === "sandbox" || route.page === "demo" ? selectFirstPod() : () => {};
  if (route.page === "lesson") setView({ phoneTab: "lesson" });
  const openOwn = async (): Promise<void> => {
    const { recording, ...source } = await sourceOf(route, params);
    if (gone) return;
    showRecording(recording);
    const kept = takesUp(route, params) ? keptRun(source.name, source.scenario) : null;
    const at = kept?.at ?? atOf(route, params, recording);
    if (kept) setView({ playing: kept.playing });
    const problems = await actions.open({ ...source, ...(kept ? { inputs: kept.inputs } : {}), at });
    if (gone) return;
    turnToAsked(params);
    if (kept) {
      goToPage(kept.page);
      useLesson.setState({ resumedAt: kept.at });
    }
    if (takesUp(route, params)) stopKeeping.push(keepRun(source.name, source.scenario));
    if (problems.length > 0) fail(problems.map((p) => `${p.line}:${p.column} ${p.code}`).join(", "));
  };
  const begin = async (): Promise<void> => {
    const lesson = shared && route.page === "lesson" ? (await openLesson(route.id))?.lesson : undefined;
    if (gone) return;
    if (shared && (await openShared(code, () => gone, lesson))) {
      turnToAsked(params);
      return;
    }
    if (gone) return;
    if (shared) setView({ playing: true });
    await openOwn();
  };
  begin().catch((error: unknown) => {
    if (!gone) fail(error instanceof Error ? error.message : String(error));
  });
  return () => {
    gone = true;
    for (const stop of stopKeeping) stop();
    stopWaiting();
    setEngine(null);
  };
}

/** Panels with nothing selected tell nothing: the first pod is selected once there is one. */
function selectFirstPod(): () => void {
  const stop = world.subscribe(({ tables }) => {
    const chosen = useView.getState().selection !== null;
    const first = podsOf(tables)[0];
    if (chosen || first) stop();
    if (first && !chosen) select({ kind: "object", id: first.id });
  });
  return stop;
}

/** A lesson goes on where one left it, unless its address names a moment. */
const takesUp = (route: Route, params: URLSearchParams): boolean =>
  route.page === "lesson" && !["s", "at", "page", "lesson"].some((name) => params.has(name));

/** `page=3` of the address; counts from 1. */
function turnToAsked(params: URLSearchParams): void {
  const page = Number(params.get("page") ?? "");
  if (Number.isInteger(page) && page > 0) goToPage(page - 1);
}

interface Source extends RunSource {
  readonly recording: Ghost | null;
}

/** The page's own scenario, or with `recording=ID` the one that plays a recording. */
async function sourceOf(route: Route, params: URLSearchParams): Promise<Source> {
  const id = params.get("recording");
  if (id !== null && route.page === "sandbox") {
    const recording = await fetchRecording(id);
    if (recording.scenario === null) throw new Error(`${id}: ${recording.missing}`);
    return { scenario: recording.scenario, name: id, recording };
  }
  if ("id" in route) {
    const source = await openLesson(route.id);
    // A page to read shows the whole lesson as a run.
    if (source && params.get("run") === "solution") return { ...solutionRun(source), recording: null };
    if (source) return { ...source, recording: null };
  }
  const name = sourceName(route);
  const own = await scenarioText(name);
  if (own === undefined && route.page === "demo")
    useShare.setState({ problem: { code: "scenario-unknown", args: { name } }, file: null, notice: null });
  const scenario = own ?? (await scenarioText("sandbox")) ?? "";
  return { scenario, name, recording: null };
}

const sourceName = (route: Route): string =>
  "id" in route ? route.id : route.page === "home" ? "home" : "sandbox";

/** The home page's miniature joins a run that is under way. */
const HOME_AT = 70_000;

/** `at=35s` or `at=1:34.1` of the address; a recording is joined when it begins. */
function atOf(route: Route, params: URLSearchParams, recording: Ghost | null): number {
  const asked = parseRunTime(params.get("at") ?? "");
  return asked ?? recording?.from ?? (route.page === "home" ? HOME_AT : 0);
}

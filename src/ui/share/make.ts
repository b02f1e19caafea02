/** This run as a link, or as a file where it is too long for one. */
import { href, parseRoute } from "../app/routes.ts";
import { sharedName, useRecording } from "../fidelity/recording.ts";
import type { T } from "../i18n.tsx";
import { useLesson } from "../lesson/lesson-store.ts";
import { toast } from "../parts/Toast.tsx";
import { actions } from "../store/engine.ts";
import { useMarks } from "../store/marks.ts";
import { setView } from "../store/view.ts";
import { scenarioText } from "../workbench/scenarios.ts";
import { encodeRun, MAX_LINK_CHARS } from "./codec.ts";
import { SHARE_VERSION, type SharedRun, sumOf } from "./format.ts";
import { useShare } from "./state.ts";

/** The run as it stands. A scenario or a recording of this site goes by name, any other with its text. */
export async function sharedRun(notes = ""): Promise<SharedRun> {
  // While a lesson shows the run of a question, it is the learner's own that is shared.
  const { scenario, name, seed, inputs, at } = useLesson.getState().excursion?.own ?? (await actions.share());
  const { recording } = useRecording.getState();
  const played = recording !== null && recording.scenario === scenario;
  const ours = played || (await scenarioText(name)) === scenario;
  const known = played ? sharedName(recording.id) : name;
  return {
    v: SHARE_VERSION,
    scenario: ours ? { name: known, sum: sumOf(scenario) } : { name, text: scenario },
    seed,
    at,
    inputs: inputs as unknown as SharedRun["inputs"],
    ...(useMarks.getState().list.length > 0 ? { marks: [...useMarks.getState().list] } : {}),
    ...(notes.trim() ? { notes: notes.trim().slice(0, 4000) } : {}),
  };
}

/** The link; undefined when it would be too long. */
export async function linkOf(run: SharedRun): Promise<string | undefined> {
  const code = await encodeRun(run);
  if (code.length > MAX_LINK_CHARS) return undefined;
  const address = new URL(location.href);
  // Language and theme are the sender's own.
  address.search = "";
  const { route } = parseRoute(location.hash);
  // A lesson opens as a lesson again, at its page.
  address.hash =
    route.page === "lesson"
      ? `${href(route)}?page=${useLesson.getState().page + 1}&s=${code}`
      : `${href({ page: "sandbox" })}?s=${code}`;
  return address.href;
}

/** Puts a text on the clipboard; false where the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Copies a link to this moment; where that cannot be, the dialog offers another way. */
export async function copyShareLink(t: T): Promise<void> {
  const link = await linkOf(await sharedRun());
  if (link !== undefined && (await copyText(link))) {
    toast(t("ui.share.copied"));
    return;
  }
  useShare.setState({ why: link === undefined ? "long" : "denied" });
  setView({ dialog: "share" });
}

/** Saves the run as a file. */
export async function downloadRun(run: SharedRun): Promise<void> {
  const url = URL.createObjectURL(new Blob([JSON.stringify(run)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${run.scenario.name.replace(/[^\w-]+/g, "-") || "run"}-${Math.round(run.at / 1000)}s.syncloop.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

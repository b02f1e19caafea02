/** The run that a page was asked for by link or file: read, checked, and opened, or a word on what is wrong. */
import type { Lesson } from "../../lessons/format.ts";
import { sharedRecording, showRecording } from "../fidelity/recording.ts";
import { actions } from "../store/engine.ts";
import { setMarks } from "../store/marks.ts";
import { scenarioText } from "../workbench/scenarios.ts";
import { decodeRun } from "./codec.ts";
import type { SharedRun, ShareProblem } from "./format.ts";
import { sumOf } from "./format.ts";
import { openedRun, useShare } from "./state.ts";

/**
 * Opens what `s=` or a file holds, with the goals of a lesson watched where it is one's run. False when there is
 * nothing of the kind, or it cannot be opened.
 */
export async function openShared(
  code: string | null,
  gone: () => boolean,
  lesson?: Lesson,
): Promise<boolean> {
  if (code === null) {
    const run = openedRun();
    return run !== null && open(run, gone);
  }
  useShare.setState({ problem: null, file: null, notice: null });
  const read = await decodeRun(code);
  if (read.ok) return open(read.value, gone, lesson);
  if (!gone()) useShare.setState({ problem: read.problem });
  return false;
}

async function open(run: SharedRun, gone: () => boolean, lesson?: Lesson): Promise<boolean> {
  const { name, text, sum } = run.scenario;
  const recording = text === undefined ? await sharedRecording(name) : undefined;
  const ours = recording?.scenario ?? (text === undefined ? await scenarioText(name) : undefined);
  const scenario = text ?? ours;
  const fail = (problem: ShareProblem): false => {
    if (!gone()) useShare.setState({ problem, notice: null });
    return false;
  };
  if (gone()) return true;
  if (scenario === undefined) return fail({ code: "scenario-unknown", args: { name: name.slice(0, 80) } });
  const { seed, at, inputs } = run;
  if (recording) showRecording(recording);
  try {
    const [first] = await actions.open({ scenario, name, seed, inputs, at, ...(lesson ? { lesson } : {}) });
    if (first)
      return fail({
        code: "scenario",
        args: {
          line: first.line,
          column: first.column,
          detail: String(first.args["field"] ?? first.args["message"] ?? first.code).slice(0, 120),
        },
      });
  } catch (error) {
    return fail({
      code: "engine",
      args: { detail: (error instanceof Error ? error.message : String(error)).slice(0, 160) },
    });
  }
  if (!gone() && run.marks) setMarks(run.marks);
  const revised = ours !== undefined && sum !== undefined && sum !== sumOf(ours);
  if (!gone() && (run.notes || revised))
    useShare.setState({ notice: { ...(run.notes ? { notes: run.notes } : {}), revised } });
  return true;
}

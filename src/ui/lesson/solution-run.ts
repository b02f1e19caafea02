/** A lesson's run with nobody at the keyboard: its scenario with the solution laid over it, to be looked at. */
import { parseDocument } from "yaml";
import type { RunSource } from "../../worker/protocol.ts";

/** The same run without goals, so that looking on counts as nothing that was done. */
export function solutionRun({ lesson, scenario, name }: RunSource): RunSource {
  const document = parseDocument(scenario);
  const own = document.toJS() as { spec?: { timeline?: unknown[] } } | null;
  const solution = (lesson?.spec.solution ?? []).map((entry) => ({ ...entry, at: `${entry.at}ms` }));
  document.setIn(["spec", "timeline"], [...(own?.spec?.timeline ?? []), ...solution]);
  return { scenario: document.toString(), name };
}

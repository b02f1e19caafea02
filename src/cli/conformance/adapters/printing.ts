import { eventsAbout } from "../../../api/printers/describe/events.ts";
import { describePod } from "../../../api/printers/describe/pod.ts";
import { humanDuration, shortHumanDuration } from "../../../api/printers/human-duration.ts";
import {
  executeJsonPath,
  JsonPathError,
  parseJsonPath,
  relaxedJsonPath,
} from "../../../api/printers/jsonpath.ts";
import { podPrinter } from "../../../api/printers/pod.ts";
import { printerOf } from "../../../api/printers/printers.ts";
import type { Adapter } from "../adapter.ts";

const squeeze = (line: string): string => line.replace(/\s+/g, " ").trim();

function jsonPath(given: any): unknown {
  let stage = "parse";
  try {
    const template = given.relaxed ? relaxedJsonPath(given.template) : given.template;
    const parsed = parseJsonPath(template);
    stage = "run";
    const text = executeJsonPath(parsed, given.data, { allowMissingKeys: given.allowMissingKeys });
    return { ok: true, text, ...(given.relaxed ? { expression: template } : {}) };
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    return { ok: false, stage, error: error.message };
  }
}

/** Suite name → adapter. */
export const adapters: Record<string, Adapter> = {
  "human-duration": ({ ms }) => ({ human: humanDuration(ms), short: shortHumanDuration(ms) }),
  "printer-pod": ({ pod, now, wide }) => ({ cells: podPrinter.row(pod, { nowMs: Date.parse(now), wide }) }),
  "printer-other": ({ object, now, wide }) => ({
    cells: printerOf(object.kind).row(object, { nowMs: Date.parse(now), wide }),
  }),
  jsonpath: jsonPath,
  "describe-pod": {
    run: ({ pod, events, showEvents, now }) =>
      describePod(pod, showEvents ? eventsAbout(pod, events ?? []) : null, Date.parse(now)),
    compare: (expect, output: string) => {
      const lines = output.split("\n").map(squeeze);
      const missing = (expect.contains ?? []).filter((text: string) => !lines.includes(squeeze(text)));
      const unwanted = (expect.notContains ?? []).filter((text: string) =>
        lines.some((l) => l.includes(squeeze(text))),
      );
      const exact = expect.output === undefined || expect.output === output;
      return {
        ok: missing.length === 0 && unwanted.length === 0 && exact,
        actual: { missing, unwanted, output },
      };
    },
  },
};

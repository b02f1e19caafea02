import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseLesson } from "../../lessons/parse.ts";
import { parseScenario } from "../../scenario/parse.ts";
import { solutionRun } from "./solution-run.ts";

describe("a lesson's run to look at", () => {
  for (const id of ["from-apply-to-running", "restarts", "probes", "nobody-can-reach-it"])
    it(`of ${id} is a scenario with every input of the solution and no goals`, () => {
      const read = parseLesson(readFileSync(`lessons/${id}/lesson.yaml`, "utf8"));
      if (!read.ok) throw new Error("not readable");
      const { lesson } = read;
      const scenario = readFileSync(`lessons/${id}/${lesson.spec.scenario}`, "utf8");
      const run = solutionRun({ lesson, scenario, name: id });
      const parsed = parseScenario(run.scenario);
      const inputs = parsed.ok ? parsed.scenario.spec.timeline : [];
      expect(inputs.slice(-lesson.spec.solution.length)).toEqual(lesson.spec.solution);
      expect(run.lesson).toBeUndefined();
    });
});

import { describe, expect, it } from "vitest";
import { createTranslator, type Messages } from "../../i18n/index.ts";
import en from "../../i18n/messages/en.json";
import ru from "../../i18n/messages/ru.json";
import { mergeProblems, type Problem, problemOf, rewordSchema } from "./problems.ts";

const english = createTranslator("en", en as Messages);
const russian = createTranslator("ru", ru as Messages);
const at = (line: number, message: string, severity: Problem["severity"] = "error"): Problem => ({
  line,
  column: 1,
  endLine: line,
  endColumn: 9,
  message,
  severity,
});

describe("problems in words", () => {
  it("leaves what Kubernetes prints as it is, and puts codes into the language", () => {
    const base = { line: 0, column: 0, args: { message: "x" }, severity: "error" as const };
    expect(
      problemOf({ ...base, code: "manifest.invalid", printed: "spec: Required value" }, russian).message,
    ).toBe("spec: Required value");
    expect(problemOf({ ...base, code: "yaml.syntax" }, russian).message).toBe("Это не YAML: x");
    expect(problemOf({ ...base, code: "unheard.of" }, english)).toMatchObject({
      line: 1,
      column: 1,
      message: "Problem: unheard.of",
    });
  });

  it("says the schema's findings in the language, unknown ones as they come", () => {
    expect(rewordSchema('Incorrect type. Expected "array".', russian)).toBe("Неверный тип: ожидается array.");
    expect(rewordSchema("Property foo is not allowed.", english)).toBe("There is no field foo here.");
    expect(rewordSchema("Something else.", russian)).toBe("Something else.");
  });

  it("says one thing once, the server's word before the schema's", () => {
    const merged = mergeProblems(
      [at(7, "server"), at(2, "warn", "warning")],
      [at(7, "schema"), at(2, "also"), at(2, "also"), at(1, "first")],
    );
    expect(merged.map((p) => `${p.line} ${p.message}`)).toEqual(["1 first", "2 warn", "2 also", "7 server"]);
  });
});

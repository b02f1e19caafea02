import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { predictionFindings, questionFindings, showMeFindings, solutionFindings } from "./check-run.ts";
import { structureFindings, termFindings, textFindings } from "./check-text.ts";
import { type ReadFolder, readFolder } from "./folder.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lessons-"));
  execFileSync(process.execPath, [resolve("scripts/lesson-new.mjs"), "small"], {
    cwd: root,
    stdio: "ignore",
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lessons = (): string => join(root, "lessons");
const edit = (file: string, from: string | RegExp, to: string): void => {
  const path = join(lessons(), "small", file);
  const before = readFileSync(path, "utf8");
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
};
const read = (): ReadFolder => {
  const { folder } = readFolder(lessons(), "small");
  if (!folder) throw new Error("not readable");
  return folder;
};

describe("checking a lesson", { timeout: 60_000 }, () => {
  it("finds nothing wrong with a new one", () => {
    const { folder, problems } = readFolder(lessons(), "small");
    expect(problems).toEqual([]);
    expect(structureFindings(folder!)).toEqual([]);
    for (const [lang, text] of folder!.texts)
      expect([...textFindings(folder!, lang), ...termFindings(text)]).toEqual([]);
    expect(solutionFindings(folder!)).toEqual([]);
    expect(showMeFindings(folder!)).toEqual([]);
    expect(predictionFindings(folder!.lesson.spec.predictions[0]!, folder!)).toEqual([]);
    expect(questionFindings(folder!.lesson.spec.quiz[0]!, folder!)).toEqual([]);
  });

  it("says file, line and column of an unknown block and of a wrong field", () => {
    edit("ru.md", "::::step{id=apply}", "::::stop{id=apply}");
    expect(readFolder(lessons(), "small").problems[0]).toMatch(
      /small\/ru\.md:8:1: there is no block ::stop$/,
    );
    edit("lesson.yaml", "hints: 1", "hunts: 1");
    expect(readFolder(lessons(), "small").problems[0]).toMatch(/small\/lesson\.yaml:\d+:7: unknown field/);
  });

  it("misses a hint, an explanation and a block that another language has", () => {
    edit("zh.md", /:::hint[\s\S]*?:::\n/, "");
    expect(textFindings(read(), "zh").join()).toContain("0 hints, lesson.yaml says 1");
    expect(structureFindings(read()).join()).toContain("zh.md");
    edit("ko.md", "스케줄러\n\n노드를 고를 뿐이다.", "스케줄러");
    expect(textFindings(read(), "ko").join()).toContain("option scheduler is not explained");
  });

  it("names words that the language does not use", () => {
    edit("ru.md", "Вступительный абзац.", 'На ноде есть Pod, "рестарт" его не меняет.');
    const found = termFindings(read().texts.get("ru")!).join("\n");
    for (const word of ["ноде", "Pod", "рестарт"]) expect(found).toContain(`“${word}”`);
    edit("zh.md", "开头的一段。", "存活性探针,然后退避。");
    expect(termFindings(read().texts.get("zh")!)).toHaveLength(3);
  });

  it("tells when the solution does not reach a goal, and when a wrong way does", () => {
    edit("lesson.yaml", "--image=ngnix", "--image=nginx");
    expect(solutionFindings(read())).toEqual(["wrong[0] reaches step apply all the same"]);
    edit("lesson.yaml", "status.phase: Running}}\n      focus", "status.phase: Failed}}\n      focus");
    expect(solutionFindings(read())[0]).toContain("does not reach step apply: status.phase");
  });

  it("tells when the button “show me” does not do what the step asks for", () => {
    edit("lesson.yaml", "image: nginx\n      hints", "image: ngnix\n      hints");
    expect(showMeFindings(read())[0]).toContain("does not reach step apply: status.phase");
  });

  it("tells when a prediction has no answer", () => {
    edit(
      "lesson.yaml",
      "of: {object: pod/web, fields: {status.phase: Running}",
      "of: {object: pod/web, fields: {status.phase: Failed}",
    );
    expect(predictionFindings(read().lesson.spec.predictions[0]!, read())).toEqual(["has no answer"]);
  });
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LANGUAGES } from "../../lessons/text.ts";
import { checkFiles, checkRuns } from "./checks.ts";
import { lessonIds, readFolder } from "./folder.ts";
import type { Problem } from "./problem.ts";
import { problemWords } from "./words.ts";

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
const source = (file: string): string => readFileSync(join(lessons(), "small", file), "utf8");
const edit = (file: string, from: string | RegExp, to: string): void => {
  const before = source(file);
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(join(lessons(), "small", file), after);
};
/** The line, from 1, on which a text stands in a file. */
const lineOf = (file: string, text: string): number =>
  1 +
  source(file)
    .split("\n")
    .findIndex((line) => line.includes(text));

const line = (p: Problem): string => `${p.file}:${p.line}:${p.column}: ${problemWords("en", p)}`;
const files = (): string[] =>
  [...checkFiles(readFolder(lessons(), "small"))].flatMap((o) => o.problems).map(line);
const runs = (): string[] =>
  [...checkRuns(readFolder(lessons(), "small"))].flatMap((o) => o.problems).map(line);

describe("checking a lesson", { timeout: 180_000 }, () => {
  it("finds nothing wrong with a new one", () => {
    expect([...files(), ...runs()]).toEqual([]);
  });

  it("says file, line and column of an unknown block and of a wrong field, and what was probably meant", () => {
    edit("ru.md", "::::step{id=apply}", "::::stop{id=apply}");
    const at = lineOf("ru.md", "::::stop");
    expect(files().join("\n")).toContain(
      `ru.md:${at}:1: There is no block ::stop. Did you mean ::step? There are ::mini, ::step,`,
    );
    edit("lesson.yaml", "hints: 1", "hunts: 1");
    expect(files().join("\n")).toContain(
      `lesson.yaml:${lineOf("lesson.yaml", "hunts")}:7: There is no field spec.steps[0].hunts. Did you mean hints?`,
    );
  });

  it("says where YAML breaks off, and that a check knows no such field", () => {
    edit(
      "lesson.yaml",
      "fields: {status.phase: Running}}\n      focus",
      "fields: {status.phase: Running}\n      focus",
    );
    expect(files()[0]).toMatch(/^lesson\.yaml:\d+:\d+: This is not YAML: /);
    edit(
      "lesson.yaml",
      "fields: {status.phase: Running}\n      focus",
      "felds: {status.phase: Running}}\n      focus",
    );
    expect(files().join("\n")).toContain("spec.steps[0].goal[0].felds. Did you mean fields?");
  });

  it("names an answer that is no option, a file that is not there and a part that the diagram lacks", () => {
    edit("lesson.yaml", "answer: kubelet}", "answer: kubelets}");
    expect(files()).toEqual([
      expect.stringMatching(
        /^lesson\.yaml:\d+:\d+: spec\.quiz\[0\]\.answer: there is no kubelets; there are kubelet, scheduler\.$/,
      ),
    ]);
    edit("lesson.yaml", "answer: kubelets}", "answer: kubelet}");
    edit("lesson.yaml", "scenario: running.scenario.yaml", "scenario: runing.scenario.yaml");
    edit("lesson.yaml", "focus: [kuberuntime]", "focus: [kube-runtime]");
    const [file, part] = [lineOf("lesson.yaml", "runing."), lineOf("lesson.yaml", "kube-runtime")];
    expect(files()).toEqual([
      expect.stringContaining(`lesson.yaml:${file}:17: There is no file runing.scenario.yaml`),
      expect.stringContaining(`lesson.yaml:${part}:15: The diagram has no part kube-runtime`),
    ]);
  });

  it("misses a text, a hint, an explanation and a block that lesson.yaml has", () => {
    edit("zh.md", /:::hint[\s\S]*?:::\n/, "");
    edit("ko.md", "스케줄러\n\n노드를 고를 뿐이다.", "스케줄러");
    edit("ru.md", /::::prediction[\s\S]*?\n::::\n/, "");
    const all = files();
    expect(all).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^zh\\.md:${lineOf("zh.md", "::::step")}:1: Step apply has 0 hints, and lesson.yaml says 1`,
        ),
      ),
    );
    expect(all).toContainEqual(
      expect.stringMatching(
        new RegExp(`^ko\\.md:${lineOf("ko.md", "id=scheduler")}:1: .*scheduler is not explained`),
      ),
    );
    expect(all).toContainEqual(
      expect.stringMatching(
        /^ru\.md:\d+:1: ::::prediction\{id=when\} is in lesson\.yaml and not in this text/,
      ),
    );
    rmSync(join(lessons(), "small", "zh.md"));
    expect(files()).toContainEqual(expect.stringContaining("zh.md:1:1: zh.md is missing"));
  });

  it("sees a paragraph that another language lacks, and one that was left in English", () => {
    edit("ko.md", "여는 문단.", "여는 문단.\n\n하나 더.");
    edit("ru.md", "Вступительный абзац.", "An opening paragraph here.");
    expect(files()).toEqual([
      `ko.md:${lineOf("ko.md", "여는 문단")}:1: The English text has p here; this one has p p. Every language has the same paragraphs, lists and tables.`,
      `ru.md:${lineOf("ru.md", "An opening")}:1: “An opening paragraph here.” is still English; translate it.`,
    ]);
  });

  it("names words that the language does not use, where they stand, and terms that it does not have", () => {
    edit("ru.md", "Вступительный абзац.", 'На ноде есть Pod, "рестарт" его не меняет.');
    const at = lineOf("ru.md", "На ноде");
    const found = files();
    for (const [column, word] of [
      [4, "ноде"],
      [14, "Pod"],
      [20, "рестарт"],
    ])
      expect(found).toContainEqual(expect.stringMatching(`^ru\\.md:${at}:${column}: “${word}”`));
    edit("zh.md", "开头的一段。", "存活性探针,然后退避。");
    expect(files().filter((p) => p.startsWith("zh.md"))).toHaveLength(3);
    edit("ko.md", "스케줄러", "배치기");
    expect(files()).toContainEqual(
      expect.stringMatching(/^ko\.md:\d+:1: The English block speaks of “scheduler”.*“스케줄러”/),
    );
  });

  it("tells when the solution does not reach a goal, and when a wrong way does", () => {
    edit("lesson.yaml", "--image=ngnix", "--image=nginx");
    expect(runs()).toEqual([
      expect.stringMatching(
        `^lesson\\.yaml:${lineOf("lesson.yaml", "fails:")}:15: The wrong way number 1 reaches step apply all the same`,
      ),
    ]);
    edit("lesson.yaml", "status.phase: Running}}\n      focus", "status.phase: Failed}}\n      focus");
    expect(runs()[0]).toContain(
      "The solution does not reach step apply: status.phase is Running, wanted Failed",
    );
  });

  it("tells when the button “show me” does not do what the step asks for", () => {
    edit("lesson.yaml", "image: nginx\n      hints", "image: ngnix\n      hints");
    expect(runs()).toEqual([
      expect.stringMatching(
        `^lesson\\.yaml:${lineOf("lesson.yaml", "showMe:") + 1}:\\d+: “Show me” does not do step apply: status.phase is Pending`,
      ),
    ]);
  });

  it("tells when a prediction has no answer, and when its numbers lead nowhere", () => {
    edit(
      "lesson.yaml",
      "of: {object: pod/web, fields: {status.phase: Running}",
      "of: {object: pod/web, fields: {status.phase: Failed}",
    );
    expect(runs()).toEqual([expect.stringMatching(/^lesson\.yaml:\d+:11: The run gives no answer: /)]);
    edit("lesson.yaml", "tolerance: 1s", 'tolerance: 1s\n      vary: {"pod/wab:spec.nodeName": [a, b]}');
    expect(runs()).toEqual([expect.stringMatching(/^lesson\.yaml:\d+:13: The path leads nowhere: /)]);
  });

  it("tells when a number that the text names is no longer so", () => {
    edit("running.scenario.yaml", "{at: 10s,", "{at: 1s,");
    const at = lineOf("running.scenario.yaml", "{at: 1s");
    expect(runs()).toEqual([
      `running.scenario.yaml:${at}:7: This no longer holds in the run: \`1s pod/web status.phase=Running\`: status.phase is Pending, wanted Running. Mend it, and the texts that name it.`,
    ]);
  });

  it("grades every declared answer: one declared wrong that is right is told at its line", () => {
    edit(
      "lesson.yaml",
      "    - {id: who, kind: choice, options: [kubelet, scheduler], answer: kubelet}",
      [
        "    - {id: who, kind: choice, options: [kubelet, scheduler], answer: kubelet}",
        "    - id: mend",
        "      kind: mend",
        "      file: broken.yaml",
        "      answer: broken.yaml",
        "      wrong: [pod.yaml]",
        "      goal: [{object: pod/web, fields: {status.phase: Running}}]",
        "      until: 30s",
      ].join("\n"),
    );
    writeFileSync(
      join(lessons(), "small", "broken.yaml"),
      source("pod.yaml").replace("image: nginx", "image: ngnix"),
    );
    expect(runs().filter((p) => p.includes("Question mend"))).toEqual([
      expect.stringContaining(
        `lesson.yaml:${lineOf("lesson.yaml", "answer: broken.yaml")}:15: Question mend: the declared answer “broken.yaml” is graded wrong`,
      ),
      expect.stringContaining(
        `lesson.yaml:${lineOf("lesson.yaml", "wrong: [pod.yaml]")}:15: Question mend: “pod.yaml” is graded right`,
      ),
    ]);
  });
});

describe("messages", () => {
  it("tell the same problem in every language", () => {
    const problem: Problem = {
      file: "ru.md",
      line: 1,
      column: 1,
      code: "text.hints",
      args: { id: "apply", found: 2, wanted: 3 },
    };
    expect(LANGUAGES.map((lang) => problemWords(lang, problem).split(/[;,。.，；]/)[0])).toEqual([
      "Step apply has 2 hints",
      "У шага apply 2 подсказки",
      "步骤 apply 有 2 条提示",
      "단계 apply: 힌트가 2개인데 lesson",
    ]);
  });

  it("are wanted for nothing that the project's own lessons hold", () => {
    const found = lessonIds("lessons").flatMap((id) =>
      [...checkFiles(readFolder("lessons", id))].flatMap((o) => o.problems.map((p) => `${id}/${line(p)}`)),
    );
    expect(found).toEqual([]);
  });
});

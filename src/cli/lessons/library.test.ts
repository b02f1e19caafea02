import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLibrary } from "./library.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "library-"));
  execFileSync(process.execPath, [resolve("scripts/lesson-new.mjs"), "small"], {
    cwd: root,
    stdio: "ignore",
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const path = (file: string): string => join(root, "lessons", "small", file);
const edit = (file: string, from: string, to: string): void =>
  writeFileSync(path(file), readFileSync(path(file), "utf8").replace(from, to));
const titleOf = (text: { readonly title: string } | undefined): string | undefined => text?.title;

describe("lessons as they are shown while they are edited", () => {
  it("are read anew, each file by itself", () => {
    const library = createLibrary(join(root, "lessons"));
    expect(titleOf(library.get("small").shown?.texts.ru)).toBe("Новый урок");
    edit("ru.md", "title: Новый урок", "title: Другой урок");
    expect(titleOf(library.get("small").shown?.texts.ru)).toBe("Новый урок");
    expect(titleOf(library.read("small").shown?.texts.ru)).toBe("Другой урок");
  });

  it("keep the last good version of a file that breaks, and take the others", () => {
    const library = createLibrary(join(root, "lessons"));
    library.read("small");
    edit("ru.md", "::::step{id=apply}", "::::stop{id=apply}");
    edit("ko.md", "title: 새 레슨", "title: 다른 레슨");
    edit("running.scenario.yaml", "timeline:", "timline:");
    const { shown, stale, outcomes } = library.read("small");
    expect(stale).toEqual(["ru.md", "running.scenario.yaml"]);
    expect(shown?.texts.ru.blocks.map((b) => b.type)).toContain("step");
    expect(titleOf(shown?.texts.ko)).toBe("다른 레슨");
    expect(shown?.files["running.scenario.yaml"]).toContain("timeline:");
    expect(outcomes.filter((o) => o.problems.length > 0).length).toBeGreaterThan(0);
  });

  it("keep the last lesson.yaml that could be read", () => {
    const library = createLibrary(join(root, "lessons"));
    library.read("small");
    edit("lesson.yaml", "minutes: 5", "minuts: 5");
    const { shown, stale } = library.read("small");
    expect([shown?.lesson.metadata.minutes, stale]).toEqual([5, ["lesson.yaml"]]);
  });

  it("show another language where one was never written", () => {
    rmSync(path("zh.md"));
    const { shown } = createLibrary(join(root, "lessons")).read("small");
    expect(shown?.texts.zh.lang).toBe("en");
  });
});

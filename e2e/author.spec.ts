import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./syncloop.ts";

/** An author at work: the development server over a copy of the lessons, one of them just made. */
test.describe.configure({ mode: "serial", timeout: 240_000 });

let root = "";
let server: ChildProcess | null = null;
let address = "";

const path = (file: string): string => join(root, "lessons", "mine", file);
const edit = (file: string, from: string, to: string): void => {
  const before = readFileSync(path(file), "utf8");
  expect(before).toContain(from);
  writeFileSync(path(file), before.replace(from, to));
};
const lineOf = (file: string, text: string): number =>
  1 +
  readFileSync(path(file), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text));

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const { FORCE_COLOR: _, ...plain } = process.env;
  root = mkdtempSync(join(tmpdir(), "author-"));
  mkdirSync(join(root, "lessons"));
  cpSync("lessons/restarts", join(root, "lessons", "restarts"), { recursive: true });
  spawnSync(process.execPath, [resolve("scripts/lesson-new.mjs"), "mine"], { cwd: root });
  server = spawn(process.execPath, ["node_modules/vite/bin/vite.js", "--port", "4191"], {
    env: { ...plain, LESSONS: join(root, "lessons"), NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  address = await new Promise<string>((found) => {
    let printed = "";
    server?.stdout?.on("data", (data: Buffer) => {
      printed += data.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (url) found(url);
    });
  });
});
test.afterAll(() => {
  server?.kill();
  rmSync(root, { recursive: true, force: true });
});

const overlay = (page: Page) => page.locator("syncloop-author");

test("an edited lesson is shown in place, in its step and language; errors name their line", async ({
  page,
}) => {
  await page.goto(`${address}/?lang=ru#/lesson/mine`);
  await expect(page.locator("main svg[role=group]").first()).toBeVisible({ timeout: 120_000 });
  await page.getByRole("button", { name: "Далее", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Примените под" })).toBeVisible();

  edit("ru.md", "Что надо сделать и что при этом видно.", "Отправьте манифест и посмотрите.");
  await expect(page.getByText("Отправьте манифест и посмотрите.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("heading", { name: "Примените под" })).toBeVisible();

  edit("ru.md", "::::step{id=apply}", "::::stop{id=apply}");
  const at = lineOf("ru.md", "::::stop");
  await expect(overlay(page)).toContainText(`ru.md:${at}:1`, { timeout: 30_000 });
  await expect(overlay(page)).toContainText("Может быть, ::step?");
  // The last good version stays.
  await expect(page.getByText("Отправьте манифест и посмотрите.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Примените под" })).toBeVisible();

  edit("ru.md", "::::stop{id=apply}", "::::step{id=apply}");
  await expect(overlay(page)).toHaveCount(0, { timeout: 60_000 });
  edit("lesson.yaml", "answer: kubelet}", "answer: kubectl}");
  await expect(overlay(page)).toContainText(
    `lesson.yaml:${lineOf("lesson.yaml", "answer: kubectl")}:70 spec.quiz[0].answer: kubectl нет; есть kubelet, scheduler.`,
    { timeout: 30_000 },
  );
  edit("lesson.yaml", "answer: kubectl}", "answer: kubelet}");
  await expect(overlay(page)).toHaveCount(0, { timeout: 60_000 });
});

test("the author's view has all languages side by side and what the engine says", async ({ page }) => {
  await page.goto(`${address}/author.html?lang=en#mine`);
  const checks = page.getByRole("complementary", { name: "Checks" });
  await expect(checks.getByRole("status")).toHaveText(/^All is well: \d+ checks\.$/, { timeout: 120_000 });
  await expect(checks).toContainText("100 seeds, 1 variant");
  for (const [lang, words] of [
    ["en", "Apply the Pod"],
    ["ru", "Примените под"],
    ["zh-CN", "应用 Pod"],
    ["ko", "파드 적용하기"],
  ] as const)
    await expect(page.locator("main").locator(`[lang="${lang}"]`).getByText(words)).toBeVisible();

  edit("lesson.yaml", "--image=ngnix", "--image=nginx");
  const line = lineOf("lesson.yaml", "fails: [apply]");
  await expect(checks).toContainText(`lesson.yaml:${line}:15`, { timeout: 60_000 });
  await expect(checks).toContainText("The wrong way number 1 reaches step apply all the same");
  edit("zh.md", "要做什么，会看到什么。", "要做什么,会看到什么。");
  await expect(
    page.locator('main [lang="zh-CN"]').filter({ hasText: `zh.md:${lineOf("zh.md", "::::step")}` }),
  ).toContainText("全角标点", { timeout: 30_000 });
});

import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./syncloop.ts";

const LESSON = "from-apply-to-running";
const LANGUAGES = ["en", "ru", "zh", "ko"] as const;

/** The interface's words in a language. */
const wordsOf = (lang: string): Record<string, string> =>
  JSON.parse(readFileSync(`src/i18n/messages/${lang}.json`, "utf8")) as Record<string, string>;

async function openLesson(page: Page, lang: string): Promise<void> {
  await page.addInitScript(() => {
    if (localStorage.getItem("syncloop.layout") === null)
      localStorage.setItem("syncloop.layout", JSON.stringify({ speed: 10 }));
  });
  await page.goto(`/?lang=${lang}#/lesson/${LESSON}`);
  await expect(page.locator("main svg[role=group]").first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("navigation", { name: wordsOf(lang)["lesson.pages"] ?? "" })).toBeVisible();
}

for (const lang of LANGUAGES) {
  test(`every step of a lesson is done by "show me" (${lang})`, async ({ page }) => {
    const words = wordsOf(lang);
    await openLesson(page, lang);
    await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${lang}`));
    const pages = page.getByRole("navigation", { name: words["lesson.pages"] ?? "" }).getByRole("button");
    const next = page.getByRole("button", { name: words["lesson.next"] ?? "", exact: true });
    const showMe = page.getByRole("button", { name: words["lesson.showMe"] ?? "", exact: true });
    for (let step = 1; step <= 6; step++) {
      await next.click();
      await expect(pages.nth(step)).toHaveAttribute("aria-current", "page");
      if (await showMe.isVisible()) await showMe.click();
      await expect(pages.nth(step)).toHaveAttribute("data-done", "true", { timeout: 30_000 });
    }
    await page.goto(`/?lang=${lang}#/lessons`);
    const progress = new RegExp(
      (words["ui.home.progress"] ?? "").replace("{done}", "6").replace("{all}", "\\d+"),
    );
    await expect(page.getByRole("link", { name: progress }).first()).toBeVisible();
  });
}

test("an unmet goal says what is missing, a hint opens, and a met goal shows when", async ({ page }) => {
  await openLesson(page, "en");
  await page.getByRole("button", { name: "Next", exact: true }).click();
  const step = page.getByRole("region", { name: "Apply the Pod" });
  await expect(step.getByText("There is no pod/web yet")).toBeVisible();
  await step.getByRole("button", { name: "Hint 1 of 2" }).click();
  await expect(step.getByRole("note")).toHaveCount(1);
  await page.getByRole("button", { name: "Show me", exact: true }).click();
  await expect(step.getByText(/^Met at 0:/)).toBeVisible();
});

test("the quiz is graded: choices at once, runs by the engine", async ({ page }) => {
  await openLesson(page, "en");
  await page.getByRole("navigation", { name: "Pages of the lesson" }).getByRole("button").last().click();
  const questions = page.getByRole("region", { name: /^Question / });
  const node = questions.filter({ hasText: "Who decides which node" });
  await node.getByRole("radio", { name: "the kubelet" }).check();
  await node.getByRole("button", { name: "Check", exact: true }).click();
  await expect(node.getByRole("status")).toContainText("Not yet.");
  await expect(node.getByText(/It never chooses one/)).toBeVisible();
  await node.getByRole("radio", { name: "the scheduler" }).check();
  await node.getByRole("button", { name: "Check", exact: true }).click();
  await expect(node.getByRole("status")).toContainText("Right.");

  const command = questions.filter({ hasText: "shows its node and its IP address" });
  await command.getByRole("textbox", { name: "Command" }).fill("kubectl get pod web -o wide");
  await command.getByRole("button", { name: "Check", exact: true }).click();
  await expect(command.getByRole("status")).toContainText("Right.", { timeout: 20_000 });

  const mend = questions.filter({ hasText: "Mend the manifest" });
  const manifest = mend.getByRole("textbox", { name: "Manifest to mend" });
  await manifest.fill(readFileSync(`lessons/${LESSON}/mended.yaml`, "utf8"));
  await mend.getByRole("button", { name: "Check", exact: true }).click();
  await expect(mend.getByRole("status")).toContainText("Right.", { timeout: 20_000 });

  const click = questions.filter({ hasText: "Click the component" });
  await click.getByRole("button", { name: "Choose on the diagram" }).click();
  await page.getByRole("button", { name: /^PLEG/ }).first().click();
  await click.getByRole("button", { name: "Check", exact: true }).click();
  await expect(click.getByRole("status")).toContainText("Right.");

  const order = questions.filter({ hasText: "Put the hops in order" });
  await order.getByRole("button", { name: "Move 3 up" }).press("Enter");
  await order.getByRole("button", { name: "Check", exact: true }).click();
  await expect(order.getByRole("status")).toContainText("Not yet.");

  const ahead = questions.filter({ hasText: "At what time does the Pod become" });
  await ahead.getByRole("textbox").fill("0:59");
  await ahead.getByRole("button", { name: "Check", exact: true }).click();
  await expect(ahead.getByRole("status")).toContainText(/What happens: 0:0\d/, { timeout: 20_000 });
  await expect(page.getByRole("region", { name: "Result" })).toContainText("4 of 7 right");
  await page.reload();
  await page.getByRole("navigation", { name: "Pages of the lesson" }).getByRole("button").last().click();
  await expect(page.getByRole("region", { name: "Result" })).toContainText("4 of 7 right");
});

test("the lesson screen passes axe, by page and on a phone", async ({ page }) => {
  await openLesson(page, "en");
  const pages = page.getByRole("navigation", { name: "Pages of the lesson" }).getByRole("button");
  for (const at of [0, 1, 8]) {
    await pages.nth(at).click();
    const { violations } = await new AxeBuilder({ page }).include("aside").analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole("button", { name: "Next", exact: true })).toBeVisible();
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(sideways).toBeLessThanOrEqual(0);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("the text can be read in every language", async ({ page }) => {
    for (const lang of LANGUAGES) {
      await page.goto(`/lessons/${LESSON}/${lang}/index.html`);
      await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${lang}`));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator('link[rel="alternate"]')).toHaveCount(5);
      expect(await page.locator("nav.toc a").count()).toBeGreaterThan(5);
    }
  });
});

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Learner } from "./learner.ts";
import { expect, test } from "./syncloop.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });

async function isClean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map((v) => `${where} · ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")}`),
  ).toEqual([]);
}

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing on the screens of a lesson (${theme})`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.addInitScript(
      (chosen) => localStorage.setItem("syncloop.theme", JSON.stringify(chosen)),
      theme,
    );
    const learner = new Learner(page, "probes", theme === "light" ? "en" : "ru");
    await learner.open();
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    await learner.hold();
    await isClean(page, "mini-stage");
    await learner.next(1);
    await isClean(page, "open step");
    await learner.showMe(1);
    await isClean(page, "met step");
    await learner.pages.nth(8).click();
    await learner.predict("killed-at", "killed-at");
    await isClean(page, "prediction");
    await learner
      .question("killed-at")
      .getByRole("button", { name: learner.word("lesson.watch") })
      .click();
    await expect(page.getByText(learner.word("lesson.excursion"))).toBeVisible();
    await isClean(page, "stage of a prediction");
    await learner.pages.last().click();
    await learner.question("liveness-begins").locator("input").first().check();
    await learner.check("liveness-begins");
    await learner.question("database").locator("input").first().check();
    await learner.check("database");
    await isClean(page, "quiz and result");
    await page.goto(`/?lang=en#/lessons`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await isClean(page, "progress");
  });

  test(`axe finds nothing on a lesson on a phone (${theme})`, async ({ page }) => {
    await page.addInitScript(
      (chosen) => localStorage.setItem("syncloop.theme", JSON.stringify(chosen)),
      theme,
    );
    await page.setViewportSize({ width: 390, height: 844 });
    const learner = new Learner(page, "restarts", theme === "light" ? "zh" : "ko");
    await learner.open();
    await isClean(page, "mini-stage");
    await learner.next(1);
    await isClean(page, "step");
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sideways).toBeLessThanOrEqual(0);
    await learner.pages.last().click();
    await isClean(page, "quiz");
  });
}

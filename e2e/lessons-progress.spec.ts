import { readFileSync, writeFileSync } from "node:fs";
import { Learner } from "./learner.ts";
import { expect, test } from "./syncloop.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });
test.setTimeout(120_000);

test("after a reload the lesson goes on where it was, and a step can be done again", async ({ page }) => {
  const learner = new Learner(page, "probes", "en");
  await learner.open();
  await learner.hold();
  await learner.next(1);
  await learner.showMe(1);
  await learner.next(2);
  await learner.showMe(2);
  const clock = page.getByRole("timer");
  const time = await clock.textContent();
  const met = await page.getByText(/^Met at/).textContent();
  await page.reload();
  await expect(learner.pages.nth(2)).toHaveAttribute("aria-current", "page", { timeout: 30_000 });
  await expect(page.getByText("You are back where you were")).toBeVisible();
  await expect(clock).toHaveText(time ?? "", { timeout: 20_000 });
  await expect(page.getByText(/^Met at/)).toHaveText(met ?? "");
  await page.getByRole("button", { name: "Do this step again" }).click();
  await expect(page.getByText("There is no pod/door yet")).toBeVisible();
  await expect(learner.pages.nth(2)).toHaveAttribute("data-done", "true");
  await page.getByRole("button", { name: "Start the run again" }).first().click();
  await expect(learner.pages.first()).toHaveAttribute("aria-current", "page");
  await learner.pages.nth(3).click();
  await expect(page.getByText("This step begins when the one before it is done.").first()).toBeVisible();
  await page.getByRole("button", { name: "Do the steps before it" }).click();
  await expect(page.getByText("Now condition Ready: False")).toBeVisible({ timeout: 30_000 });
});

test("a link taken in a lesson opens its page and its moment", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const learner = new Learner(page, "from-apply-to-running", "en");
  await learner.open();
  await learner.hold();
  await learner.next(1);
  await learner.showMe(1);
  await learner.next(2);
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByText("Link to this moment copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#\/lesson\/from-apply-to-running\?page=3&s=/);
  const time = await page.getByRole("timer").textContent();
  const other = await context.newPage();
  await other.goto(link);
  const pages = other.getByRole("navigation", { name: "Pages of the lesson" }).getByRole("button");
  await expect(pages.nth(2)).toHaveAttribute("aria-current", "page", { timeout: 30_000 });
  await expect(other.getByRole("timer")).toHaveText(time ?? "", { timeout: 20_000 });
  await expect(other.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  await pages.nth(1).click();
  await expect(other.getByText(/^Met at/)).toBeVisible();
});

test("progress is taken along as a file; a bad file is refused with its reason", async ({
  page,
  context,
}, info) => {
  const learner = new Learner(page, "from-apply-to-running", "en");
  await learner.open();
  await learner.pages.last().click();
  await learner.question("node").getByRole("radio", { name: "the scheduler" }).check();
  await learner.check("node");
  await page.goto("/#/lessons");
  const row = page.getByRole("link", { name: /From apply to Running/ }).first();
  await expect(row).toContainText("1 of 13");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save progress" }).click();
  const path = info.outputPath("progress.json");
  await (await saved).saveAs(path);
  expect(JSON.parse(readFileSync(path, "utf8")).lessons["from-apply-to-running"].answers.node).toEqual({
    ok: true,
    tries: 1,
  });
  // Another tab sees it at once, and what is forgotten there is forgotten here.
  const other = await context.newPage();
  await other.goto("/#/lessons");
  await expect(other.getByRole("link", { name: /From apply to Running/ }).first()).toContainText("1 of 13");
  await other.getByRole("button", { name: "Reset progress" }).click();
  await other.getByRole("button", { name: "Really reset?" }).click();
  await expect(row).toContainText("0 of 13");
  await other.close();
  const load = async (file: string, text?: string): Promise<void> => {
    const at = text === undefined ? file : info.outputPath(file);
    if (text !== undefined) writeFileSync(at, text);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Load progress" }).click();
    await (await chooser).setFiles(at);
  };
  const alert = page.getByRole("region", { name: "Progress" }).getByRole("alert");
  await load("cut.json", '{"version": 1, "lessons": {');
  await expect(alert).toContainText("This file is no JSON");
  await load("other.json", '{"hello": true}');
  await expect(alert).toContainText("holds no progress");
  await load("newer.json", '{"version": 9, "lessons": {}}');
  await expect(alert).toContainText("newer version");
  await load(path);
  await expect(row).toContainText("1 of 13");
  await expect(alert).toHaveText("");
});

test("what one tab learns is not lost by another", async ({ page, context }) => {
  const here = new Learner(page, "from-apply-to-running", "en");
  await here.open();
  await here.pages.last().click();
  const other = await context.newPage();
  const there = new Learner(other, "from-apply-to-running", "en");
  await there.open();
  await there.pages.last().click();
  await here.question("node").getByRole("radio", { name: "the scheduler" }).check();
  await here.check("node");
  await there.question("sees").getByRole("combobox").selectOption("pleg");
  await there.check("sees");
  for (const tab of [page, other])
    await expect(tab.getByRole("region", { name: "Result", exact: true })).toContainText("2 of 7 right");
});

test("results are printed alone, and the questions can be begun anew", async ({ page }) => {
  const learner = new Learner(page, "from-apply-to-running", "en");
  await learner.open();
  await learner.pages.last().click();
  await learner.question("node").getByRole("radio", { name: "the scheduler" }).check();
  await learner.check("node");
  await page.evaluate(() => {
    window.print = () => document.documentElement.setAttribute("data-printed", "yes");
  });
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-printed", "yes");
  await page.emulateMedia({ media: "print" });
  const sheet = page.locator("[data-sheet]");
  await expect(sheet).toBeVisible();
  await expect(sheet).toContainText("Result: From apply to Running");
  await expect(sheet).toContainText("1 of 7 right");
  await expect(sheet).toContainText("answered right · 1 try");
  await expect(page.locator("main")).toBeHidden();
  await page.emulateMedia({ media: null });
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  const result = page.getByRole("region", { name: "Result", exact: true });
  await result.getByRole("button", { name: "Start the questions again" }).click();
  await result.getByRole("button", { name: "Forget these answers?" }).click();
  await expect(result).toContainText("0 of 7 right");
  await expect(learner.question("node").getByRole("radio", { name: "the scheduler" })).not.toBeChecked();
});

test("storage switched off is said, and the lesson works", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  const learner = new Learner(page, "from-apply-to-running", "en");
  await learner.open();
  await expect(page.getByText("This browser keeps nothing")).toBeVisible();
  await learner.next(1);
  await learner.showMe(1);
  await learner.pages.last().click();
  await learner.question("node").getByRole("radio", { name: "the scheduler" }).check();
  await learner.check("node");
  await expect(page.getByRole("region", { name: "Result", exact: true })).toContainText("1 of 7 right");
  await page.evaluate(() => {
    location.hash = "#/lessons";
  });
  await expect(page.getByRole("link", { name: /From apply to Running/ }).first()).toContainText(
    /[2-9] of 13/,
  );
});

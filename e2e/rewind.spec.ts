import { eventTexts, expect, openSandbox, test } from "./syncloop.ts";

test("rewinding and running on gives the same run", async ({ page }) => {
  await openSandbox(page, "/#/sandbox?at=40s");
  await page.getByRole("button", { name: "Pause" }).click();
  const at = (await page.getByRole("timer").getAttribute("title"))?.split(" ")[0] ?? "";
  const seen = await eventTexts(page);
  expect(seen.length).toBeGreaterThan(4);
  const whole = page.getByRole("slider", { name: "The whole run" });
  await whole.focus();
  await page.keyboard.press("Home");
  await expect(page.getByRole("timer")).toHaveText(/09:00:0[01]/);
  await page.getByRole("button", { name: "Run until" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill(at);
  await page.getByRole("dialog").getByRole("button", { name: "Run", exact: false }).last().click();
  await page.getByRole("slider", { name: "Speed" }).focus();
  await page.keyboard.press("End");
  await expect(page.getByRole("timer")).toHaveAttribute("title", new RegExp(at), { timeout: 30_000 });
  expect(await eventTexts(page)).toEqual(seen);
});

test("a page opened at a time shows what was run up to it", async ({ page }) => {
  await openSandbox(page);
  await page.getByRole("button", { name: "Run until" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("40");
  await page.getByRole("dialog").getByRole("button", { name: "Run", exact: false }).last().click();
  await page.getByRole("slider", { name: "Speed" }).focus();
  await page.keyboard.press("End");
  await expect(page.getByRole("timer")).toHaveText(/09:00:40/, { timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  const run = await eventTexts(page);
  await page.goto("/#/about");
  await openSandbox(page, "/#/sandbox?at=40s");
  await page.getByRole("button", { name: "Pause" }).click();
  const opened = await eventTexts(page);
  expect(opened.slice(0, run.length)).toEqual(run);
});

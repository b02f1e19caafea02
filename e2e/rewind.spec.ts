import { expect, openSandbox, test } from "./syncloop.ts";

test("rewinding and running on gives the same run", async ({ page }) => {
  await openSandbox(page, "/#/sandbox?at=40s");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("tab", { name: "Events" }).click();
  const events = page.getByRole("region", { name: /Timeline and events/ });
  await expect(events.getByText("Started", { exact: true }).first()).toBeVisible();
  const seen = await events.getByRole("row").allTextContents();
  const whole = page.getByRole("slider", { name: "The whole run" });
  await whole.focus();
  await page.keyboard.press("Home");
  await expect(page.getByRole("timer")).toHaveText(/09:00:0[01]/);
  await page.goto("/#/sandbox?at=40s");
  await page.reload();
  await expect(page.getByRole("button", { name: /^hello/ }).first()).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("tab", { name: "Events" }).click();
  await expect(events.getByText("Started", { exact: true }).first()).toBeVisible();
  const again = await events.getByRole("row").allTextContents();
  expect(again.slice(0, seen.length - 1)).toEqual(seen.slice(0, seen.length - 1));
});

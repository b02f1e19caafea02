import { expect, openSandbox, test } from "./syncloop.ts";

test("the statechart shows the selected part's machine and the state it is in", async ({ page }) => {
  await openSandbox(page, "/#/sandbox?at=20s");
  await page.getByRole("tab", { name: "Statechart" }).click();
  const chart = page.getByRole("img", { name: /Statechart of/ });
  await page.getByRole("combobox", { name: "Machine" }).selectOption("sync-loop");
  await expect(chart).toHaveAccessibleName("Statechart of sync-loop, now in selecting");
  await expect(chart.locator("[data-live]")).toHaveText("selecting");
  await page.getByRole("combobox", { name: "Machine" }).selectOption("pod-worker");
  await expect(chart).toHaveAccessibleName(/Statechart of pod-worker, now in/);
  await page.getByRole("combobox", { name: "Machine" }).selectOption("pleg");
  await expect(chart.getByText("sandboxes", { exact: true })).toBeVisible();
  await expect(page.getByText("Last transition")).toBeVisible();
  await page.getByRole("button", { name: "Enlarge" }).click();
  await expect(page.getByRole("dialog").getByRole("img", { name: /Statechart of pleg/ })).toBeVisible();
});

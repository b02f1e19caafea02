import { expect, openSandbox, test } from "./syncloop.ts";

test("a newcomer opens the page and something is already happening", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Open the sandbox" }).click();
  await expect(page).toHaveURL(/#\/sandbox/);
  await expect(page.getByRole("button", { name: /^SyncLoop, iteration [1-9]/ })).toBeVisible({
    timeout: 20_000,
  });
  await expect(page.getByRole("button", { name: /^hello/ }).first()).toBeVisible();
  const clock = page.getByRole("timer");
  const first = await clock.textContent();
  await expect(clock).not.toHaveText(first ?? "");
});

test("the three depths of the diagram are one click apart", async ({ page }) => {
  await openSandbox(page);
  for (const depth of ["Cluster", "Node", "Kubelet"]) {
    await page.getByRole("radio", { name: depth }).click({ force: true });
    await expect(page.getByRole("radio", { name: depth })).toBeChecked();
  }
  await expect(page.getByRole("button", { name: /^SyncLoop, iteration/ })).toBeVisible();
});

test("pausing stops the clock, a step moves it by one record", async ({ page }) => {
  await openSandbox(page);
  await page.getByRole("button", { name: "Pause" }).click();
  const clock = page.getByRole("timer");
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  await page.waitForTimeout(300);
  const still = await clock.textContent();
  await page.waitForTimeout(700);
  await expect(clock).toHaveText(still ?? "");
  await page.getByRole("button", { name: "To the next event" }).click();
  await expect(clock).not.toHaveText(still ?? "");
});

import type { Page } from "@playwright/test";
import { expect, openSandbox, test } from "./syncloop.ts";

const screen = (page: Page) => page.locator(".xterm-rows");

async function openConsole(page: Page, address = "/#/sandbox?at=20s"): Promise<void> {
  await openSandbox(page, address);
  await page.getByRole("tab", { name: "Console" }).click();
  await expect(screen(page)).toContainText("$");
  // Who clicks on it can type.
  await expect(page.getByRole("textbox", { name: /^Console/ })).toBeFocused();
}

test("kubectl is typed, completed with Tab, and prints what it prints", async ({ page }) => {
  await openConsole(page);
  await page.keyboard.type("kubectl get po");
  await page.keyboard.press("Tab");
  await page.keyboard.type("h");
  await page.keyboard.press("Tab");
  await expect(screen(page)).toContainText("$ kubectl get pods hello");
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText(/NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE/);
  await expect(screen(page)).toContainText(/hello\s+1\/1\s+Running/);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText('Error from server (NotFound): pods "hellox" not found');
});

test("Ctrl+C ends a watch; a rewind takes back what was typed", async ({ page }) => {
  await openConsole(page);
  await page.keyboard.type("kubectl get pods -w");
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText(/hello\s+1\/1/);
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  await page.keyboard.press("Control+c");
  await expect(screen(page)).toContainText("^C");
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  const whole = page.getByRole("slider", { name: "The whole run" });
  await page.getByRole("button", { name: "Pause" }).click();
  await whole.focus();
  await page.keyboard.press("Home");
  await expect(screen(page)).not.toContainText("get pods");
  await expect(screen(page)).toContainText("$");
});

test("a node's shell answers while time stands still, and lets it stand again", async ({ page }) => {
  await openConsole(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("radio", { name: "node-1" }).click();
  await expect(screen(page)).toContainText("root@node-1:~#");
  await expect(page.getByRole("textbox", { name: /^Console/ })).toBeFocused();
  await page.keyboard.type("crictl ps");
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText(/CONTAINER\s+IMAGE/);
  await expect(screen(page)).toContainText(/Running\s+web/);
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeVisible();
});

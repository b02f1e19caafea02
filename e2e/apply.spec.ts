import { expect, openSandbox, test } from "./syncloop.ts";

/** Opens a file of the editor and applies it. */
async function applyFile(page: Parameters<typeof openSandbox>[0], file: string): Promise<void> {
  await page.getByRole("tab", { name: file }).click();
  await page.getByRole("button", { name: "Apply", exact: true }).click();
}

async function runFast(page: Parameters<typeof openSandbox>[0]): Promise<void> {
  const speed = page.getByRole("slider", { name: "Speed" });
  await speed.focus();
  await page.keyboard.press("End");
}

test("test-kubelet is applied, pulled, started, and becomes Ready", async ({ page }) => {
  await openSandbox(page);
  await applyFile(page, "test-kubelet.yaml");
  await expect(page.getByRole("button", { name: /^test-kubelet/ }).first()).toBeVisible();
  await runFast(page);
  await expect(page.getByRole("button", { name: /^test-kubelet.*(Running|Ready)/ }).first()).toBeVisible({
    timeout: 30_000,
  });
  await page.getByRole("tab", { name: "Events" }).click();
  for (const reason of ["Scheduled", "Pulling", "Pulled", "Created", "Started"]) {
    await expect(page.getByText(reason, { exact: true }).first()).toBeVisible();
  }
});

test("restart-test falls into CrashLoopBackOff", async ({ page }) => {
  await openSandbox(page);
  await applyFile(page, "restart-test.yaml");
  await expect(page.getByRole("button", { name: /^restart-test/ }).first()).toBeVisible();
  await runFast(page);
  await expect(page.getByText("CrashLoopBackOff").first()).toBeVisible({ timeout: 40_000 });
});

test("a pod that is selected shows its facts and why it is so", async ({ page }) => {
  await page.goto("/#/demo/home?at=94s");
  await page
    .getByRole("button", { name: /^restart-test/ })
    .first()
    .click({ timeout: 20_000 });
  const inspector = page.getByRole("region", { name: "Inspector" });
  await expect(inspector.getByText("restart-test").first()).toBeVisible();
  await expect(inspector.getByText("BackOff").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Why?" }).getByRole("listitem").first()).toBeVisible();
});

import type { Page } from "@playwright/test";
import { eventTexts, expect, openSandbox, test } from "./syncloop.ts";

/** A run of some seconds with a pod of one's own, standing still. */
async function makeRun(page: Page): Promise<void> {
  await openSandbox(page, "/#/sandbox?at=6s");
  await page.getByRole("tab", { name: "test-kubelet.yaml" }).click();
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page.getByRole("button", { name: /^test-kubelet/ }).first()).toBeVisible();
  // To a fixed moment: a slow machine would else let hours of the run go by before it can pause.
  await page.getByRole("button", { name: "Run until…" }).click();
  await page.getByLabel("Time since the start").fill("0:40");
  await page.getByRole("button", { name: "Run", exact: true }).last().click();
  await page.getByRole("slider", { name: "Speed" }).focus();
  await page.keyboard.press("End");
  await expect(page.getByRole("timer")).toHaveText(/^09:00:40/, { timeout: 30_000 });
  await expect(page.getByRole("button", { name: /^test-kubelet.*Running/ }).first()).toBeVisible();
}

/** The text of the clock, once it stands. */
const clockOf = (page: Page): Promise<string | null> => page.getByRole("timer").textContent();

test("a link opens the same run at the same moment", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await makeRun(page);
  const events = await eventTexts(page);
  expect(events.length).toBeGreaterThan(5);
  const clock = await clockOf(page);
  await page.getByRole("button", { name: "Marked moments" }).click();
  await page.getByRole("menuitem", { name: "Mark this moment" }).click();
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByText("Link to this moment copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#\/sandbox\?s=[\w-]+$/);
  expect(link.length).toBeLessThan(3000);

  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("button", { name: /^test-kubelet/ }).first()).toBeVisible({ timeout: 40_000 });
  await expect(other.getByRole("timer")).toHaveText(clock ?? "");
  await expect(other.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  expect(await eventTexts(other)).toEqual(events);
  await other.getByRole("button", { name: "Marked moments" }).click();
  await expect(other.getByRole("menuitem", { name: /^0:40/ })).toBeVisible();
  await expect(other.getByText("cannot be opened")).toHaveCount(0);
});

test("where copying is not allowed the link stands in a field, and the run can be saved and opened again", async ({
  page,
}) => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("denied"));
  });
  await makeRun(page);
  const events = await eventTexts(page);
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/does not allow copying/)).toBeVisible();
  await expect(dialog.getByLabel("Link", { exact: true })).toHaveValue(/#\/sandbox\?s=[\w-]+$/);
  await dialog.getByLabel(/Note for/).fill("Look at the events");
  const saved = page.waitForEvent("download");
  await page.waitForTimeout(600);
  await dialog.getByRole("button", { name: "Save as file" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^sandbox-\d+s\.syncloop\.json$/);
  await page.keyboard.press("Escape");

  await page.goto("/#/sandbox");
  await page.keyboard.press("ControlOrMeta+k");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("option", { name: /Open a run/ }).click();
  await (await chooser).setFiles(await file.path());
  await expect(page.getByText("Look at the events")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("button", { name: /^test-kubelet/ }).first()).toBeVisible();
  expect(await eventTexts(page)).toEqual(events);
});

/** Deflated JSON in the letters of a link. */
const packed = (page: Page, json: string): Promise<string> =>
  page.evaluate(async (text) => {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    let binary = "";
    for (let i = 0; i < bytes.length; i += 5000)
      binary += String.fromCharCode(...bytes.subarray(i, i + 5000));
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }, json);

const bad: readonly (readonly [
  name: string,
  code: (page: Page) => Promise<string> | string,
  says: RegExp,
])[] = [
  ["cut short", () => "vZTNbhsxDIRfZaFzsrG7_kl6K9BDe8", /missing or was changed/],
  [
    "with a field of another type",
    (page) => packed(page, '{"v":1,"scenario":{"name":"sandbox"},"seed":1,"at":"late","inputs":[]}'),
    /field at does not fit/,
  ],
  ["that unpacks to 15 MB", (page) => packed(page, `"${" ".repeat(15_000_000)}"`), /more than 2/],
  [
    "whose scenario is none",
    (page) =>
      packed(
        page,
        '{"v":1,"scenario":{"name":"x","text":"kind: Scenario\\nspec: {sed: 1}"},"seed":1,"at":1,"inputs":[]}',
      ),
    /error in line/,
  ],
];

for (const [name, make, says] of bad) {
  test(`a link ${name} says what is wrong, and the sandbox works`, async ({ page }) => {
    await page.goto("/#/about");
    await page.goto(`/#/sandbox?s=${await make(page)}`);
    const alert = page.getByRole("alert").filter({ hasText: "cannot be opened" });
    await expect(alert).toContainText("cannot be opened");
    await expect(alert).toContainText(says);
    await expect(page.getByRole("button", { name: /^hello/ }).first()).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
    await alert.getByRole("button", { name: "Close" }).click();
    await expect(alert).toHaveCount(0);
  });
}

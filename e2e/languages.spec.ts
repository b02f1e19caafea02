import { expect, openSandbox, test } from "./syncloop.ts";

const LANGUAGES = [
  { code: "ru", name: "Русский", apply: "Применить" },
  { code: "zh", name: "简体中文", apply: "应用" },
  { code: "ko", name: "한국어", apply: "적용" },
];

test("each language is one choice away, stands in the address, and keeps the run", async ({ page }) => {
  await openSandbox(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.waitForTimeout(300);
  const time = await page.getByRole("timer").textContent();
  for (const { code, name, apply } of LANGUAGES) {
    await page.getByRole("button", { name: /^(Language|Язык|语言|언어)$/ }).click();
    await page.getByRole("menuitemradio", { name }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${code}`));
    await expect(page).toHaveURL(new RegExp(`lang=${code}`));
    await expect(page.getByRole("button", { name: apply, exact: true }).first()).toBeVisible();
    await expect(page.getByRole("timer")).toHaveText(time ?? "");
  }
});

for (const { code, apply } of LANGUAGES) {
  test(`an address opens the sandbox in ${code}`, async ({ page }) => {
    await page.goto(`/?lang=${code}#/sandbox`);
    await expect(page.getByRole("button", { name: apply, exact: true }).first()).toBeVisible({
      timeout: 20_000,
    });
    await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${code}`));
  });
}

/** What all browser tests share: a page whose console must stay clean, and the ways people take through the workbench. */
import { test as base, expect, type Page } from "@playwright/test";

export const test = base.extend<{ cleanConsole: undefined }>({
  cleanConsole: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning")
          said.push(`${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => said.push(`uncaught: ${error.message}`));
      await use(undefined);
      expect(said, "the console stays clean").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens the sandbox and waits until the run goes and the editor can be typed into. */
export async function openSandbox(page: Page, address = "/#/sandbox"): Promise<void> {
  await page.goto(address);
  await expect(
    page.getByRole("group", { name: /diagram|диаграмма|схема|图|다이어그램/i }).first(),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: /^hello/ }).first()).toBeVisible({ timeout: 20_000 });
}

/** The text of a file of the editor, replaced as by select-all and paste. */
export async function replaceText(page: Page, text: string): Promise<void> {
  const editor = page.getByRole("textbox", { name: /manifest/i }).first();
  await editor.focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}

/** The events in view, the oldest first: reason, object, message and how often, without their age. */
export async function eventTexts(page: Page): Promise<string[]> {
  await page.getByRole("tab", { name: "Events" }).click();
  const lines = page.getByRole("list", { name: "Events" }).getByRole("listitem");
  await expect(lines.first()).toBeVisible();
  const texts = await lines.evaluateAll((items) =>
    items.map((item) =>
      [...item.querySelectorAll("b, span")]
        .map((part) => part.textContent)
        .filter(Boolean)
        .join(" | "),
    ),
  );
  return texts.reverse();
}

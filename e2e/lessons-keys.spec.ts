import type { Locator, Page } from "@playwright/test";
import { fileOf, Learner } from "./learner.ts";
import { expect, test } from "./syncloop.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Presses Tab until the focus is there; nothing may hold it back on the way. */
async function tabTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(wanted).toBeAttached();
  for (let i = 0; i < 150; i++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the focus does not come to ${wanted}`);
}

/** Whether Tab leads there rather than Shift+Tab. */
const isBehindFocus = (element: Element): boolean => {
  const at = document.activeElement;
  return !at || (at.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
};

test("a lesson and its quiz by keyboard alone", async ({ page }) => {
  test.setTimeout(300_000);
  const learner = new Learner(page, "from-apply-to-running", "en");
  const { keyboard } = page;
  await learner.open();
  const next = page.getByRole("button", { name: "Next", exact: true });
  const showMe = page.getByRole("button", { name: "Show me", exact: true });
  const read = async (to: number): Promise<void> => {
    await tabTo(page, next);
    await keyboard.press("Enter");
    await expect(learner.pages.nth(to)).toHaveAttribute("aria-current", "page");
  };
  // The slider of the mini-stage.
  const slider = page.getByRole("slider", { name: "size of the image" });
  await tabTo(page, slider);
  await keyboard.press("End");
  await expect(slider).toHaveAttribute("aria-valuetext", "400 MiB");

  // Applied from the editor with its own key.
  await read(1);
  await tabTo(page, page.getByRole("tab", { name: "Lesson", exact: true }), "Shift+Tab");
  await keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Editor", exact: true })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await tabTo(page, page.getByRole("textbox", { name: /manifest/i }).first());
  await keyboard.press("Control+Enter");
  const goal = page.getByRole("button", { name: /^(Done )?Goal/ });
  await expect(goal).toContainText("Met at");
  // Escape lets go of the editor, where Tab would indent.
  await keyboard.press("Control+m");
  await tabTo(page, page.getByRole("tab", { name: "Editor", exact: true }), "Shift+Tab");
  await keyboard.press("ArrowLeft");
  await learner.stepIsDone(1);
  for (const step of [2, 3, 4]) {
    await read(step);
    await expect(showMe.or(page.getByText(/^Met at/))).toBeVisible();
    if (await showMe.isVisible()) {
      await tabTo(page, showMe);
      await keyboard.press("Enter");
    }
    await learner.stepIsDone(step);
  }
  // A command in the console.
  await read(5);
  await tabTo(page, page.getByRole("button", { name: "Open the console" }));
  await keyboard.press("Enter");
  await expect(page.locator(".xterm-rows")).toContainText("$");
  await expect(page.getByRole("textbox", { name: /^Console/ })).toBeFocused();
  await keyboard.type("kubectl describe pod web");
  await keyboard.press("Enter");
  await learner.stepIsDone(5);
  await tabTo(page, learner.pages.nth(6), "Shift+Tab");
  await keyboard.press("Enter");
  await tabTo(page, showMe);
  await keyboard.press("Enter");
  await learner.stepIsDone(6);

  // The quiz: arrows, space, Enter, typing.
  await tabTo(page, learner.pages.last(), "Shift+Tab");
  await keyboard.press("Enter");
  const check = async (id: string): Promise<void> => {
    await tabTo(page, learner.question(id).getByRole("button", { name: "Check", exact: true }));
    await keyboard.press("Enter");
    await expect(learner.question(id).locator("[data-verdict]")).toBeVisible({ timeout: 90_000 });
    await learner.isRight(id, true);
  };
  const hops = learner.question("hops");
  for (const [place, item] of ["store", "bind", "sandbox", "image", "start", "report"].entries())
    for (;;) {
      const now = await hops
        .locator("[data-item]")
        .evaluateAll((list) => list.map((li) => (li as HTMLElement).dataset["item"]));
      const at = now.indexOf(item);
      if (at <= place) break;
      const up = hops.getByRole("button", { name: `Move ${at + 1} up` });
      // The focus goes with the item that moved; from item to item one goes by Tab.
      await tabTo(page, up, (await up.evaluate(isBehindFocus)) ? "Tab" : "Shift+Tab");
      await keyboard.press("Enter");
      await expect(hops.locator(`[data-item="${item}"] button:focus`)).toHaveCount(1);
    }
  await check("hops");
  await tabTo(page, learner.question("node").getByRole("radio").first());
  await keyboard.press("ArrowDown");
  await expect(learner.question("node").getByRole("radio", { name: "the scheduler" })).toBeChecked();
  await check("node");
  for (const name of [/network namespace/, /before the first container/]) {
    await tabTo(page, learner.question("sandbox-facts").getByRole("checkbox", { name }));
    await keyboard.press("Space");
  }
  await check("sandbox-facts");
  const time = learner.question("how-long").getByRole("textbox");
  await tabTo(page, time);
  await keyboard.type("59:00");
  await keyboard.press("Enter");
  await expect(learner.question("how-long").getByRole("status")).toContainText("What happens", {
    timeout: 90_000,
  });
  const truth = /\d+:\d\d\.\d/.exec(
    (await learner.question("how-long").getByRole("status").textContent()) ?? "",
  )?.[0];
  await keyboard.press("Control+a");
  await keyboard.type(truth ?? "");
  await keyboard.press("Enter");
  await expect(learner.question("how-long").locator("[data-verdict=right]")).toBeVisible({ timeout: 90_000 });
  await tabTo(page, learner.question("sees").getByRole("combobox"));
  await keyboard.type("pleg");
  await check("sees");
  await tabTo(page, learner.question("where").getByRole("textbox"));
  await keyboard.type("kubectl get pod web -o wide");
  await keyboard.press("Enter");
  await expect(learner.question("where").locator("[data-verdict=right]")).toBeVisible({ timeout: 90_000 });
  await tabTo(page, learner.question("mend-image").getByRole("textbox"));
  await keyboard.press("Control+a");
  await keyboard.insertText(fileOf("from-apply-to-running", "mended.yaml"));
  await check("mend-image");
  await expect(page.getByRole("region", { name: "Result", exact: true })).toContainText("7 of 7 right");
});

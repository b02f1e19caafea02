import type { Page } from "@playwright/test";
import { eventTexts, expect, openSandbox, replaceText, test } from "./syncloop.ts";

const editor = (page: Page) => page.getByRole("region", { name: "Editor" });

/** The run, standing still, before anything is tried. */
async function still(page: Page): Promise<{ unchanged(): Promise<void> }> {
  await openSandbox(page, "/#/sandbox?at=12s");
  await page.getByRole("button", { name: "Pause" }).click();
  const events = await eventTexts(page);
  const clock = await page.getByRole("timer").textContent();
  return {
    async unchanged() {
      expect(await page.getByRole("timer").textContent()).toBe(clock);
      expect(await eventTexts(page)).toEqual(events);
      await expect(page.getByRole("button", { name: /^hello/ }).first()).toBeVisible();
      // It goes on as if nothing had been tried.
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await expect(page.getByRole("timer")).not.toHaveText(clock ?? "");
    },
  };
}

const cases: readonly {
  readonly name: string;
  readonly text: string;
  readonly line: number;
  readonly says: RegExp;
}[] = [
  {
    name: "YAML that does not parse",
    text: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n labels: {}\n",
    line: 5,
    says: /yaml: line 4: did not find expected key/,
  },
  {
    name: "an unknown field",
    text: "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: c\n    image: nginx\n    imagePolicy: Always\n",
    line: 8,
    says: /unknown field "spec\.containers\[0\]\.imagePolicy"/,
  },
  {
    name: "a value of the wrong type",
    text: "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  terminationGracePeriodSeconds: soon\n  containers:\n  - {name: c, image: nginx}\n",
    line: 5,
    says: /json: cannot unmarshal string into Go struct field .*terminationGracePeriodSeconds of type int64/,
  },
  {
    name: "a pod that the API server refuses",
    text: "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: Big Name\n    image: nginx\n",
    line: 6,
    says: /spec\.containers\[0\]\.name: Invalid value: "Big Name": a lowercase RFC 1123 label must consist of/,
  },
];

for (const { name, text, line, says } of cases) {
  test(`${name} is told at its line, and the run is left alone`, async ({ page }) => {
    const before = await still(page);
    await replaceText(page, text);
    await editor(page).getByRole("button", { name: "Apply", exact: true }).click();
    const problem = editor(page)
      .getByRole("list", { name: /problem/ })
      .getByRole("button")
      .filter({ hasText: says });
    await expect(problem.first()).toBeVisible();
    await expect(problem.first().locator("code")).toHaveText(String(line));
    await before.unchanged();
  });
}

test("a paste of 5 MB is refused at once in clear words", async ({ page }) => {
  const before = await still(page);
  const started = Date.now();
  await replaceText(page, `a: ${"x".repeat(5_000_000)}\n`);
  await expect(
    editor(page)
      .getByRole("alert")
      .filter({ hasText: /5(\.\d)? M|4\.8 M/ }),
  ).toBeVisible();
  // The page answers: a click goes through.
  await editor(page).getByRole("tab", { name: "restart-test.yaml" }).click();
  await expect(editor(page).getByRole("tab", { name: "restart-test.yaml" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  expect(Date.now() - started).toBeLessThan(15_000);
  await before.unchanged();
});

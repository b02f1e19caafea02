import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./syncloop.ts";

test("the page says what is modelled and how often it was right", async ({ page }) => {
  await page.goto("/#/fidelity");
  await expect(page.getByRole("heading", { level: 1, name: "How exact it is" })).toBeVisible();
  const tables = page.getByRole("region", { name: "Tables of rules" });
  await expect(tables.getByText(/[\d,]+ agree/)).toBeVisible();
  await expect(page.getByText(/^\d{2,} features$/)).toBeVisible();
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
});

test("a filter is part of the address and the address is a filter", async ({ page }) => {
  await page.goto("/#/fidelity?area=kuberuntime");
  await expect(page.getByRole("region", { name: "kuberuntime" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Probes" })).toHaveCount(0);
  await page.getByRole("radio", { name: "Absent" }).click();
  await expect(page).toHaveURL(/state=absent/);
  await expect(page.getByText("User namespaces")).toBeVisible();
  await expect(page.getByText("Container hash")).toHaveCount(0);
  await page.getByLabel("Area", { exact: true }).selectOption("prober");
  await expect(page.getByText("Nothing here is in that state.")).toBeVisible();
});

test("it speaks another language, dark too", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/?lang=ru#/fidelity?area=prober");
  await expect(page.getByRole("heading", { level: 2, name: "Пробы" })).toBeVisible();
  await expect(page.getByText(/совпало: \d+/).first()).toBeVisible();
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
});

test("a recording plays with the real node's lane under the simulated one", async ({ page }) => {
  await page.goto("/#/fidelity?area=termination");
  await page.getByRole("link", { name: "Play term-handler" }).click();
  await expect(page).toHaveURL(/sandbox\?recording=term-handler/);
  const lanes = page.getByRole("list", { name: "Lanes" });
  await expect(lanes.getByRole("button", { name: "real node: term-handler" })).toBeVisible({
    timeout: 20_000,
  });
  await expect(page.getByText("in time so far: within 2.5 s or a quarter")).toBeVisible();
  await lanes.getByRole("button", { name: "real node: term-handler" }).click();
  await page.getByRole("link", { name: "term-handler", exact: true }).click();
  await expect(page).toHaveURL(/fidelity\?recording=term-handler/);
});

test("a shared recording opens with its lane and what was submitted", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/#/sandbox?recording=term-handler");
  const lane = "real node: term-handler";
  await expect(page.getByRole("list", { name: "Lanes" }).getByRole("button", { name: lane })).toBeVisible({
    timeout: 20_000,
  });
  await expect(page.getByRole("tab", { name: "term-handler.yaml" })).toBeVisible();
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByText("Link to this moment copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.length).toBeLessThan(600);

  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("list", { name: "Lanes" }).getByRole("button", { name: lane })).toBeVisible({
    timeout: 20_000,
  });
  await expect(other.getByRole("tab", { name: "term-handler.yaml" })).toBeVisible();
  await expect(other.getByRole("link", { name: "term-handler", exact: true })).toBeVisible();
});

/** The demo as an instructor gives it: three windows, a clicker, and everything that goes wrong in front of people. */
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContext, Page } from "@playwright/test";
import { expect as soon, test } from "./syncloop.ts";

/** Several windows open at once: each takes its time to load. */
const expect = soon.configure({ timeout: 20_000 });

const DEMO = "probes-gone-wrong";
const MOMENTS = [
  { id: "calm", at: "09:00:15", line: 'probe="readiness" status="ready" pod="default/harsh"' },
  { id: "wrong-port", at: "09:00:38", line: "Unhealthy  pod/wrong-port  Readiness probe failed" },
  { id: "ready-all-the-same", at: "09:00:52", line: "Unhealthy  pod/too-eager  Liveness probe failed" },
  { id: "first-kill", at: "09:00:57", line: "Killing  pod/too-eager  Container app failed liveness probe" },
  { id: "patience", at: "09:01:26", line: 'probe="startup" status="started" pod="default/patient"' },
  { id: "back-off", at: "09:01:50", line: "BackOff  pod/too-eager  Back-off restarting failed container" },
  { id: "dependency", at: "09:02:30", line: "Killing  pod/harsh  Container app failed liveness probe" },
  { id: "afterwards", at: "09:03:28", line: 'probe="readiness" status="ready" pod="default/harsh"' },
] as const;

test.use({ viewport: { width: 1280, height: 720 } });
// Three windows, each with a page of its own.
test.beforeEach(() => test.setTimeout(180_000));

/** What a text of the demo says in a language: the titles and the notes of its moments. */
function wordsOf(lang: string): { titles: string[]; notes: string[] } {
  const text = readFileSync(`lessons/${DEMO}/${lang}.md`, "utf8");
  return {
    titles: [...text.matchAll(/^## (.+)$/gm)].map((m) => m[1] ?? ""),
    notes: [...text.matchAll(/^:::notes\n(.+)$/gm)].map((m) => m[1] ?? ""),
  };
}
const EN = wordsOf("en");

/** Line breaks and no-break spaces are typography. */
const plain = (text: string | null): string => (text ?? "").replace(/[\s\u00a0\u202f]+/g, " ").trim();

async function openTalk(page: Page, address = `/?lang=en#/present/${DEMO}`): Promise<void> {
  await page.goto(address);
  await expect(page.locator("main svg[role=group]").first()).toBeVisible();
}

/** Opens another window of the talk by its button, and watches its console too. */
async function openWindow(page: Page, name: "Audience window" | "Notes"): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name, exact: true }).click();
  const popup = await opened;
  popup.on("pageerror", (error) => expect.soft(error.message, "no error in the other window").toBe(""));
  await popup.setViewportSize(name === "Notes" ? { width: 620, height: 760 } : { width: 1280, height: 720 });
  return popup;
}

const atMoment = (page: Page, index: number): Promise<void> =>
  expect(page.locator("[data-moment]")).toHaveAttribute("data-moment", MOMENTS[index]?.id ?? "");

const clock = (page: Page): ReturnType<Page["locator"]> =>
  page.getByRole("timer", { name: "Simulated time" });

/** Every text that can be seen in the window and stands in less than so many px, scaled as it is drawn. */
const textsUnder = (page: Page, least: number): Promise<string[]> =>
  page.evaluate((min) => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || !node.textContent?.trim() || parent.closest("style, script, noscript, title")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const outside = box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth;
      if (outside || box.width < 2 || !parent.checkVisibility({ checkVisibilityCSS: true })) continue;
      let scale = 1;
      if (parent instanceof SVGGraphicsElement) {
        const matrix = parent.getScreenCTM();
        scale = matrix ? Math.min(Math.hypot(matrix.a, matrix.b), Math.hypot(matrix.c, matrix.d)) : 1;
      } else
        for (let e: Element | null = parent; e; e = e.parentElement) {
          const { transform } = getComputedStyle(e);
          if (transform !== "none") scale *= new DOMMatrix(transform).a;
        }
      const size = Number.parseFloat(getComputedStyle(parent).fontSize) * scale;
      if (size < min - 0.01) found.push(`${node.textContent} ${size.toFixed(1)}`);
    }
    return found;
  }, least);

test("the whole demo by Page Down alone, the audience in step and readable from the last row", async ({
  page,
}) => {
  await openTalk(page);
  const audience = await openWindow(page, "Audience window");
  await atMoment(audience, 0);
  for (const [i, { at, line }] of MOMENTS.entries()) {
    if (i > 0) await page.keyboard.press("PageDown");
    await atMoment(page, i);
    await atMoment(audience, i);
    for (const window of [page, audience]) {
      await expect(window.getByRole("heading", { level: 1 })).toHaveText(EN.titles[i] ?? "");
      await expect(window.locator("figure code")).toContainText(line);
    }
    await expect(page.getByText(plain(EN.notes[i] ?? "").slice(0, 40))).toBeVisible();
    await expect(clock(page)).toContainText(at.slice(0, 5));
    expect(await textsUnder(audience, 24), `texts under 24 px at moment ${i + 1}`).toEqual([]);
  }
  await page.keyboard.press("PageDown");
  await atMoment(page, 7);
  for (let i = 6; i >= 0; i--) {
    await page.keyboard.press("PageUp");
    await atMoment(audience, i);
  }
  await page.keyboard.press("PageUp");
  await atMoment(page, 0);
});

test("going back rewinds exactly, and hurried keys end where they should", async ({ page }) => {
  // With reduced motion nothing flies or travels, so what is drawn follows from the time alone.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openTalk(page);
  await page.keyboard.press("f");
  const seen: string[] = [];
  const look = async (i: number): Promise<string> => {
    await atMoment(page, i);
    await expect(clock(page)).toHaveText(`${MOMENTS[i]?.at}.000`);
    return page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const messages = 'g[role="button"][tabindex="-1"]';
      return [...document.querySelectorAll("main text")]
        .filter((text) => !text.closest(messages))
        .map((text) => text.textContent)
        .join("|");
    });
  };
  for (let i = 1; i <= 4; i++) {
    await page.keyboard.press("PageDown");
    seen[i] = await look(i);
  }
  for (let i = 3; i >= 1; i--) {
    await page.keyboard.press("PageUp");
    expect(await look(i)).toBe(seen[i]);
  }
  await page.keyboard.press("f");
  for (let i = 0; i < 12; i++) await page.keyboard.press("PageDown");
  await page.setViewportSize({ width: 900, height: 500 });
  await page.keyboard.press("PageDown");
  await atMoment(page, 7);
  for (const key of ["PageUp", "PageUp", "PageDown", "ArrowLeft", "ArrowRight", "PageUp", "z", "F9"])
    await page.keyboard.press(key);
  await page.setViewportSize({ width: 1280, height: 720 });
  await atMoment(page, 5);
  await page.keyboard.press("f");
  await page.keyboard.press("Home");
  await expect(clock(page)).toHaveText(`${MOMENTS[0].at}.000`);
});

test("a moment runs up to the next one and waits there", async ({ page }) => {
  // With reduced motion nothing travels, and time is not slowed for it.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openTalk(page, `/?lang=en#/present/${DEMO}?moment=ready-all-the-same`);
  await atMoment(page, 2);
  await expect(clock(page)).toHaveText("09:00:57.000", { timeout: 30_000 });
  await page.getByRole("button", { name: /^Next: Killed at/ }).click();
  await atMoment(page, 3);
});

test("spotlight, freeze and black-out", async ({ page }) => {
  await openTalk(page);
  const dimmed = page.locator('main g[data-part="pleg"]').first();
  await expect(dimmed).toHaveCSS("opacity", "0.28");
  await page.keyboard.press("s");
  await expect(dimmed).toHaveCSS("opacity", "1");
  await page.keyboard.press("s");

  // One window: it is black itself, and the next key brings the picture back.
  const black = page.getByRole("status", { name: "The screen is black" });
  await page.keyboard.press("b");
  await expect(black).toBeVisible();
  await page.keyboard.press("PageDown");
  await expect(black).toBeHidden();
  await atMoment(page, 0);

  // With an audience: the presenter goes ahead behind a frozen picture.
  const audience = await openWindow(page, "Audience window");
  await atMoment(audience, 0);
  await page.keyboard.press("f");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageDown");
  await atMoment(page, 2);
  await expect(page.getByText("Frozen: the audience sees moment 1")).toBeVisible();
  await atMoment(audience, 0);
  await expect(audience.getByText("Moment 1 of 8")).toBeVisible();
  await page.keyboard.press("f");
  await atMoment(audience, 2);

  const hall = audience.getByRole("status", { name: "The screen is black" });
  await page.keyboard.press(".");
  await expect(hall).toBeVisible();
  await page.keyboard.press("PageDown");
  await atMoment(page, 3);
  await expect(hall).toBeVisible();
  await page.keyboard.press(".");
  await expect(hall).toBeHidden();
  await atMoment(audience, 3);
  await expect(audience.locator('g[data-part="pleg"]')).toHaveCSS("opacity", "0.28");

  // What the presenter clicks stands in the light, on both screens.
  await page.getByRole("button", { name: /^PLEG/ }).first().click();
  await expect(audience.locator('g[data-part="pleg"]')).toHaveCSS("opacity", "1");
  await expect(audience.locator('g[data-part="prober"]')).toHaveCSS("opacity", "0.28");
});

test("windows may come late, be loaded again and be closed", async ({ page, context }) => {
  await openTalk(page);
  await page.keyboard.press("PageDown");
  const audience = await openWindow(page, "Audience window");
  await atMoment(audience, 1);
  const open = page.getByTitle("Open and in step");
  await expect(open).toHaveCount(1);

  await audience.reload();
  await atMoment(audience, 1);
  await page.keyboard.press("PageDown");
  await atMoment(audience, 2);

  // A clicker whose keys go to the audience's window.
  await audience.keyboard.press("PageDown");
  await atMoment(page, 3);
  await atMoment(audience, 3);

  await page.reload();
  await atMoment(page, 3);
  await page.keyboard.press("PageUp");
  await atMoment(audience, 2);
  await expect(open).toHaveCount(1);

  await audience.close();
  await expect(open).toHaveCount(0);
  await page.keyboard.press("PageDown");
  await atMoment(page, 3);

  const again = await openByHand(context, `/?lang=en#/present/${DEMO}?audience=1`);
  await atMoment(again, 3);
  await page.close();
  await expect(again.getByText("The presenter’s window is closed")).toBeVisible();
  await atMoment(again, 3);
});

async function openByHand(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(address);
  return page;
}

test("an audience window alone waits, large enough to be read", async ({ page }) => {
  await page.goto(`/?lang=en#/present/${DEMO}?audience=1`);
  await expect(page.getByText("Waiting for the presenter’s window")).toBeVisible();
  expect(await textsUnder(page, 24)).toEqual([]);
});

test("a window that the browser holds back can be opened by its link", async ({ page }) => {
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await openTalk(page);
  await page.getByRole("button", { name: "Audience window", exact: true }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The browser held the window back.");
  const opened = page.context().waitForEvent("page");
  await alert.getByRole("link", { name: "Audience window" }).click();
  const audience = await opened;
  await atMoment(audience, 0);
  await expect(alert).toBeHidden();
});

test("notes in four languages, each window in its own", async ({ page }) => {
  await openTalk(page);
  const notes = await openWindow(page, "Notes");
  const audience = await openWindow(page, "Audience window");
  await page.keyboard.press("PageDown");
  for (const [name, lang] of [
    ["Русский", "ru"],
    ["简体中文", "zh"],
    ["한국어", "ko"],
    ["English", "en"],
  ] as const) {
    const words = wordsOf(lang);
    await notes.getByRole("radio", { name }).click();
    await expect(notes.getByRole("heading", { level: 1 })).toHaveText(words.titles[1] ?? "");
    await expect
      .poll(async () => plain(await notes.locator("main").textContent()))
      .toContain(plain((words.notes[1] ?? "").replace(/`/g, "")));
  }
  await page.getByRole("button", { name: "Language of the audience window" }).click();
  await page.getByRole("menuitemradio", { name: "한국어" }).click();
  await expect(audience.getByRole("heading", { level: 1 })).toHaveText(wordsOf("ko").titles[1] ?? "");
  expect(await textsUnder(audience, 24)).toEqual([]);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(EN.titles[1] ?? "");
  await expect(notes.getByRole("heading", { level: 1 })).toHaveText(EN.titles[1] ?? "");

  await notes.getByRole("button", { name: "Next", exact: true }).click();
  await atMoment(page, 2);
  await notes.keyboard.press("PageUp");
  await atMoment(audience, 1);
  await expect(notes.getByText(`Next: ${EN.titles[2]}`)).toBeVisible();
});

test("a demo that is not there, and one that is none", async ({ page }) => {
  for (const [id, query] of [
    ["no-such-demo", ""],
    ["no-such-demo", "?audience=1"],
    ["no-such-demo", "?notes=1"],
    ["probes", ""],
  ]) {
    await page.goto("about:blank");
    await page.goto(`/?lang=en#/present/${id}${query}`);
    await expect(page.getByText(`There is no demo “${id}”.`)).toBeVisible();
    await expect(page.getByRole("link", { name: "All lessons and demos" })).toBeVisible();
  }
});

test("a demo whose scenario has an error says where, and the slides can still be shown", async ({ page }) => {
  await page.route(/assets\/probes-gone-wrong-.*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace("kind: Scenario", "kind: Nonsense");
    await route.fulfill({ response, body });
  });
  await page.goto(`/?lang=en#/present/${DEMO}`);
  await expect(page.getByText(/The simulation has stopped/)).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(EN.titles[0] ?? "");
  await page.keyboard.press("PageDown");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(EN.titles[1] ?? "");
});

for (const colorScheme of ["light", "dark"] as const)
  test(`axe finds nothing in any of the windows (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openTalk(page, `/?lang=en#/present/${DEMO}?moment=back-off`);
    const audience = await openWindow(page, "Audience window");
    const notes = await openWindow(page, "Notes");
    await audience.emulateMedia({ colorScheme });
    await notes.emulateMedia({ colorScheme });
    await page.keyboard.press("f");
    await atMoment(audience, 5);
    await expect(notes.getByRole("heading", { level: 1 })).toHaveText(EN.titles[5] ?? "");
    for (const window of [page, audience, notes]) {
      const { violations } = await new AxeBuilder({ page: window }).analyze();
      expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`)).toEqual([]);
    }
  });

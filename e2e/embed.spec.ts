/** The embed in a page of another site: `localhost` frames what `127.0.0.1` serves. */
import { createServer, type Server } from "node:http";
import AxeBuilder from "@axe-core/playwright";
import type { FrameLocator, Page } from "@playwright/test";
import { test as plain, expect as soon } from "./syncloop.ts";

/** A frame loads after its host. */
const expect = soon.configure({ timeout: 20_000 });

interface Host {
  /** Address of the host's page, with this body. */
  readonly page: (body: string) => string;
  readonly origin: string;
  /** The example page as another site would serve it: with the full address of `embed.js`. */
  readonly example: string;
}

/** A strict site: only what it names may run or be framed. */
const policyOf = (site: string): string =>
  `default-src 'none'; script-src 'self' 'unsafe-inline' ${site}; style-src 'self' 'unsafe-inline'; frame-src ${site}`;

const test = plain.extend<{ host: Host }>({
  host: async ({ baseURL }, use) => {
    const site = baseURL ?? "";
    const bodies: string[] = [];
    const server: Server = createServer(async (request, response) => {
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      response.setHeader("Content-Security-Policy", policyOf(site));
      if (path.startsWith("/embed-example")) {
        const found = await fetch(site + path);
        const text = (await found.text())
          .replaceAll("./embed.js", `${site}/embed.js`)
          .replaceAll('"./embed.html', `"${site}/embed.html`);
        response.setHeader("Content-Type", found.headers.get("content-type") ?? "text/html");
        response.end(text);
      } else if (path.startsWith("/body/")) {
        response.setHeader("Content-Type", "text/html; charset=utf-8");
        response.end(bodies[Number(path.slice(6))] ?? "");
      } else {
        response.statusCode = path === "/favicon.ico" ? 204 : 404;
        response.end();
      }
    });
    await new Promise<void>((done) => server.listen(0, "localhost", done));
    const { port } = server.address() as { port: number };
    const origin = `http://localhost:${port}`;
    await use({
      origin,
      example: `${origin}/embed-example.html`,
      page: (body) => {
        bodies.push(
          `<!doctype html><html lang="en"><head><title>Host</title></head><body>
<script>
  window.heard = [];
  addEventListener("message", (event) => heard.push({ origin: event.origin, ...event.data }));
</script>
${body}</body></html>`,
        );
        return `${origin}/body/${bodies.length - 1}`;
      },
    });
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  },
});

// Frames in pages, several in some tests.
test.beforeEach(() => test.setTimeout(120_000));

type Heard = { origin: string; source: string; type: string } & Record<string, unknown>;
const heard = (page: Page): Promise<Heard[]> =>
  page.evaluate(() => (window as unknown as { heard: Heard[] }).heard);

const frameOf = (site: string | undefined, query: string, more = 'width="800" height="450"'): string =>
  `<iframe id="f" src="${site}/embed.html?${query.replaceAll("&", "&amp;")}" title="Stage" ${more}></iframe>`;

const stageOf = (frame: FrameLocator) => frame.locator("section svg[role=group]").first();

test("the element in a foreign page: attributes, events, its own height, the host's focus", async ({
  page,
  host,
  baseURL,
}) => {
  await page.goto(
    host.page(`<input aria-label="Yours" autofocus>
<syncloop-stage lesson="from-apply-to-running" lang="ru" panels="text,diagram" play theme="dark" style="width:900px"></syncloop-stage>
<script src="${baseURL}/embed.js"></script>
<script>
  for (const type of ["ready", "step", "quiz", "progress", "resize"])
    document.querySelector("syncloop-stage").addEventListener(type, (e) => heard.push({ event: type, ...e.detail }));
</script>`),
  );
  const frame = page.frameLocator("syncloop-stage iframe");
  await expect(stageOf(frame)).toBeVisible();
  await expect(frame.locator("html")).toHaveAttribute("lang", "ru");
  await expect(frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("textbox", { name: "Yours" })).toBeFocused();
  await page.keyboard.type("still here");
  await expect(page.getByRole("textbox", { name: "Yours" })).toHaveValue("still here");

  const natural = (await heard(page)).find((m) => m["event"] === "resize")?.["height"];
  expect(natural).toBeGreaterThan(400);
  await expect(page.locator("syncloop-stage")).toHaveCSS("height", `${natural}px`);
  await expect
    .poll(async () => (await heard(page)).find((m) => m["event"] === "ready"))
    .toMatchObject({ source: "syncloop", type: "ready", lesson: "from-apply-to-running" });

  // A step done in the frame is told, once, with the progress that it makes.
  await frame.getByRole("button", { name: "Далее", exact: true }).click();
  await frame.getByRole("button", { name: "Показать", exact: true }).click();
  await expect
    .poll(async () => (await heard(page)).find((m) => m["event"] === "step"), { timeout: 30_000 })
    .toMatchObject({ lesson: "from-apply-to-running", step: "apply" });
  await expect
    .poll(async () => (await heard(page)).findLast((m) => m["event"] === "progress")?.["done"])
    .toBeGreaterThan(0);
  const steps = (await heard(page)).filter((m) => m["event"] === "step").map((m) => m["step"]);
  expect(steps).toEqual([...new Set(steps)]);
  for (const message of await heard(page)) if (message.origin) expect(message.origin).toBe(baseURL);
});

test("the quiz is told as right of all", async ({ page, host, baseURL }) => {
  const origin = encodeURIComponent(host.origin);
  await page.goto(
    host.page(
      frameOf(
        baseURL,
        `lesson=from-apply-to-running&lang=en&panels=text&origin=${origin}`,
        'width="600" height="700"',
      ),
    ),
  );
  const frame = page.frameLocator("#f");
  await frame
    .getByRole("navigation", { name: "Pages of the lesson" })
    .getByRole("button")
    .last()
    .click({ timeout: 20_000 });
  const node = frame
    .getByRole("region", { name: /^Question / })
    .filter({ hasText: "Who decides which node" });
  await node.getByRole("radio", { name: "the scheduler" }).check();
  await node.getByRole("button", { name: "Check", exact: true }).click();
  await expect
    .poll(async () => (await heard(page)).find((m) => m.type === "quiz"))
    .toMatchObject({ source: "syncloop", lesson: "from-apply-to-running", right: 1, all: 7 });
  const told = await heard(page);
  // What was chosen, and what would be right, stays in the frame.
  expect(JSON.stringify(told)).not.toContain("scheduler");
});

test("only the page that was named hears anything", async ({ page, context, host, baseURL }) => {
  const query = "lesson=from-apply-to-running&lang=en&panels=diagram";
  // The browser reports a message that it holds back, so these pages are not watched for a clean console.
  for (const origin of ["https://someone.else", "nonsense", "*", ""]) {
    const other = await context.newPage();
    await other.goto(host.page(frameOf(baseURL, `${query}&origin=${encodeURIComponent(origin)}`)));
    await expect(stageOf(other.frameLocator("#f"))).toBeVisible();
    expect(await heard(other)).toEqual([]);
    await other.close();
  }
  await page.goto(host.page(frameOf(baseURL, query)));
  await expect.poll(async () => (await heard(page)).map((m) => m.type)).toContain("ready");
});

test("panels, start time and play follow the address", async ({ page, host, baseURL }) => {
  await page.goto(
    host.page(
      `${frameOf(baseURL, "lesson=probes-gone-wrong&panels=diagram,timeline&at=57s&lang=en&theme=light")}
${frameOf(baseURL, "lesson=probes-gone-wrong&panels=timeline&at=1:00&play=1&lang=ko", 'width="700" height="300"').replace('id="f"', 'id="g"')}`,
    ),
  );
  const still = page.frameLocator("#f");
  const going = page.frameLocator("#g");
  await expect(still.getByRole("timer")).toHaveText("09:00:57.000");
  await expect(still.getByRole("region", { name: "Timeline" })).toBeVisible();
  await expect(still.getByRole("region", { name: "Diagram" })).toBeVisible();
  await expect(still.getByRole("region", { name: "Lesson" })).toHaveCount(0);
  await expect(still.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  await expect(going.locator("html")).toHaveAttribute("lang", "ko");
  await expect(going.getByRole("timer")).not.toHaveText(/^09:01:00\.000$/);
  await expect(going.locator("section svg[role=group]")).toHaveCount(0);
  await expect(still.getByRole("timer")).toHaveText("09:00:57.000");
});

test("nothing starts before the frame comes into view", async ({ page, host, baseURL }) => {
  await page.goto(
    host.page(
      `<p style="height:4000px">Long</p>${frameOf(baseURL, "lesson=probes-gone-wrong&panels=diagram&lang=en")}`,
    ),
  );
  const frame = page.frameLocator("#f");
  await expect(frame.locator("#root > *").first()).toBeAttached();
  await expect(frame.locator("section")).toHaveCount(0);
  expect(page.workers()).toHaveLength(0);
  await page.locator("#f").scrollIntoViewIfNeeded();
  await expect(stageOf(frame)).toBeVisible();
});

test("a phone's width: one panel at a time, nothing cut off", async ({ page, host, baseURL }) => {
  await page.goto(
    host.page(
      frameOf(
        baseURL,
        "lesson=from-apply-to-running&panels=text,diagram,timeline&lang=en",
        'width="360" height="560"',
      ),
    ),
  );
  const frame = page.frameLocator("#f");
  const tabs = frame.getByRole("navigation", { name: "Views" }).getByRole("button");
  await expect(tabs).toHaveText(["Lesson", "Diagram", "Timeline"]);
  await expect(frame.getByRole("heading", { name: "From apply to Running" })).toBeVisible({
    timeout: 20_000,
  });
  for (const name of ["Diagram", "Timeline", "Lesson"]) {
    await frame.getByRole("navigation", { name: "Views" }).getByRole("button", { name }).click();
    await expect(frame.getByRole("region", { name, exact: true }).first()).toBeVisible();
    const sideways = await frame.locator("html").evaluate((e) => e.scrollWidth - e.clientWidth);
    expect(sideways).toBeLessThanOrEqual(0);
  }
});

test("a frame without storage works, and says that nothing is kept", async ({ page, host, baseURL }) => {
  await page.addInitScript(() => {
    const denied = (): never => {
      throw new DOMException("denied", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
      Object.defineProperty(window, name, { get: denied });
  });
  await page.goto(
    host.page(
      frameOf(
        baseURL,
        "lesson=from-apply-to-running&panels=text,diagram&lang=en",
        'width="900" height="600"',
      ),
    ),
  );
  const frame = page.frameLocator("#f");
  await expect(stageOf(frame)).toBeVisible();
  await frame.getByRole("navigation", { name: "Pages of the lesson" }).getByRole("button").last().click();
  await expect(frame.getByText(/keeps nothing/).first()).toBeVisible();
});

test("a sandbox: with an origin it runs, without one it says what is missing", async ({
  context,
  host,
  baseURL,
}) => {
  const query = "lesson=probes-gone-wrong&panels=diagram&at=57s&lang=ru";
  // The browser itself reports what a sandbox forbids, so this page is not watched for a clean console.
  const page = await context.newPage();
  await page.goto(
    host.page(
      `${frameOf(baseURL, query, 'sandbox="allow-scripts allow-same-origin" width="800" height="450"')}
${frameOf(baseURL, query, 'sandbox="allow-scripts" width="800" height="300"').replace('id="f"', 'id="g"')}`,
    ),
  );
  await expect(stageOf(page.frameLocator("#f"))).toBeVisible();
  const boxed = page.frameLocator("#g").getByText("держит его в песочнице");
  await expect(boxed).toBeVisible();
  await expect(page.frameLocator("#g").getByText("keeps it in a sandbox")).toBeHidden();
});

test("a lesson that is not there is named, and there is no readiness", async ({ page, host, baseURL }) => {
  await page.goto(host.page(frameOf(baseURL, "lesson=no-such&lang=en")));
  await expect(page.frameLocator("#f").getByText("There is no lesson “no-such”.")).toBeVisible();
  expect((await heard(page)).map((m) => m.type)).not.toContain("ready");
});

for (const theme of ["light", "dark"] as const)
  test(`the example page on another site, and axe finds nothing in it (${theme})`, async ({ page, host }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(host.example);
    const stage = page.frameLocator("#stage iframe");
    await expect(stageOf(stage)).toBeVisible();
    await expect(page.locator("#messages")).toContainText('"type":"ready"');
    await page.getByLabel("theme").selectOption(theme);
    await page.getByLabel("lang").selectOption("ko");
    // A stage starts when it is in view.
    await page.locator("#stage").scrollIntoViewIfNeeded();
    await expect(stage.locator("html")).toHaveAttribute("lang", "ko");
    await expect(stage.locator("html")).toHaveAttribute("data-theme", theme);
    await expect(stageOf(stage)).toBeVisible();
    const plainFrame = page.frameLocator("#plain");
    await page.locator("#plain").scrollIntoViewIfNeeded();
    await expect(stageOf(plainFrame)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`)).toEqual([]);
  });

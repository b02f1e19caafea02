/**
 * Makes docs/screenshot.png from the built app: `npm run build && node scripts/screenshot.mjs`. The run is the home
 * page's, opened at a moment at which something is going on.
 */
import { spawn } from "node:child_process";
import { chromium } from "@playwright/test";
import { findBrowser } from "./find-browser.mjs";

const PORT = 4175;
const server = spawn(
  "npx",
  ["vite", "preview", "--host", "127.0.0.1", "--port", String(PORT), "--strictPort"],
  { stdio: "ignore", detached: true },
);
const root = process.getuid?.() === 0;
try {
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: root ? ["--no-sandbox"] : [],
  });
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    locale: "en-US",
    timezoneId: "UTC",
  });
  for (let tries = 0; ; tries++) {
    try {
      await page.goto(`http://127.0.0.1:${PORT}/#/demo/home?at=92s`);
      break;
    } catch (error) {
      if (tries > 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  await page
    .getByRole("button", { name: /^restart-test/ })
    .first()
    .click({ timeout: 20_000 });
  await page.waitForTimeout(2500);
  await page.screenshot({ path: "docs/screenshot.png" });
  await browser.close();
} finally {
  process.kill(-server.pid);
}

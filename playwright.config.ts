import { defineConfig } from "@playwright/test";
import { findBrowser } from "./scripts/find-browser.mjs";

const baseURL = "http://127.0.0.1:4174";
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "e2e",
  workers: 2,
  fullyParallel: true,
  // A shared machine can stall a browser for longer than a page waits; a test that fails twice is broken.
  retries: 1,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL,
    // What cannot be clicked is named, instead of taking the test's whole time.
    actionTimeout: 30_000,
    locale: "en-US",
    timezoneId: "UTC",
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: findBrowser(),
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        // The tests talk to their own server alone: the browser has nothing to fetch behind their back.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-pings",
        "--metrics-recording-only",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
      ],
    },
  },
  // The built site, as people get it. `npm run e2e` builds first.
  webServer: {
    command: "node node_modules/vite/bin/vite.js preview --port 4174 --strictPort",
    url: baseURL,
    reuseExistingServer: !process.env["CI"],
    stdout: "ignore",
  },
});

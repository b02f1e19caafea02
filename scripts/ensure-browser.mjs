import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findAnyBrowser } from "./find-browser.mjs";

/** Makes sure that the browser tests find a Chromium, installing one where that can be done unasked. */

const advice = `No Chromium was found for the browser tests. Any of these helps:
  - install Chromium or Chrome (Debian: apt-get install chromium fonts-noto-cjk)
  - npx playwright install chromium
  - set CHROMIUM_PATH to the program of one that is somewhere else`;

async function main() {
  let browser = await findAnyBrowser();
  if (!browser && mayInstall()) {
    console.log("No Chromium found: installing Debian's, and fonts for Chinese and Korean");
    const options = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    spawnSync("apt-get", ["update"], options);
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"], options);
    browser = await findAnyBrowser();
  }
  if (!browser) throw new Error(advice);
  console.log(`Browser for the tests: ${browser}`);
}

/** Only where nobody is surprised: root on a Debian-like machine, as in a container. */
function mayInstall() {
  return process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

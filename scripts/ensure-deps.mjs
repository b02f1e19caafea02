import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Installs the packages of package-lock.json unless node_modules holds them already.
 * npm runs this before anything is installed: Node's own modules only.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const mark = join(root, "node_modules", ".syncloop-lock");

function main() {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const hash = createHash("sha256").update(lock).digest("hex");
  if (read(mark) === hash) return;
  if (!isInstalled(lock)) install();
  writeFileSync(mark, hash);
}

/** npm notes what it installed: an `npm ci` by hand needs no second one. */
function isInstalled(lock) {
  const noted = read(join(root, "node_modules", ".package-lock.json"));
  if (noted === undefined) return false;
  const installed = JSON.parse(noted).packages ?? {};
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, { version, optional }]) =>
      path === "" || optional || (installed[path]?.version === version && existsSync(join(root, path))),
  );
}

function install() {
  console.log("Installing packages (npm ci)");
  // Under npm, its own program: `npm` on the PATH may be another, or a script that cannot be spawned.
  const npm = process.env.npm_execpath;
  const args = ["ci", "--include=dev"];
  const { status, error } = npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status === 0) return;
  console.error(`npm ci failed${error ? `: ${error.message}` : ""}. The app needs its packages to go on.`);
  process.exit(1);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

main();

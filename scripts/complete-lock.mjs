import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Completes package-lock.json after a package was added: npm leaves out those packages for other platforms that the
 * registry at hand does not serve, and `npm ci` then refuses the lockfile everywhere. Their versions are exact in
 * the packages that ask for them; their names tell the platform.
 */

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm64", "x64", "ia32", "arm", "ppc64", "s390x", "riscv64", "loong64"];

/** Optional dependencies of the locked packages that have no entry, by the path they would be installed at. */
export function missingEntries(packages) {
  const missing = new Map();
  for (const [path, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name)) missing.set(`node_modules/${name}`, { name, version, parent });
    }
  }
  return missing;
}

/** Looks where Node would: in the package's own folder, then in each folder around it. */
function isLocked(packages, path, name) {
  const around = path
    .split("/node_modules/")
    .map((_, depth, parts) => parts.slice(0, depth + 1).join("/node_modules/"));
  return ["", ...around].some((at) => packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`]);
}

function entry({ name, version, parent }) {
  const os = systems.find((each) => name.includes(each));
  const cpu = processors.find((each) => name.includes(each));
  if (!os || !cpu || !/^\d/.test(version)) throw new Error(`cannot tell the platform of ${name}@${version}`);
  const libc = name.includes("musl") ? ["musl"] : undefined;
  const { dev, license, engines } = parent;
  return { version, cpu: [cpu], dev, libc, license, optional: true, os: [os], engines };
}

function main() {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const missing = missingEntries(lock.packages);
  for (const [path, needed] of missing) lock.packages[path] = entry(needed);
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.size} entries added`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();

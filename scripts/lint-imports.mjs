import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Runs dependency-cruiser over `src` with the rules of .dependency-cruiser.cjs; arguments are passed on.
 * Its reader of TypeScript does not ask for JSX, so that it stops at every `.tsx` file: this asks for it, before
 * the reader takes hold of the parser.
 */

const swc = createRequire(import.meta.url)("@swc/core");
const { parseFileSync } = swc;
swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith(".tsx") });

const root = join(import.meta.dirname, "..");
process.argv.splice(2, 0, "src", "--config", join(root, ".dependency-cruiser.cjs"));
await import(pathToFileURL(join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs")).href);

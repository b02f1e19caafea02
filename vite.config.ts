import { existsSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { recordings } from "./scripts/recordings-plugin.ts";
import { lessons } from "./scripts/vite-lessons.ts";

/** Each page is an entry; `embed` is what other sites frame, `notes` the presenter's second window. */
const pages = ["index", "embed", "notes"].filter((name) => existsSync(resolve(`${name}.html`)));

/** Nothing from elsewhere, no inline script. Only in the built site: the dev server's own preamble is inline. */
const policy =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";

const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: policy },
      injectTo: "head-prepend",
    },
  ],
};

export default defineConfig({
  base: "./",
  plugins: [
    react(),
    contentSecurityPolicy,
    recordings("src/cli/golden/recordings"),
    lessons(process.env["LESSONS"] ?? "lessons"),
  ],
  resolve: {
    // monaco-yaml's worker manager still asks for the path of older releases.
    alias: [{ find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: "monaco-editor/$1" }],
  },
  // What only the worker needs is not found by the first scan, and would reload the page a minute later.
  optimizeDeps: {
    include: [
      "@noble/hashes/legacy.js",
      "@noble/hashes/sha2.js",
      "@noble/hashes/utils.js",
      "@stablelib/base64",
      "@stablelib/utf8",
      "fflate",
      "unbash",
      "valibot",
      "xstate",
      "yaml",
    ],
  },
  worker: { format: "es", plugins: () => [react()] },
  server: { host: "127.0.0.1" },
  preview: { host: "127.0.0.1" },
  build: {
    target: "es2022",
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: Object.fromEntries(pages.map((name) => [name, resolve(`${name}.html`)])),
    },
  },
});

/** What the subcommands of agnhost share. */
import type { ProgramHost, ServerAnswer } from "../os/contract.ts";
import { strftime } from "../tools/time.ts";
import { html, text } from "./server.ts";

/** Until a Go server listens. */
export const STARTUP = 15;

export const MEMORY = 12 * 1024 * 1024;

/** A klog line: `I1121 08:36:44.595025       1 log.go:244] …`. */
export function klog(host: ProgramHost, line: string): void {
  const ms = host.wallClock();
  host.write(
    2,
    `I${strftime("%m%d %H:%M:%S", ms)}.${String(ms % 1000).padStart(3, "0")}000 ${String(host.proc.nspid).padStart(7)} log.go:244] ${line}\n`,
  );
}

/** Go's time.Duration text. */
export function goDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1000) return `${ms}ms`;
  const h = Math.floor(ms / 3_600_000);
  const m = Math.floor(ms / 60_000) % 60;
  const s = (ms % 60_000) / 1000;
  return `${h > 0 ? `${h}h` : ""}${h > 0 || m > 0 ? `${m}m` : ""}${s}s`;
}

const REDIRECTS: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
};

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** Go's http.Redirect from a path of the first level. */
export const redirect = (to: string, code: number): ServerAnswer => {
  const location = /^(\/|[a-z][a-z\d+.-]*:)/i.test(to) ? to : `/${to}`;
  const href = location.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
  return html(code, `<a href="${href}">${REDIRECTS[code] ?? ""}</a>.\n\n`, { Location: location });
};

export const notFound = text(404, "404 page not found\n");

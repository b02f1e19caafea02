/** How long logind lets a shutdown be delayed (pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go: start). */
import type { Ms } from "../../sim/types.ts";

/** Looks at logind after it was told to read its settings again: at once, then after 0.1, 0.2, 0.4 and 0.8 s. */
const ATTEMPTS = 5;
/** Longest delay that logind allows when nothing says otherwise (logind.conf: InhibitDelayMaxSec). */
export const DEFAULT_INHIBIT_DELAY_MS: Ms = 5000;

/** Drop-in of logind that the kubelet writes (pkg/kubelet/nodeshutdown/systemd/inhibit_linux.go). */
export const LOGIND_DROP_IN = "/etc/systemd/logind.conf.d/99-kubelet.conf";
/** What it writes there. */
export function logindDropIn(delayMs: Ms): string {
  return `# Kubelet logind override\n[Login]\nInhibitDelayMaxSec=${(delayMs / 1000).toFixed(0)}\n`;
}
/** InhibitDelayMaxSec of a drop-in, in ms. */
export function readInhibitDelay(dropIn: string | undefined): Ms {
  const seconds = /^InhibitDelayMaxSec=(\d+)$/m.exec(dropIn ?? "")?.[1];
  return seconds === undefined ? DEFAULT_INHIBIT_DELAY_MS : Number(seconds) * 1000;
}

/** `1m30s`, `30s`, `0s`: whole seconds as Go prints a duration. */
function durationText(ms: Ms): string {
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms % 60_000) / 1000];
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
}

/**
 * Makes logind wait long enough.
 *
 * @param override writes the wanted delay and has logind read it
 * @param updated what logind says afterwards
 * @returns whether it was raised, and the error of a manager that therefore does not start
 */
export function ensureInhibitDelay(
  requestedMs: Ms,
  currentMs: Ms,
  override: (delayMs: Ms) => void,
  updated: () => Ms,
): { readonly overridden: boolean; readonly error: string | null } {
  if (requestedMs <= currentMs) return { overridden: false, error: null };
  override(requestedMs);
  const now = updated();
  if (requestedMs <= now) return { overridden: true, error: null };
  return {
    overridden: true,
    error: `node shutdown manager was timed out after ${ATTEMPTS} attempts waiting for logind InhibitDelayMaxSec to update to ${durationText(requestedMs)} (ShutdownGracePeriod), current value is ${durationText(now)}`,
  };
}

/** How crictl shows ids, ages, sizes and tables. */
import { alignTabs } from "../../api/printers/tabwriter.ts";

/** Columns are at least 20 wide, three blanks between. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  alignTabs([head, ...rows].map((r) => `${r.join("\t")}\n`).join(""), { minWidth: 20, padding: 3 }).text;

export const shortId = (id: string, whole: boolean): string =>
  whole ? id : id.replace(/^sha256:/, "").slice(0, 13);

/** `35 seconds ago`, `About a minute ago`, `3 minutes ago` (docker's units.HumanDuration). */
export function ago(ms: number): string {
  const s = Math.floor(ms / 1000);
  const [m, h] = [Math.floor(s / 60), Math.round(s / 3600)];
  if (s < 1) return "Less than a second ago";
  if (s === 1) return "1 second ago";
  if (s < 60) return `${s} seconds ago`;
  if (m === 1) return "About a minute ago";
  if (m < 60) return `${m} minutes ago`;
  if (h === 1) return "About an hour ago";
  if (h < 48) return `${h} hours ago`;
  if (h < 24 * 14) return `${Math.floor(h / 24)} days ago`;
  if (h < 24 * 60) return `${Math.floor(h / 24 / 7)} weeks ago`;
  return h < 24 * 365 * 2 ? `${Math.floor(h / 24 / 30)} months ago` : `${Math.floor(h / 24 / 365)} years ago`;
}

/** `72.3MB`: decimal, three digits. */
export function size(bytes: number): string {
  let n = bytes;
  let unit = 0;
  const units = ["B", "kB", "MB", "GB", "TB"];
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${Number(n.toPrecision(3))}${units[unit]}`;
}

/** Image and tag of a reference as the table splits them; registries' defaults are left out. */
export function splitTag(tag: string): { image: string; tag: string } {
  const at = tag.lastIndexOf(":");
  return at > tag.lastIndexOf("/")
    ? { image: tag.slice(0, at), tag: tag.slice(at + 1) }
    : { image: tag, tag: "<none>" };
}

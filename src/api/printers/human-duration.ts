/** Ages as people read them (apimachinery/pkg/util/duration). All arguments are milliseconds. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** `major` of one unit and, unless it is 0, `minor` of the next. */
function twoUnits(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major}${majorUnit}` : `${major}${majorUnit}${minor}${minorUnit}`;
}

/** Two units at most, as in AGE: `42s`, `3m10s`, `70m`, `2d1h`, `367d`, `2y1d`. Below -2 s: `<invalid>`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / SECOND);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(ms / MINUTE);
  if (minutes < 10) return twoUnits(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(ms / HOUR);
  if (hours < 8) return twoUnits(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return twoUnits(days, "d", hours % 24, "h");
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? twoUnits(years, "y", days % 365, "d") : `${years}y`;
}

/** One unit: `59s`, `59m`, `23h`, `364d`, `7y`. */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / SECOND);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.trunc(ms / MINUTE);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.trunc(ms / HOUR);
  if (hours < 24) return `${hours}h`;
  if (hours < 24 * 365) return `${Math.trunc(hours / 24)}d`;
  return `${Math.trunc(hours / (24 * 365))}y`;
}

/** Age of an API stamp at `nowMs` (epoch milliseconds); `<unknown>` for a missing or zero stamp (translateTimestampSince). */
export function timestampSince(stamp: string | null | undefined, nowMs: number): string {
  const at = parseStamp(stamp);
  return at === null ? "<unknown>" : humanDuration(nowMs - at);
}

/** Epoch milliseconds of an RFC 3339 stamp; null when missing, unreadable or Go's zero time. */
export function parseStamp(stamp: string | null | undefined): number | null {
  if (!stamp || stamp.startsWith("0001-01-01T00:00:00")) return null;
  const at = Date.parse(stamp);
  return Number.isNaN(at) ? null : at;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

/** RFC 1123 with a numeric zone, as describe prints times: `Sat, 21 Nov 2026 00:53:36 +0000`. */
export function rfc1123z(stamp: string | null | undefined): string {
  const at = parseStamp(stamp);
  if (at === null) return "Mon, 01 Jan 0001 00:00:00 +0000";
  const d = new Date(at);
  const day = `${DAYS[d.getUTCDay()]}, ${two(d.getUTCDate())} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
  return `${day} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} +0000`;
}

/** RFC 3339 with nanoseconds: log stamps are finer than JavaScript's dates. */

export interface LogStamp {
  /** Whole seconds since 1970, UTC. */
  readonly seconds: number;
  readonly nanos: number;
  /** `Z` or `+hh:mm` as it was written. */
  readonly zone: string;
}

/** Go takes an hour of one digit too. */
const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Undefined when the text is no RFC 3339 stamp. */
export function parseStamp(text: string): LogStamp | undefined {
  const parts = FORM.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const base = Date.parse(`${year}-${month}-${day}T${hour?.padStart(2, "0")}:${minute}:${second}Z`);
  if (Number.isNaN(base) || new Date(base).toISOString().slice(0, 10) !== `${year}-${month}-${day}`)
    return undefined;
  return {
    seconds: base / 1000 - zoneSeconds(zone),
    nanos: Number(fraction.slice(0, 9).padEnd(9, "0")),
    zone,
  };
}

function zoneSeconds(zone: string): number {
  if (zone === "Z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60);
}

/** With nine digits, in the zone it was written in. */
export function formatStamp(stamp: LogStamp): string {
  const zone = stamp.zone === "+00:00" || stamp.zone === "-00:00" ? "Z" : stamp.zone;
  const local = new Date((stamp.seconds + zoneSeconds(stamp.zone)) * 1000).toISOString().slice(0, 19);
  return `${local}.${String(stamp.nanos).padStart(9, "0")}${zone}`;
}

/** In UTC with as many digits as it takes. */
export function formatStampUtc(stamp: LogStamp): string {
  const digits = String(stamp.nanos).padStart(9, "0").replace(/0+$/, "");
  return `${new Date(stamp.seconds * 1000).toISOString().slice(0, 19)}${digits ? `.${digits}` : ""}Z`;
}

export function compareStamps(a: LogStamp, b: LogStamp): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

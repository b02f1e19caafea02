/** Schedules of cron jobs: the grammar and errors of `robfig/cron` as the server uses it. */
import { parseDuration } from "./duration.ts";

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const SHORTHANDS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Values of each field: minute, hour, day of month, month, day of week; and whether the days were stars. */
export interface CronSchedule {
  readonly fields: readonly ReadonlySet<number>[];
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

class CronError extends Error {}

function number(text: string, bounds: Bounds): number {
  const named = bounds.names.indexOf(text.toLowerCase());
  if (named >= 0) return named + bounds.min;
  if (!/^-?\d+$/.test(text)) {
    throw new CronError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const value = Number(text);
  if (value < 0) throw new CronError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function range(expression: string, bounds: Bounds, into: Set<number>): void {
  const parts = expression.split("/");
  const ends = (parts[0] ?? "").split("-");
  const star = ends[0] === "*" || ends[0] === "?";
  let start = bounds.min;
  let end = bounds.max;
  if (!star) {
    start = number(ends[0] ?? "", bounds);
    if (ends.length > 2) throw new CronError(`too many hyphens: ${expression}`);
    end = ends.length === 2 ? number(ends[1] ?? "", bounds) : start;
  }
  if (parts.length > 2) throw new CronError(`too many slashes: ${expression}`);
  const step = parts.length === 2 ? number(parts[1] ?? "", { min: 0, max: 0, names: [] }) : 1;
  if (parts.length === 2 && ends.length === 1 && !star) end = bounds.max;
  if (start < bounds.min)
    throw new CronError(`beginning of range (${start}) below minimum (${bounds.min}): ${expression}`);
  if (end > bounds.max)
    throw new CronError(`end of range (${end}) above maximum (${bounds.max}): ${expression}`);
  if (start > end)
    throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${expression}`);
  for (let i = start; i <= end; i += step) into.add(i);
}

function parse(text: string): CronSchedule {
  if (text === "") throw new CronError("empty spec string");
  const rest = text.replace(/^(?:TZ|CRON_TZ)=\S+\s*/, "");
  if (rest.startsWith("@")) {
    const known = SHORTHANDS[rest];
    if (known) return parse(known);
    throw new CronError(`unrecognized descriptor: ${rest}`);
  }
  const words = rest.split(/\s+/).filter(Boolean);
  if (words.length !== 5)
    throw new CronError(`expected exactly 5 fields, found ${words.length}: [${words.join(" ")}]`);
  const fields = words.map((word, i) => {
    const values = new Set<number>();
    for (const expression of word.split(",").filter(Boolean)) range(expression, FIELDS[i] as Bounds, values);
    return values;
  });
  const isAny = (word: string | undefined): boolean => /^[*?](\/1)?$/.test(word ?? "");
  return { fields, anyDay: isAny(words[2]), anyWeekday: isAny(words[4]) };
}

const EVERY = "@every ";

/** Milliseconds of an `@every` schedule, whole seconds; undefined for others. */
function everyMs(text: string): number | undefined {
  if (!text.startsWith(EVERY)) return undefined;
  const read = parseDuration(text.slice(EVERY.length));
  if (!read.ok) throw new CronError(`failed to parse duration ${text}: ${read.error}`);
  return Math.max(1000, Math.floor(read.ms / 1000) * 1000);
}

/** Why a schedule cannot be read; null where it can. */
export function cronProblem(text: string): string | null {
  try {
    if (everyMs(text) === undefined) parse(text);
    return null;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

/** First time after `after` (ms, UTC) at which a schedule is due; null within five years or where it is unreadable. */
export function nextCronTime(text: string, after: number): number | null {
  if (cronProblem(text) !== null) return null;
  const every = everyMs(text);
  if (every !== undefined) return Math.floor(after / 1000) * 1000 + every;
  const { fields, anyDay, anyWeekday } = parse(text);
  const [minutes, hours, days, months, weekdays] = fields as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const MINUTE = 60_000;
  const DAY = 86_400_000;
  let time = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  const end = after + 5 * 366 * DAY;
  while (time < end) {
    const date = new Date(time);
    const dayFits = days.has(date.getUTCDate());
    const weekdayFits = weekdays.has(date.getUTCDay());
    const fits = anyDay || anyWeekday ? dayFits && weekdayFits : dayFits || weekdayFits;
    if (!months.has(date.getUTCMonth() + 1) || !fits) time = Math.floor(time / DAY) * DAY + DAY;
    else if (!hours.has(date.getUTCHours())) time = Math.floor(time / 3_600_000) * 3_600_000 + 3_600_000;
    else if (!minutes.has(date.getUTCMinutes())) time += MINUTE;
    else return time;
  }
  return null;
}

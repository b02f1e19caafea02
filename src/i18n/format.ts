import type { Lang } from "./languages.ts";

/** Numbers, durations and times as a language writes them. Times are of the virtual clock, which is UTC. */
export interface Formatters {
  number(value: number, options?: Intl.NumberFormatOptions): string;
  /** 0.5 as "50%". */
  percent(ratio: number, digits?: number): string;
  /** Milliseconds as "1 min 30 s"; under ten seconds with up to three decimals. */
  duration(ms: number): string;
  /** Bytes in binary units, as Kubernetes counts them: "180 MiB", in Russian "180 МиБ". */
  bytes(count: number): string;
  /** Time of day of an RFC 3339 stamp or epoch milliseconds: "09:00:35". */
  time(at: string | number, options?: Intl.DateTimeFormatOptions): string;
  /** Day and time of day. */
  date(at: string | number, options?: Intl.DateTimeFormatOptions): string;
  /** "a, b and c". */
  list(items: readonly string[], type?: "conjunction" | "disjunction"): string;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** Intl's objects are slow to make and cheap to keep, so each set of options has one. */
export function createFormatters(lang: Lang): Formatters {
  const numbers = cache((o: Intl.NumberFormatOptions) => new Intl.NumberFormat(lang, o));
  const dates = cache(
    (o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(lang, { timeZone: "UTC", ...o }),
  );
  const lists = cache((o: Intl.ListFormatOptions) => new Intl.ListFormat(lang, o));
  const number = (value: number, options: Intl.NumberFormatOptions = {}) => numbers(options).format(value);
  const unit = (value: number, name: string, digits = 0) =>
    number(value, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });
  return {
    number,
    percent: (ratio, digits = 0) => number(ratio, { style: "percent", maximumFractionDigits: digits }),
    duration(ms) {
      const sign = ms < 0 ? "−" : "";
      let rest = Math.abs(ms);
      if (rest < 1000) return sign + unit(Math.round(rest), "millisecond");
      if (rest < 10_000) return sign + unit(rest / 1000, "second", 3);
      rest = Math.round(rest / 1000) * 1000;
      const parts: string[] = [];
      for (const [name, size] of units) {
        if (rest >= size) parts.push(unit(Math.floor(rest / size), name));
        rest %= size;
      }
      if (rest > 0 || parts.length === 0) parts.push(unit(rest / 1000, "second"));
      return sign + parts.join(" ");
    },
    bytes(count) {
      const names = lang === "ru" ? ["Б", "КиБ", "МиБ", "ГиБ", "ТиБ"] : ["B", "KiB", "MiB", "GiB", "TiB"];
      let value = count;
      let step = 0;
      while (Math.abs(value) >= 1024 && step < names.length - 1) {
        value /= 1024;
        step++;
      }
      return `${number(value, { maximumFractionDigits: Math.abs(value) < 10 && step > 0 ? 1 : 0 })} ${names[step]}`;
    },
    time: (at, options = {}) =>
      dates({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", ...options }).format(
        new Date(at),
      ),
    date: (at, options = {}) =>
      dates({ dateStyle: "medium", timeStyle: "short", ...options }).format(new Date(at)),
    list: (items, type = "conjunction") => lists({ type }).format(items),
  };
}

function cache<Options extends object, Made>(make: (options: Options) => Made): (options: Options) => Made {
  const made = new Map<string, Made>();
  return (options) => {
    const key = JSON.stringify(options);
    const known = made.get(key) ?? make(options);
    made.set(key, known);
    return known;
  };
}

/** date, and times as text. */
import { options, type Tool } from "./contract.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** The last text of each format: servers write many lines in one second. */
const lastTexts = new Map<string, { readonly second: number; readonly text: string }>();

/** strftime in UTC. */
export function strftime(format: string, ms: number): string {
  if (format.includes("N")) return formatTime(format, ms);
  const second = Math.floor(ms / 1000);
  const last = lastTexts.get(format);
  if (last?.second === second) return last.text;
  const text = formatTime(format, ms);
  if (lastTexts.size >= 100) lastTexts.clear();
  lastTexts.set(format, { second, text });
  return text;
}

function formatTime(format: string, ms: number): string {
  const d = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  return format.replace(/%([-_0]?)([a-zA-Z%])/g, (whole, flag: string, c: string) => {
    const pad = (n: number): string =>
      flag === "-" ? String(n) : flag === "_" ? String(n).padStart(2) : two(n);
    const year = new Date(Date.UTC(d.getUTCFullYear(), 0, 1));
    const day = Math.floor((ms - year.getTime()) / 86_400_000) + 1;
    switch (c) {
      case "Y":
        return String(d.getUTCFullYear());
      case "y":
        return two(d.getUTCFullYear() % 100);
      case "m":
        return pad(d.getUTCMonth() + 1);
      case "d":
        return pad(d.getUTCDate());
      case "e":
        return String(d.getUTCDate()).padStart(2);
      case "H":
        return pad(d.getUTCHours());
      case "I":
        return pad(((d.getUTCHours() + 11) % 12) + 1);
      case "M":
        return pad(d.getUTCMinutes());
      case "S":
        return pad(d.getUTCSeconds());
      case "N":
        return `${String(d.getUTCMilliseconds()).padStart(3, "0")}000000`;
      case "s":
        return String(Math.floor(ms / 1000));
      case "j":
        return String(day).padStart(3, "0");
      case "p":
        return d.getUTCHours() < 12 ? "AM" : "PM";
      case "a":
        return DAYS[d.getUTCDay()]!.slice(0, 3);
      case "A":
        return DAYS[d.getUTCDay()]!;
      case "b":
      case "h":
        return MONTHS[d.getUTCMonth()]!.slice(0, 3);
      case "B":
        return MONTHS[d.getUTCMonth()]!;
      case "u":
        return String(d.getUTCDay() || 7);
      case "w":
        return String(d.getUTCDay());
      case "Z":
        return "UTC";
      case "z":
        return "+0000";
      case "F":
        return strftime("%Y-%m-%d", ms);
      case "T":
        return strftime("%H:%M:%S", ms);
      case "R":
        return strftime("%H:%M", ms);
      case "D":
        return strftime("%m/%d/%y", ms);
      case "c":
        return strftime("%a %b %e %H:%M:%S %Y", ms);
      case "x":
        return strftime("%m/%d/%y", ms);
      case "X":
        return strftime("%H:%M:%S", ms);
      case "n":
        return "\n";
      case "t":
        return "\t";
      case "%":
        return "%";
      default:
        return whole;
    }
  });
}

export const date: Tool = (args, io) => {
  const { flags, rest } = options(
    args.filter((a) => !a.startsWith("+")),
    "dsrDI",
  );
  let ms = io.host.wallClock();
  if (typeof flags.d === "string") {
    const at = flags.d.startsWith("@")
      ? Number(flags.d.slice(1)) * 1000
      : Date.parse(/[zZ]|[-+]\d\d:?\d\d$/.test(flags.d) ? flags.d : `${flags.d}Z`);
    if (Number.isNaN(at)) {
      io.err(`date: invalid date '${flags.d}'\n`);
      return 1;
    }
    ms = at;
  }
  void rest;
  const format = args.find((a) => a.startsWith("+"));
  if (flags.I !== undefined || flags["iso-8601"] !== undefined)
    io.out(`${strftime(/s/.test(String(flags.I ?? flags["iso-8601"])) ? "%FT%T+00:00" : "%F", ms)}\n`);
  else if (flags.R === true) io.out(`${strftime("%a, %d %b %Y %H:%M:%S +0000", ms)}\n`);
  else io.out(`${format ? strftime(format.slice(1), ms) : strftime("%a %b %e %H:%M:%S UTC %Y", ms)}\n`);
  return 0;
};

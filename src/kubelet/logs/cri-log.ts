/**
 * Container log files: how a line is written and read, and reading with the options of PodLogOptions
 * (staging/src/k8s.io/cri-client/pkg/logs/logs.go, tail.go).
 */

import { byteLength } from "../../sim/bytes.ts";
import { compareStamps, formatStamp, type LogStamp, parseStamp } from "./stamp.ts";
import { cutUtf8 } from "./utf8.ts";

export type LogStream = "stdout" | "stderr";

export interface LogMessage {
  readonly stamp: LogStamp;
  readonly stream: string;
  /** With its newline; a partial line has none. */
  readonly log: string;
}

/** Longest line of a container that the runtime writes in one piece, bytes. */
export const MAX_LINE_BYTES = 16 * 1024;

/** One line of output as the runtime writes it to the file. `partial`: the line goes on in the next one. */
export function formatCriLine(stamp: string, stream: LogStream, text: string, partial = false): string {
  return `${stamp} ${stream} ${partial ? "P" : "F"} ${text}\n`;
}

/** `<stamp> <stream> <tags> <text>`; undefined when the line is something else. */
export function parseCriLog(line: string): LogMessage | undefined {
  const first = line.indexOf(" ");
  if (first < 0) return undefined;
  const stamp = parseStamp(line.slice(0, first));
  const second = line.indexOf(" ", first + 1);
  if (!stamp || second < 0) return undefined;
  const stream = line.slice(first + 1, second);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const third = line.indexOf(" ", second + 1);
  if (third < 0) return undefined;
  const partial = line.slice(second + 1, third).split(":")[0] === "P";
  const text = line.slice(third + 1);
  return { stamp, stream, log: partial && text.endsWith("\n") ? text.slice(0, -1) : text };
}

/** Docker's JSON lines, which old files still have. */
export function parseDockerJsonLog(line: string): LogMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // Go's decoder does not mind the case of keys.
  const fields = Object.fromEntries(Object.entries(value).map(([k, v]) => [k.toLowerCase(), v]));
  const { log = "", stream = "", time } = fields as Record<string, unknown>;
  if (typeof log !== "string" || typeof stream !== "string") return undefined;
  const stamp =
    time === undefined || time === null
      ? { seconds: -62_135_596_800, nanos: 0, zone: "Z" }
      : parseStamp(String(time));
  return stamp ? { stamp, stream, log } : undefined;
}

/** A line in whichever format it is. */
export function parseLogLine(line: string): LogMessage | undefined {
  return parseCriLog(line) ?? parseDockerJsonLog(line);
}

export interface LogOptions {
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** RFC 3339: only lines at or after it. */
  readonly sinceTime?: string;
  readonly timestamps?: boolean;
  readonly follow?: boolean;
}

export interface LogOutput {
  readonly stream: LogStream;
  readonly text: string;
}

/** Where a reader stands, so that a follower can go on with what was appended. Plain data. */
export interface LogReader {
  /** UTF-16 units of the file read so far. */
  readonly offset: number;
  readonly format: "cri" | "docker" | null;
  readonly newLine: boolean;
  /** Bytes still to be written; null: no limit. */
  readonly remain: number | null;
  /** Lines still to be read; null: no limit. */
  readonly lines: number | null;
  readonly done: boolean;
  readonly error: "unsupported" | "stream" | null;
}

/** Starts at the last `tailLines` lines of a file, else at its beginning. */
export function openLog(content: string, options: LogOptions): LogReader {
  const tail = options.tailLines;
  return {
    offset: tail === undefined || tail < 0 ? 0 : tailStart(content, tail),
    format: null,
    newLine: true,
    remain: options.limitBytes ?? null,
    lines: tail !== undefined && !options.follow ? tail : null,
    done: false,
    error: null,
  };
}

/** Beginning of the last n whole lines; an incomplete line at the end is not counted as one. */
function tailStart(content: string, n: number): number {
  let at = content.length;
  for (let found = 0; at > 0; at--) {
    if (content[at - 1] === "\n" && ++found > n) break;
  }
  return at;
}

/**
 * Reads on from where the reader stands. While following, an incomplete last line waits for its end.
 * @param streams those asked for; the others are neither written nor counted
 */
export function readOn(
  reader: LogReader,
  content: string,
  options: LogOptions,
  streams: ReadonlySet<LogStream>,
): { readonly reader: LogReader; readonly output: readonly LogOutput[] } {
  const output: LogOutput[] = [];
  const since = options.sinceTime ? parseStamp(options.sinceTime) : undefined;
  const state = { ...reader };
  const finish = () => ({ reader: state, output });
  while (!state.done) {
    if (state.lines === 0) {
      state.done = true;
      break;
    }
    const end = content.indexOf("\n", state.offset);
    const whole = end >= 0;
    const line = content.slice(state.offset, whole ? end + 1 : content.length);
    if (line === "" || (!whole && options.follow)) break;
    state.offset += line.length;
    if (state.format === null) {
      state.format = parseCriLog(line) ? "cri" : parseDockerJsonLog(line) ? "docker" : null;
      if (state.format === null) {
        state.error = "unsupported";
        state.done = true;
        return finish();
      }
    }
    const message = state.format === "cri" ? parseCriLog(line) : parseDockerJsonLog(line);
    if (!message) continue;
    const late = !since || compareStamps(message.stamp, since) >= 0;
    if (late && !writeLine(state, message, options, streams, output)) return finish();
    if (state.lines !== null) state.lines--;
    state.newLine = message.log === "" || message.log.endsWith("\n");
  }
  return finish();
}

/** False when reading ends with this line. */
function writeLine(
  state: { -readonly [K in keyof LogReader]: LogReader[K] },
  message: LogMessage,
  options: LogOptions,
  streams: ReadonlySet<LogStream>,
  output: LogOutput[],
): boolean {
  const { stream } = message;
  if (stream !== "stdout" && stream !== "stderr") {
    state.error = "stream";
    state.done = true;
    return false;
  }
  if (!streams.has(stream)) return true;
  let text =
    options.timestamps && state.newLine ? `${formatStamp(message.stamp)} ${message.log}` : message.log;
  if (state.remain !== null) {
    if (byteLength(text) > state.remain) text = cutUtf8(text, state.remain);
    state.remain -= byteLength(text);
  }
  if (text !== "") output.push({ stream, text });
  if (state.remain !== null && state.remain <= 0) {
    state.done = true;
    return false;
  }
  return true;
}

/** A whole file at once, as a request without follow reads it. */
export function readLogs(
  content: string,
  options: LogOptions,
  streams: ReadonlySet<LogStream> = new Set<LogStream>(["stdout", "stderr"]),
): {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: LogReader["error"];
  readonly output: readonly LogOutput[];
} {
  const { reader, output } = readOn(openLog(content, options), content, options, streams);
  const of = (stream: LogStream): string =>
    output
      .filter((o) => o.stream === stream)
      .map((o) => o.text)
      .join("");
  return { stdout: of("stdout"), stderr: of("stderr"), error: reader.error, output };
}

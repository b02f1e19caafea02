/**
 * What a shared run is: where it starts, what was put in, and the time to look at. It comes from a link or a file, so
 * nothing in it is believed before it has been checked here; the scenario's own text is checked by the worker.
 */
import * as v from "valibot";
import { MOST_MARKS } from "../store/marks.ts";

/** Raised whenever an older page could not read what a newer one writes. */
export const SHARE_VERSION = 1;

/** Largest JSON that is read, in bytes. */
export const MAX_JSON_BYTES = 2 * 1024 * 1024;
/** Virtual time that a shared run may cover: replaying costs the reader's time. */
const LONGEST_MS = 7 * 24 * 3_600_000;
const MAX_INPUTS = 5000;
const DEEPEST = 64;

const short = v.pipe(v.string(), v.maxLength(2000));
const long = v.pipe(v.string(), v.maxLength(1_000_000));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(whole, v.maxValue(LONGEST_MS));
const plain = v.union([short, v.pipe(v.number(), v.finite()), v.boolean()]);

/** Inputs as the engine takes them; whether a fault makes sense is its own question. */
const input = v.variant("type", [
  v.strictObject({ type: v.literal("apply"), manifest: long }),
  v.strictObject({
    type: v.literal("run"),
    command: long,
    on: v.optional(short),
    session: v.optional(short),
    stdin: v.optional(long),
  }),
  v.strictObject({ type: v.literal("interrupt"), session: short }),
  v.strictObject({
    type: v.literal("exec"),
    pod: short,
    container: v.optional(short),
    namespace: v.optional(short),
    command: v.pipe(v.array(short), v.maxLength(100)),
  }),
  v.strictObject({ type: v.literal("fault"), fault: v.record(short, plain) }),
  v.strictObject({ type: v.literal("clear"), clear: v.record(short, plain) }),
  v.strictObject({ type: v.literal("image"), image: short }),
  v.strictObject({ type: v.literal("write"), node: v.optional(short), path: short, content: long }),
  v.strictObject({ type: v.literal("remove"), node: v.optional(short), path: short }),
  v.strictObject({
    type: v.literal("patch"),
    object: short,
    subresource: v.optional(short),
    merge: v.optional(v.unknown()),
    strategic: v.optional(v.unknown()),
  }),
  v.strictObject({ type: v.literal("delete"), object: short, gracePeriodSeconds: v.optional(whole) }),
]);

const schema = v.strictObject({
  v: v.literal(SHARE_VERSION),
  /** A scenario of this site by name, with the sum of its text at that time, or a text of one's own. */
  scenario: v.strictObject({ name: short, sum: v.optional(short), text: v.optional(long) }),
  seed: v.pipe(v.number(), v.safeInteger()),
  at: time,
  /** Each with its place in the run: virtual ms, and how many events had been dispatched before it. */
  inputs: v.pipe(
    v.array(v.strictObject({ at: time, after: whole, input })),
    v.maxLength(MAX_INPUTS),
    v.check((list) =>
      list.every((x, i) => i === 0 || (x.at >= list[i - 1]!.at && x.after >= list[i - 1]!.after)),
    ),
  ),
  /** Moments that the sender marked. */
  marks: v.optional(v.pipe(v.array(v.strictObject({ at: time, name: short })), v.maxLength(MOST_MARKS))),
  notes: v.optional(v.pipe(v.string(), v.maxLength(4000))),
});

export type SharedRun = v.InferOutput<typeof schema>;

/** Why a link or a file cannot be opened: a code with arguments that the screen puts into words. */
export interface ShareProblem {
  readonly code:
    | "link-too-long"
    | "letters"
    | "cut"
    | "too-large"
    | "json"
    | "version"
    | "field"
    | "scenario-unknown"
    | "scenario"
    | "engine";
  readonly args: Readonly<Record<string, string | number>>;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ShareProblem };

export const problem = (code: ShareProblem["code"], args: ShareProblem["args"] = {}) =>
  ({ ok: false, problem: { code, args } }) as const;

/** Neither too deep for those who walk it, nor with keys that mean something to JavaScript. */
function tame(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => tame(item, depth + 1));
  return Object.keys(value).every(
    (key) =>
      key !== "__proto__" &&
      key !== "constructor" &&
      key !== "prototype" &&
      tame((value as Record<string, unknown>)[key], depth + 1),
  );
}

/** Reads the JSON of a shared run and checks every field of it. Never throws. */
export function readSharedRun(json: string): Read<SharedRun> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return problem("json");
  }
  const version = typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
  if (typeof version === "number" && Number.isInteger(version) && version > SHARE_VERSION)
    return problem("version", { version });
  if (!tame(value)) return problem("field", { field: "…", expected: "", found: "" });
  const checked = v.safeParse(schema, value, { abortEarly: true });
  if (checked.success) return { ok: true, value: checked.output };
  const issue = checked.issues[0];
  return problem("field", {
    field: (v.getDotPath(issue) ?? "…").slice(0, 80),
    expected: (issue.expected ?? issue.type).slice(0, 120),
    found: issue.received.slice(0, 60),
  });
}

/** A short sum of a scenario's text (FNV-1a): tells whether it is still the one that was shared. */
export function sumOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

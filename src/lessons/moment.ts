/** The moments of a demo: which record a slide shows. */
import type { TraceRecord } from "../sim/types.ts";
import type { Moment } from "./format.ts";

/** The record that decides a moment: the last that fits its `line` when the moment begins; undefined: none, or none asked for. */
export function lineRecord(
  records: readonly TraceRecord[],
  { line, at }: Pick<Moment, "line" | "at">,
): TraceRecord | undefined {
  if (!line) return undefined;
  const object = line.object === undefined ? undefined : objectId(line.object);
  const wanted = Object.entries(line.data ?? {});
  return records.findLast(
    (r) =>
      r.time <= at &&
      r.type === line.type &&
      (object === undefined || r.object === object || r.object.startsWith(`${object}/`)) &&
      wanted.every(([key, value]) => r.data[key] === value),
  );
}

/** `pod/web` and `pod/default/web` are one object; so are containers below it. */
function objectId(name: string): string {
  const [kind, a, b, ...rest] = name.split("/");
  if (kind !== "pod") return name;
  return b === undefined ? `pod/default/${a}` : [kind, a, b, ...rest].join("/");
}

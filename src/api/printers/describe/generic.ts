/** Description of kinds that have none of their own: all fields, with readable labels (genericDescriber). */
import type { ApiObject, CoreEvent } from "../../types.ts";
import { compareBytes, goValue, isDict } from "../go-format.ts";
import { writeEvents } from "./events.ts";
import { type DescribeWriter, tabbed, writeAnnotations, writeLabels } from "./writer.ts";

const ACRONYMS = ["API", "URL", "UID", "GUID"];
const SKIP = [
  ".metadata.managedFields",
  ".metadata.name",
  ".metadata.namespace",
  ".metadata.labels",
  ".metadata.annotations",
];

/** `leaseDurationSeconds` becomes `Lease Duration Seconds`, `apiVersion` `API Version`; other characters stop it. */
function smartLabel(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const parts = field.match(/\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|-+/gu) ?? [field];
  return parts
    .map((part) => {
      if (ACRONYMS.includes(part.toUpperCase())) return part.toUpperCase();
      return part === part.toLowerCase() ? part.charAt(0).toUpperCase() + part.slice(1) : part;
    })
    .join(" ");
}

function writeFields(
  w: DescribeWriter,
  level: number,
  content: { readonly [key: string]: unknown },
  prefix: string,
): void {
  for (const field of Object.keys(content).sort(compareBytes)) {
    const path = `${prefix}.${field}`;
    const value = content[field];
    if (SKIP.includes(path) || value === undefined) continue;
    if (isDict(value)) {
      w.write(level, `${smartLabel(field)}:\n`);
      writeFields(w, level + 1, value, path);
    } else if (Array.isArray(value)) {
      w.write(level, `${smartLabel(field)}:\n`);
      for (const child of value) {
        if (isDict(child)) writeFields(w, level + 1, child, path);
        else w.write(level + 1, `${goValue(child)}\n`);
      }
    } else w.write(level, `${smartLabel(field)}:\t${goValue(value)}\n`);
  }
}

export function describeGeneric(
  object: ApiObject,
  events: readonly CoreEvent[] | null,
  nowMs: number,
): string {
  return tabbed((w) => {
    w.write(0, `Name:\t${object.metadata?.name ?? ""}\n`);
    w.write(0, `Namespace:\t${object.metadata?.namespace ?? ""}\n`);
    writeLabels(w, "Labels", object.metadata?.labels);
    writeAnnotations(w, "Annotations", object.metadata?.annotations);
    writeFields(w, 0, object as { [key: string]: unknown }, "");
    writeEvents(w, events, nowMs);
  });
}

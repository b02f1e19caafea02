/** What describe's sections are written with (kubectl/pkg/describe: PrefixWriter over a tab writer). */
import type { Taint, Toleration } from "../../types.ts";
import { compareBytes } from "../go-format.ts";
import { alignTabs, DESCRIBE_TABS } from "../tabwriter.ts";

export interface DescribeWriter {
  /** Writes text with two blanks a level before it. */
  write(level: number, text: string): void;
  /** Writes a line as it stands, without indentation. */
  line(text: string): void;
  /** Aligns what was written so far; what follows is aligned for itself. */
  flush(): void;
}

/** Collects what `body` writes and returns it aligned. */
export function tabbed(body: (w: DescribeWriter) => void): string {
  let done = "";
  let pending = "";
  const flush = (): void => {
    done += alignTabs(pending, DESCRIBE_TABS).text;
    pending = "";
  };
  const put = (text: string): void => {
    pending += text.replaceAll("\x1b", "^[").replaceAll("\r", "\\r");
  };
  body({ write: (level, text) => put("  ".repeat(level) + text), line: (text) => put(`${text}\n`), flush });
  flush();
  return done;
}

/** The same writer, `indent` levels further in; every piece of a line is indented, as upstream does. */
export function nested(w: DescribeWriter, indent: number): DescribeWriter {
  return {
    write: (level, text) => w.write(level + indent, text),
    line: (text) => w.write(indent, `${text}\n`),
    flush: () => w.flush(),
  };
}

/** `Title:\tfirst`, the others below it; `<none>` for an empty list. */
export function writeList(
  w: DescribeWriter,
  title: string,
  items: readonly string[],
  indent = "",
  inner = "\t",
): void {
  w.write(0, `${indent}${title}:${inner}`);
  if (items.length === 0) {
    w.line("<none>");
    return;
  }
  items.forEach((item, i) => {
    if (i > 0) {
      w.write(0, indent);
      w.write(0, inner);
    }
    w.write(0, `${item}\n`);
  });
}

type Labels = { readonly [key: string]: string } | undefined;

export function writeLabels(
  w: DescribeWriter,
  title: string,
  labels: Labels,
  indent = "",
  inner = "\t",
): void {
  const keys = Object.keys(labels ?? {}).sort(compareBytes);
  writeList(
    w,
    title,
    keys.map((k) => `${k}=${labels?.[k]}`),
    indent,
    inner,
  );
}

const MAX_ANNOTATION = 140;
const shorten = (s: string, limit: number): string => (s.length > limit ? `${s.slice(0, limit)}...` : s);

/** Annotations, long or many-lined values on lines of their own; kubectl's own bookkeeping is left out. */
export function writeAnnotations(w: DescribeWriter, title: string, annotations: Labels): void {
  w.write(0, `${title}:\t`);
  const keys = Object.keys(annotations ?? {})
    .filter((k) => k !== "kubectl.kubernetes.io/last-applied-configuration")
    .sort(compareBytes);
  if (keys.length === 0) w.line("<none>");
  keys.forEach((key, i) => {
    if (i > 0) w.write(0, "\t");
    const value = (annotations?.[key] ?? "").replace(/\n$/, "");
    if (value.length + key.length + 2 <= MAX_ANNOTATION && !value.includes("\n")) {
      w.write(0, `${key}: ${value}\n`);
      return;
    }
    w.write(0, `${key}:\n`);
    for (const part of value.split("\n")) w.write(0, `\t  ${shorten(part, MAX_ANNOTATION - 2)}\n`);
  });
}

/** Attributes of a CSI volume; each piece is indented by itself. */
export function writeVolumeAttributes(w: DescribeWriter, title: string, attributes: Labels): void {
  w.write(2, `${title}:\t`);
  const keys = Object.keys(attributes ?? {}).sort(compareBytes);
  if (keys.length === 0) w.line("<none>");
  keys.forEach((key, i) => {
    if (i > 0) {
      w.write(2, "");
      w.write(2, "\t");
    }
    w.write(2, `${shorten(`${key}=${attributes?.[key]}`, MAX_ANNOTATION)}\n`);
  });
}

/** `key=value:Effect` (api/core/v1: Taint.ToString). */
function taintText(taint: Taint): string {
  const base = taint.value ? `${taint.key}=${taint.value}` : taint.key;
  if (!taint.effect) return taint.value ? `${base}:` : base;
  return `${base}:${taint.effect}`;
}

export function writeTaints(w: DescribeWriter, title: string, taints: readonly Taint[] | undefined): void {
  const sorted = [...(taints ?? [])].sort((a, b) =>
    compareBytes(`${a.effect},${a.key}`, `${b.effect},${b.key}`),
  );
  writeList(w, title, sorted.map(taintText));
}

export function writeTolerations(
  w: DescribeWriter,
  title: string,
  tolerations: readonly Toleration[] | undefined,
): void {
  const sorted = [...(tolerations ?? [])].sort((a, b) => compareBytes(a.key ?? "", b.key ?? ""));
  writeList(w, title, sorted.map(tolerationText));
}

function tolerationText(t: Toleration): string {
  let text = t.key ?? "";
  if (t.value) text += `=${t.value}`;
  if (t.effect) text += `:${t.effect}`;
  if (t.operator === "Exists" && !t.value) text += t.key || t.effect ? " op=Exists" : "op=Exists";
  if (t.tolerationSeconds !== undefined && t.tolerationSeconds !== null)
    text += ` for ${t.tolerationSeconds}s`;
  return text;
}

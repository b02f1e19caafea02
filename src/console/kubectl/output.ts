/** Output formats of kubectl: tables and what `-o` names. */
import { goJsonIndent } from "../../api/printers/go-format.ts";
import {
  executeJsonPath,
  findResults,
  JsonPathError,
  parseJsonPath,
  printValue,
  relaxedJsonPath,
} from "../../api/printers/jsonpath.ts";
import { printerOf } from "../../api/printers/printers.ts";
import { printTable, type TableOptions, type TableRow } from "../../api/printers/table.ts";
import { alignTabs, TABLE_TABS } from "../../api/printers/tabwriter.ts";
import { toYaml } from "../../api/printers/yaml-output.ts";
import type { ApiObject } from "../../api/types.ts";
import { fail } from "./errors.ts";
import { goTemplate } from "./go-template.ts";
import { kindRef, objectRef, resourceOfKind } from "./resources.ts";

const FORMATS =
  "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";
/** Formats of commands that print what they made. */
const MADE_FORMATS =
  "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

/** Prints objects in a format other than a table. `list`: what was asked for is a list, however many it has. */
export type ObjectPrinter = (objects: readonly ApiObject[], list: boolean) => string;

/** A list as it is printed. */
const listOf = (items: readonly ApiObject[]): unknown => ({
  apiVersion: "v1",
  items,
  kind: "List",
  metadata: { resourceVersion: "" },
});

const fixed = (object: ApiObject, showManaged: boolean): ApiObject => {
  if (showManaged || !object.metadata?.managedFields) return object;
  const { managedFields: _hidden, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ApiObject["metadata"] & object };
};

/** The printer of `-o FORMAT`, or null for a table (nothing and `wide`). */
export function printerFor(
  format: string,
  options: {
    readonly noHeaders?: boolean;
    readonly showManaged?: boolean;
    readonly made?: boolean;
    readonly template?: string;
  } = {},
): ObjectPrinter | null {
  if (format === "" || (format === "wide" && !options.made)) return null;
  const at = format.search(/[=:]/);
  const [kind, rest] =
    at < 0 ? [format, options.template ?? ""] : [format.slice(0, at), format.slice(at + 1)];
  const document = (objects: readonly ApiObject[], list: boolean): unknown => {
    const shown = objects.map((o) => fixed(o, options.showManaged ?? false));
    return list || shown.length !== 1 ? listOf(shown) : shown[0];
  };
  switch (kind) {
    case "json":
      return (objects, list) => `${goJsonIndent(document(objects, list))}\n`;
    case "yaml":
      return (objects, list) => toYaml(document(objects, list));
    case "kyaml":
      return (objects, list) => kyaml(document(objects, list));
    case "name":
      return (objects) => objects.map((o) => `${nameOf(o)}\n`).join("");
    case "jsonpath":
    case "jsonpath-as-json":
      if (rest === "") fail("template format specified but no template given");
      return jsonPathPrinter(rest, kind === "jsonpath-as-json", document);
    case "go-template":
    case "template":
      if (rest === "") fail("template format specified but no template given");
      return (objects, list) => goTemplate(rest, document(objects, list));
    case "custom-columns":
      if (!options.made) return customColumns(rest, options.noHeaders ?? false);
  }
  return fail(
    `unable to match a printer suitable for the output format "${format}", allowed formats are: ${options.made ? MADE_FORMATS : FORMATS}`,
  );
}

function nameOf(object: ApiObject): string {
  const resource = resourceOfKind(object.kind ?? "");
  return resource
    ? objectRef(resource, object.metadata?.name ?? "")
    : `${(object.kind ?? "").toLowerCase()}/${object.metadata?.name ?? ""}`;
}

function jsonPathPrinter(
  given: string,
  asJson: boolean,
  document: (objects: readonly ApiObject[], list: boolean) => unknown,
): ObjectPrinter {
  const template = (() => {
    try {
      return parseJsonPath(given);
    } catch (error) {
      if (error instanceof JsonPathError) return fail(`error parsing jsonpath ${given}, ${error.message}`);
      throw error;
    }
  })();
  return (objects, list) => {
    const data = document(objects, list);
    try {
      return executeJsonPath(template, data, { allowMissingKeys: true, asJson });
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      const debug = `Printing more information for debugging the template:\n\ttemplate was:\n\t\t${given}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(data)}\n\n`;
      return fail(
        `error executing jsonpath "${given}": Error executing template: ${error.message}. ${debug}`,
      );
    }
  };
}

/** A value as Go's %#v prints it. */
function goSyntax(v: unknown): string {
  if (v === null || v === undefined) return "interface {}(nil)";
  if (typeof v === "string") return JSON.stringify(v);
  if (Array.isArray(v)) return `[]interface {}{${v.map(goSyntax).join(", ")}}`;
  if (typeof v === "object") {
    const entries = Object.entries(v as Record<string, unknown>).filter(([, x]) => x !== undefined);
    return `map[string]interface {}{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, x]) => `${JSON.stringify(k)}:${goSyntax(x)}`)
      .join(", ")}}`;
  }
  return String(v);
}

function customColumns(spec: string, noHeaders: boolean): ObjectPrinter {
  if (spec === "") fail("custom-columns format specified but no custom columns given");
  const columns = splitColumns(spec).map((part) => {
    const at = part.indexOf(":");
    if (at < 0) fail(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    try {
      return { header: part.slice(0, at), path: parseJsonPath(relaxedJsonPath(part.slice(at + 1))) };
    } catch (error) {
      if (error instanceof JsonPathError) return fail(error.message);
      throw error;
    }
  });
  return (objects) => {
    const rows = objects.map((object) =>
      columns.map(({ path }) => {
        const found = (() => {
          try {
            return findResults(path, object, { allowMissingKeys: true });
          } catch {
            return [];
          }
        })();
        const values = found[0] ?? [];
        return values.length === 0 ? "<none>" : values.map(customCell).join(",");
      }),
    );
    const lines = [...(noHeaders ? [] : [columns.map((c) => c.header)]), ...rows];
    return alignTabs(lines.map((l) => `${l.join("\t")}\n`).join(""), TABLE_TABS).text;
  };
}

/** Commas inside brackets belong to an expression. */
function splitColumns(spec: string): string[] {
  const out: string[] = [""];
  let depth = 0;
  for (const c of spec) {
    if (c === "[") depth++;
    if (c === "]") depth--;
    if (c === "," && depth === 0) out.push("");
    else out[out.length - 1] += c;
  }
  return out;
}

/** Go's %v, where maps and lists have no quotes. */
function customCell(v: unknown): string {
  if (Array.isArray(v)) return `[${v.map(customCell).join(" ")}]`;
  if (typeof v === "object" && v !== null) {
    const entries = Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([k, x]) => `${k}:${customCell(x)}`).join(" ")}]`;
  }
  return v === null ? "<nil>" : printValue(v);
}

/** The strict form of YAML that looks like JSON with comments (`-o kyaml`). */
function kyaml(v: unknown): string {
  const write = (x: unknown, indent: string): string => {
    const inner = `${indent}  `;
    if (Array.isArray(x)) {
      if (x.length === 0) return "[]";
      const maps = x.every(
        (i) => typeof i === "object" && i !== null && !Array.isArray(i) && Object.keys(i).length > 0,
      );
      if (maps) return `[${x.map((i) => write(i, indent)).join(", ")}]`;
      return `[\n${x.map((i) => `${inner}${write(i, inner)},\n`).join("")}${indent}]`;
    }
    if (typeof x === "object" && x !== null) {
      const entries = Object.entries(x).filter(([, i]) => i !== undefined);
      if (entries.length === 0) return "{}";
      return `{\n${entries
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([k, i]) =>
            `${inner}${/^[A-Za-z_][\w./-]*$/.test(k) ? k : JSON.stringify(k)}: ${write(i, inner)},\n`,
        )
        .join("")}${indent}}`;
    }
    if (typeof x === "string") {
      if (x.includes("\n"))
        return `"\\\n${inner} ${JSON.stringify(x)
          .slice(1, -1)
          .replace(/\\n(?=.)/g, `\\n\\\n${inner} `)
          .replace(/\\n$/, "\\n\\")}\n${inner}"`;
      return JSON.stringify(x);
    }
    return String(x);
  };
  return `---\n${write(v, "")}\n`;
}

export interface TableFlags {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly showKind: boolean;
}

/** Rows of objects of one kind. The server always makes wide rows; the client leaves columns out. */
function tableRows(kind: string, objects: readonly ApiObject[], nowMs: number): TableRow[] {
  const printer = printerOf(kind);
  return objects.map((object) => ({ object, cells: printer.row(object, { nowMs, wide: true }) }));
}

export function printObjects(
  kind: string,
  objects: readonly ApiObject[],
  f: TableFlags,
  nowMs: number,
  remembered?: readonly number[],
  event?: string,
): { text: string; widths: number[] } {
  const resource = resourceOfKind(kind);
  const options: TableOptions = {
    wide: f.wide,
    noHeaders: f.noHeaders,
    withNamespace: f.withNamespace && (resource?.namespaced ?? true),
    showLabels: f.showLabels,
    labelColumns: f.labelColumns,
    ...(f.showKind && resource ? { namePrefix: `${kindRef(resource)}/` } : {}),
    ...(event !== undefined ? { event: event.padEnd(8) } : {}),
  };
  return printTable(printerOf(kind).columns, tableRows(kind, objects, nowMs), options, remembered);
}

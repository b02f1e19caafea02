/** Tables as the API server makes them and as kubectl prints them. */
import type { ApiObject } from "../types.ts";
import { compareBytes, goNumber } from "./go-format.ts";
import { alignTabs, TABLE_TABS } from "./tabwriter.ts";

type Cell = string | number | boolean;

export interface Column {
  readonly name: string;
  /** 1: shown only with -o wide. */
  readonly priority: 0 | 1;
}

/** What a row is made with: the time now in epoch milliseconds, and whether long lists are given whole. */
interface RowOptions {
  readonly nowMs: number;
  readonly wide: boolean;
}

/** How the objects of one kind are shown. With `wide` a row has a cell for each column. */
export interface TablePrinter<T = ApiObject> {
  readonly columns: readonly Column[];
  row(object: T, options: RowOptions): readonly Cell[];
}

/** Columns from one line: names separated by commas, those for -o wide in brackets, in any place. */
export function columns(spec: string): Column[] {
  return spec.split(",").map((name) => {
    const wide = /^\((.*)\)$/.exec(name.trim());
    return { name: wide?.[1] ?? name.trim(), priority: wide ? 1 : 0 };
  });
}

export interface TableRow {
  readonly cells: readonly Cell[];
  readonly object: ApiObject;
}

export interface TableOptions {
  readonly wide?: boolean;
  readonly noHeaders?: boolean;
  readonly withNamespace?: boolean;
  readonly showLabels?: boolean;
  /** Labels shown as columns of their own (-L). */
  readonly labelColumns?: readonly string[];
  /** `pod/`, before each name. */
  readonly namePrefix?: string;
  /** First column EVENT of a watch (--output-watch-events), with its value. */
  readonly event?: string;
}

const cellText = (cell: Cell | undefined): string => {
  if (cell === undefined) return "";
  if (typeof cell === "number") return goNumber(cell);
  if (typeof cell === "boolean") return String(cell);
  const end = cell.search(/[\f\n\r]/);
  return end < 0 ? cell : `${cell.slice(0, end)}...`;
};

/** The tab-separated text of a table, before its columns are set. */
function tableLines(cols: readonly Column[], rows: readonly TableRow[], options: TableOptions): string {
  const shown = cols.map((c, i) => ({ ...c, index: i })).filter((c) => options.wide || c.priority === 0);
  const lines: string[][] = [];
  const labelColumns = options.labelColumns ?? [];
  if (!options.noHeaders) {
    lines.push([
      ...(options.event === undefined ? [] : ["EVENT"]),
      ...(options.withNamespace ? ["NAMESPACE"] : []),
      ...shown.map((c) => c.name.toUpperCase()),
      ...labelColumns.map((l) => (l.split("/").at(-1) ?? "").toUpperCase()),
      ...(options.showLabels ? ["LABELS"] : []),
    ]);
  }
  for (const { cells, object } of rows) {
    const labels = object.metadata?.labels ?? {};
    const keys = Object.keys(labels).sort(compareBytes);
    lines.push([
      ...(options.event === undefined ? [] : [options.event]),
      ...(options.withNamespace ? [object.metadata?.namespace ?? ""] : []),
      ...shown.map(
        (c) => (c.index === 0 && options.namePrefix ? options.namePrefix : "") + cellText(cells[c.index]),
      ),
      ...labelColumns.map((l) => labels[l] ?? ""),
      ...(options.showLabels
        ? [keys.length === 0 ? "<none>" : keys.map((k) => `${k}=${labels[k]}`).join(",")]
        : []),
    ]);
  }
  return lines.map((line) => `${line.join("\t")}\n`).join("");
}

/** A table set in columns; `remembered` widths keep a watch's later rows under its first. */
export function printTable(
  cols: readonly Column[],
  rows: readonly TableRow[],
  options: TableOptions,
  remembered?: readonly number[],
): { text: string; widths: number[] } {
  return alignTabs(tableLines(cols, rows, options), TABLE_TABS, remembered);
}

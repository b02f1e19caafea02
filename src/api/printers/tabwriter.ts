/**
 * Elastic tabstops as Go's text/tabwriter sets them: a cell ends at a tab, a column is a run of adjacent
 * lines that have a cell there, and the text after a line's last tab belongs to no column.
 */

export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
}

/** Describe's writer: no least width, two blanks between. */
export const DESCRIBE_TABS: TabOptions = { minWidth: 0, padding: 2 };
/** The writer of tables (`kubectl get`, `top`, `api-resources`): least width 6, three blanks between. */
export const TABLE_TABS: TabOptions = { minWidth: 6, padding: 3 };

const widthOf = (text: string): number => {
  let n = 0;
  for (const _ of text) n++;
  return n;
};

/**
 * Aligns `text`. With `remembered` widths (of an earlier part of the same table, for watches) no column
 * gets narrower than it was; the widths to hand on come back in `widths`.
 */
export function alignTabs(
  text: string,
  options: TabOptions,
  remembered?: readonly number[],
): { text: string; widths: number[] } {
  const lines = text.split(/[\n\f]/).map((line) => line.split("\t"));
  const out: string[] = [];
  const maxWidths = [...(remembered ?? [])];
  const widths: number[] = [];

  const writeLines = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const cells = lines[i] ?? [];
      let line = "";
      cells.forEach((cell, j) => {
        line += cell;
        const width = widths[j];
        if (width !== undefined) line += " ".repeat(Math.max(0, width - widthOf(cell)));
      });
      out.push(line);
    }
  };
  const format = (from: number, to: number): void => {
    const column = widths.length;
    const hasCell = (i: number): boolean => column < (lines[i]?.length ?? 0) - 1;
    let start = from;
    for (let i = from; i < to; i++) {
      if (!hasCell(i)) continue;
      writeLines(start, i);
      start = i;
      let width = options.minWidth;
      for (; i < to && hasCell(i); i++)
        width = Math.max(width, widthOf(lines[i]?.[column] ?? "") + options.padding);
      if (remembered !== undefined) {
        while (maxWidths.length < column) maxWidths.push(widths[maxWidths.length] ?? 0);
        width = Math.max(width, maxWidths[column] ?? 0);
        maxWidths[column] = width;
      }
      widths.push(width);
      format(start, i);
      widths.pop();
      start = i;
    }
    writeLines(start, to);
  };
  format(0, lines.length);
  return { text: out.join("\n"), widths: maxWidths };
}

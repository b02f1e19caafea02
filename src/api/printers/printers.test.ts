import { describe, expect, it } from "vitest";
import { humanDuration } from "./human-duration.ts";
import { executeJsonPath } from "./jsonpath.ts";
import { printerOf } from "./printers.ts";
import { printTable } from "./table.ts";
import { alignTabs, DESCRIBE_TABS } from "./tabwriter.ts";

const now = Date.parse("2026-01-05T09:10:00Z");

describe("tables", () => {
  it("shows a kind nobody wrote a printer for by name and creation time", () => {
    const printer = printerOf("Role");
    const object = { kind: "Role", metadata: { name: "viewer", creationTimestamp: "2026-01-05T09:00:00Z" } };
    const cells = printer.row(object, { nowMs: now, wide: true });
    expect(printTable(printer.columns, [{ cells, object }], {}).text).toBe(
      "NAME     CREATED AT\nviewer   2026-01-05T09:00:00Z\n",
    );
  });

  it("keeps a watch's later rows under the widths of its first", () => {
    const columns = [
      { name: "Name", priority: 0 as const },
      { name: "Status", priority: 0 as const },
      { name: "Age", priority: 0 as const },
    ];
    const first = printTable(
      columns,
      [{ cells: ["a-long-name", "ContainerCreating", "1s"], object: {} }],
      {},
      [],
    );
    const second = printTable(
      columns,
      [{ cells: ["a", "Running", "2s"], object: {} }],
      { noHeaders: true },
      first.widths,
    );
    expect(first.text.split("\n")[1]).toBe("a-long-name   ContainerCreating   1s");
    expect(second.text).toBe("a             Running             2s\n");
  });

  it("cuts a cell at its first line feed", () => {
    const columns = [{ name: "Message", priority: 0 as const }];
    expect(printTable(columns, [{ cells: ["one\ntwo"], object: {} }], {}).text).toBe("MESSAGE\none...\n");
  });
});

describe("columns of a description", () => {
  it("end where a line has no cell", () => {
    const text = "a:\t1\nlong-name:\t2\nplain\nb:\t3\n";
    expect(alignTabs(text, DESCRIBE_TABS).text).toBe("a:          1\nlong-name:  2\nplain\nb:  3\n");
  });
});

describe("ages", () => {
  it("have two units at most", () => {
    expect(
      ["500", "119999", "120000", "10800000", "90000000"].map((ms) => humanDuration(Number(ms))),
    ).toEqual(["0s", "119s", "2m", "3h", "25h"]);
  });
});

describe("jsonpath", () => {
  const data = { items: [{ name: "a", spec: { n: 1 } }, { name: "b" }] };
  it("runs a range on each item", () => {
    const template = '{range .items[*]}{.name}={.spec.n}{"\\n"}{end}';
    expect(executeJsonPath(template, data, { allowMissingKeys: true })).toBe("a=1\nb=\n");
  });
  it("says which key is missing when that is asked for", () => {
    expect(() => executeJsonPath("{.nope}", data)).toThrow("nope is not found");
  });
});

import { describe, expect, it } from "vitest";
import { formatCriLine, openLog, readOn } from "./cri-log.ts";

const both = new Set(["stdout", "stderr"] as const);

describe("following a log", () => {
  it("goes on where it stood, and waits for the end of an incomplete line", () => {
    const options = { follow: true };
    let file = formatCriLine("2026-01-05T09:00:01.000000000Z", "stdout", "one");
    const first = readOn(openLog(file, options), file, options, both);
    expect(first.output).toEqual([{ stream: "stdout", text: "one\n" }]);
    file += "2026-01-05T09:00:02.000000000Z stdout F tw";
    const second = readOn(first.reader, file, options, both);
    expect(second.output).toEqual([]);
    file += `o\n${formatCriLine("2026-01-05T09:00:03.000000000Z", "stderr", "three")}`;
    expect(readOn(second.reader, file, options, both).output).toEqual([
      { stream: "stdout", text: "two\n" },
      { stream: "stderr", text: "three\n" },
    ]);
  });

  it("begins at the last lines when asked for a tail", () => {
    const lines = ["a", "b", "c"]
      .map((t, i) => formatCriLine(`2026-01-05T09:00:0${i}.000000000Z`, "stdout", t))
      .join("");
    const options = { follow: true, tailLines: 1 };
    expect(readOn(openLog(lines, options), lines, options, both).output.map((o) => o.text)).toEqual(["c\n"]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteLength } from "../sim/bytes.ts";
import { appended } from "./appended.ts";
import { type FileNode, file } from "./fs.ts";

describe("a file that is appended to", () => {
  it("holds what was written, each version as it was then", () => {
    const line = fc.oneof(
      fc.constantFrom("GET / 200\n", "без пробелов\n", "로그 😀\n", "\ud83d", "\n"),
      fc.string({ unit: "grapheme", maxLength: 30 }),
    );
    const text = fc.tuple(line, fc.integer({ min: 1, max: 3000 })).map(([l, n]) => l.repeat(n));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
        let whole = "";
        const versions: [FileNode, string][] = [];
        let node = file("");
        texts.forEach((more, i) => {
          node = appended(node, more, i);
          whole += more;
          versions.push([node, whole]);
        });
        for (const [version, was] of versions) {
          const { content } = version;
          expect(was.endsWith(content)).toBe(true);
          // Nothing is dropped before a quarter of a MiB stands.
          expect(content.length).toBeGreaterThanOrEqual(Math.min(was.length, 256 * 1024));
          expect({ ...version }.content).toBe(content);
        }
        expect(node.size).toBe(texts.reduce((sum, more) => sum + byteLength(more), 0));
      }),
      { numRuns: 50 },
    );
  });

  it("keeps only the end of a long one, from the start of a line, and its whole size", () => {
    let node = file("");
    for (let i = 0; i < 200; i++) node = appended(node, `${"x".repeat(3000)}\n${"y".repeat(6998)}\n`, i);
    expect(node.size).toBe(2_000_000);
    expect(node.content.length).toBeLessThan(600_000);
    expect(node.content).toMatch(/^(x{3000}|y{6998}|y{2902})\n/);
  });

  it("goes on from a long content that was put there whole", () => {
    const node = appended(file("a line\n".repeat(5000)), "the last\n", 1);
    expect(node.content).toBe(`${"a line\n".repeat(5000)}the last\n`);
  });
});

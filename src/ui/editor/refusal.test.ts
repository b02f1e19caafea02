import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../sim/index.ts";
import { TraceView } from "../store/world.ts";
import { refusalAfter } from "./refusal.ts";

const record = (
  seq: number,
  cause: number | null,
  type: string,
  from: string,
  data: Record<string, unknown> = {},
): TraceRecord => ({
  seq,
  time: seq,
  cause,
  from,
  to: "apiserver",
  type,
  object: "",
  data,
});

describe("an apply that the server refuses", () => {
  const run = (data: Record<string, unknown>, from = "kubectl") => ({
    trace: new TraceView([
      record(1, null, "input.apply", "user"),
      record(2, 1, "api.create", from),
      record(3, 2, "reply", "apiserver", data),
    ]),
  });
  it("gives the server's own words", () => {
    expect(refusalAfter(run({ code: 422, error: 'Pod "x" is invalid' }), 0)).toBe('Pod "x" is invalid');
    expect(refusalAfter(run({ code: 403, error: { message: "forbidden" } }), 0)).toBe("forbidden");
  });
  it("is not a success, nor an answer to somebody else, nor one before", () => {
    expect(refusalAfter(run({ code: 201 }), 0)).toBeNull();
    expect(refusalAfter(run({ code: 404, error: "x" }, "scheduler"), 0)).toBeNull();
    expect(refusalAfter(run({ code: 422, error: "x" }), 3)).toBeNull();
  });
});

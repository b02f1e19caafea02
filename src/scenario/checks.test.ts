import { describe, expect, it } from "vitest";
import type { ApiObject } from "../api/types.ts";
import type { TraceRecord } from "../sim/types.ts";
import {
  checkEvent,
  checkObject,
  checkOrder,
  checkRecord,
  fieldFindings,
  outputFindings,
  parseObjectName,
} from "./checks.ts";
import type { Check } from "./format.ts";

const pod = { kind: "Pod", metadata: { name: "web" }, status: { phase: "Running" } } as unknown as ApiObject;

const record = (time: number, type: string, object: string, data: object = {}): TraceRecord =>
  ({
    seq: time,
    time,
    cause: null,
    from: "node-1/prober",
    to: "apiserver",
    type,
    object,
    data,
  }) as unknown as TraceRecord;
const event = (
  time: number,
  reason: string,
  more: object = {},
  object = "pod/default/web/app",
): TraceRecord =>
  record(time, `event.${reason}`, object, { type: "Warning", reason, message: `${reason} it is`, ...more });

const codes = (found: readonly { code: string }[]): string[] => found.map((f) => f.code);

describe("checks of objects", () => {
  const lookup = ({ name }: { name: string }): ApiObject | undefined => (name === "web" ? pod : undefined);
  const of = (check: object): string[] => codes(checkObject(check as Check, lookup));

  it("compare fields, and say which do not fit", () => {
    expect(of({ object: "pod/web", fields: { "status.phase": "Running" } })).toEqual([]);
    expect(fieldFindings(pod, { "status.phase": "Failed", "metadata.name": "web" })).toEqual([
      { code: "field", subject: "status.phase", wanted: "Failed", found: "Running" },
    ]);
  });

  it("fail for what is not there, unless that is what they want", () => {
    expect(of({ object: "pod/other", fields: { "status.phase": "Running" } })).toEqual(["missing-object"]);
    expect(of({ object: "pod/other", fields: { "status.phase": { exists: false } } })).toEqual([]);
    expect(of({ object: "pod/other", gone: true })).toEqual([]);
    expect(of({ object: "pod/other", exists: false })).toEqual([]);
    expect(of({ object: "pod/web", gone: true })).toEqual(["not-gone"]);
    expect(of({ object: "pod/other" })).toEqual(["missing-object"]);
  });

  it("name objects with and without their namespace", () => {
    expect(parseObjectName("pod/web")).toEqual({ kind: "pod", namespace: "default", name: "web" });
    expect(parseObjectName("pod/kube-system/dns")).toEqual({
      kind: "pod",
      namespace: "kube-system",
      name: "dns",
    });
  });
});

describe("checks of events", () => {
  const records = [
    event(1000, "Scheduled", {}, "pod/default/web"),
    event(2000, "Unhealthy"),
    event(3000, "Unhealthy"),
    event(4000, "Unhealthy"),
    event(5000, "Unhealthy", { dropped: true }),
    event(5000, "Killing", { type: "Normal" }),
    event(6000, "Unhealthy", {}, "pod/default/webber/app"),
  ];
  const of = (check: object): string[] => codes(checkEvent(check as Check, records, 9000));
  const seen = { object: "pod/web", reason: "Unhealthy" };

  it("want it seen first in the window", () => {
    expect(of({ between: [1500, 2500], event: seen })).toEqual([]);
    expect(of({ between: [2500, 5000], event: seen })).toEqual(["event-outside"]);
    expect(of({ between: [0, 1500], event: seen })).toEqual(["no-event"]);
    expect(of({ event: { ...seen, type: "Normal" } })).toEqual(["no-event"]);
    expect(of({ event: { ...seen, message: { matches: "^Unhealthy" } } })).toEqual([]);
    expect(of({ event: { ...seen, container: "other" } })).toEqual(["no-event"]);
  });

  it("count what was sent by the window's end", () => {
    expect(of({ between: [0, 3500], event: { ...seen, count: 2 } })).toEqual([]);
    expect(of({ between: [0, 9000], event: { ...seen, count: 3 } })).toEqual([]);
    expect(of({ between: [0, 9000], event: { ...seen, count: { gt: 3 } } })).toEqual(["event-count"]);
  });

  it("assert absence inside the window only", () => {
    expect(of({ between: [5500, 9000], event: seen, none: true })).toEqual([]);
    expect(of({ between: [0, 9000], event: seen, none: true })).toEqual(["unwanted-event"]);
  });

  it("want an order in which others may lie between", () => {
    const order = (wanted: string[]): string[] =>
      codes(checkOrder({ object: "pod/web", order: wanted } as unknown as Check, records, 9000));
    expect(order(["Scheduled", "Killing"])).toEqual([]);
    expect(order(["Killing", "Scheduled"])).toEqual(["order"]);
    expect(order(["Scheduled", "Started"])).toEqual(["order"]);
  });
});

describe("checks of records and output", () => {
  const records = [
    record(1000, "cri.PullImage", "pod/default/web/app", { image: "nginx" }),
    record(2000, "cri.PullImage", "pod/default/web/app", { image: "redis" }),
  ];
  const of = (want: object, more: object = {}): string[] =>
    codes(checkRecord({ record: { type: "cri.PullImage", ...want }, ...more } as Check, records, 9000));

  it("count records by type, place and data", () => {
    expect(of({})).toEqual([]);
    expect(of({ count: 2 })).toEqual([]);
    expect(of({ count: 1 })).toEqual(["record-count"]);
    expect(of({ count: 1, data: { image: "redis" } })).toEqual([]);
    expect(of({ count: 1 }, { between: [0, 1500] })).toEqual([]);
    expect(of({ count: 2, from: "prober", to: "apiserver" })).toEqual([]);
    expect(of({ count: 0, object: "pod/other" })).toEqual([]);
    expect(of({}, { none: true })).toEqual(["record-count"]);
  });

  it("compare what a command printed and how it ended", () => {
    const printed = { stdout: "a b\n", stderr: "", exit: 0 };
    const findings = (check: object): string[] =>
      codes(outputFindings({ run: "x", ...check } as Check, printed));
    expect(findings({ prints: "a b", stderr: "", exit: 0 })).toEqual([]);
    expect(findings({ prints: "a" })).toEqual(["output"]);
    expect(findings({ prints: { matches: "^a" } })).toEqual([]);
    expect(findings({ exit: 1 })).toEqual(["exit"]);
    expect(findings({ stderr: { matches: "x" } })).toEqual(["output"]);
  });
});

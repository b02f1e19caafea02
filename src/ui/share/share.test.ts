import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../sim/index.ts";
import type { FromWorker, Share } from "../../worker/protocol.ts";
import { createSession } from "../../worker/session.ts";
import { decodeRun, encodeRun, MAX_LINK_CHARS } from "./codec.ts";
import { readSharedRun, type SharedRun } from "./format.ts";

const SCENARIO = `apiVersion: syncloop/v1
kind: Scenario
metadata: {name: shared}
spec:
  seed: 3
  timeline:
    - at: 2s
      apply: |
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec: {containers: [{name: web, image: nginx}]}
`;
const LATER = `apiVersion: v1
kind: Pod
metadata: {name: later}
spec: {containers: [{name: c, image: busybox, command: [sh, -c, "sleep 5; exit 3"]}]}
`;

const sample: SharedRun = {
  v: 1,
  scenario: { name: "mine", text: SCENARIO },
  seed: 42,
  at: 40_000,
  inputs: [{ at: 5000, after: 120, input: { type: "apply", manifest: LATER } }],
  notes: "看這裡 · смотрите · 여기",
};

/** The worker's side without a worker: sends requests, keeps the records and answers. */
function runner() {
  let records: TraceRecord[] = [];
  let share: Share | undefined;
  let problems = 0;
  const session = createSession((message: FromWorker) => {
    if (message.type === "update")
      records = [...records.filter((r) => r.seq < message.from), ...message.records];
    if (message.type === "share") share = message.share;
    if (message.type === "problems") problems += message.problems.length;
    if (message.type === "failed") throw new Error(message.message);
  });
  return {
    handle: session.handle,
    records: () => records,
    share: () => share!,
    problems: () => problems,
  };
}

const bytesOf = async (text: string): Promise<string> => {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return Buffer.from(await new Response(packed).arrayBuffer()).toString("base64url");
};

describe("a link to a run", () => {
  it("gives back what was put in", async () => {
    expect(await decodeRun(await encodeRun(sample))).toEqual({ ok: true, value: sample });
  });

  it("reproduces the exact trace at the same time", async () => {
    const first = runner();
    first.handle({ id: 1, type: "open", source: { scenario: SCENARIO, name: "shared", seed: 11 } });
    first.handle({ id: 2, type: "advance", to: 4321 });
    first.handle({ id: 3, type: "input", input: { type: "apply", manifest: LATER } });
    first.handle({ id: 4, type: "advance", to: 9000, maxRecords: 25 });
    first.handle({ id: 5, type: "input", input: { type: "run", command: "kubectl get pods -A" } });
    first.handle({
      id: 6,
      type: "input",
      input: { type: "fault", fault: { type: "registry-down", for: "20s" } },
    });
    first.handle({ id: 7, type: "advance", to: 60_000 });
    first.handle({ id: 8, type: "seek", time: 31_000 });
    first.handle({ id: 9, type: "input", input: { type: "delete", object: "pod/web" } });
    first.handle({ id: 10, type: "advance", to: 71_500 });
    first.handle({ id: 11, type: "share" });
    const { scenario: text, name, seed, inputs, at } = first.share();
    const link = await encodeRun({ v: 1, scenario: { name, text }, seed, at, inputs } as SharedRun);
    expect(link.length).toBeLessThan(2000);
    const read = await decodeRun(link);
    if (!read.ok) throw new Error(JSON.stringify(read.problem));
    const again = runner();
    const { value } = read;
    again.handle({
      id: 1,
      type: "open",
      source: {
        scenario: value.scenario.text ?? "",
        name: value.scenario.name,
        seed: value.seed,
        inputs: value.inputs,
        at: value.at,
      },
    });
    expect(again.problems()).toBe(0);
    expect(again.records().length).toBeGreaterThan(100);
    expect(again.records()).toEqual(first.records());
  });

  it("says what is wrong with one that is too long, mistyped, cut, or unpacks too large", async () => {
    const link = await encodeRun(sample);
    const codeOf = async (text: string): Promise<string> => {
      const read = await decodeRun(text);
      return read.ok ? "ok" : read.problem.code;
    };
    expect(await codeOf("A".repeat(MAX_LINK_CHARS + 1))).toBe("link-too-long");
    expect(await codeOf(`${link.slice(0, 20)}%${link.slice(20)}`)).toBe("letters");
    expect(await codeOf("")).toBe("letters");
    expect(await codeOf(link.slice(0, link.length - 12))).toBe("cut");
    expect(await codeOf(await bytesOf(`"${" ".repeat(8_000_000)}"`))).toBe("too-large");
    expect(await codeOf(await bytesOf("{"))).toBe("json");
  });

  it("names the field that does not fit, and a version of the future", async () => {
    const problemOf = (value: unknown) => {
      const read = readSharedRun(JSON.stringify(value));
      return read.ok ? undefined : read.problem;
    };
    expect(problemOf({ ...sample, v: 2 })).toEqual({ code: "version", args: { version: 2 } });
    expect(problemOf({ ...sample, at: "40s" })?.args["field"]).toBe("at");
    expect(problemOf({ ...sample, at: 1e15 })?.args["field"]).toBe("at");
    expect(problemOf({ ...sample, more: 1 })?.args["field"]).toBe("more");
    expect(
      problemOf({ ...sample, inputs: [{ at: 1, after: 1, input: { type: "evil" } }] })?.args["field"],
    ).toBe("inputs.0.input.type");
    expect(
      problemOf({
        ...sample,
        inputs: [{ at: 1, after: 1, input: { type: "exec", pod: "p", command: "sh" } }],
      })?.args["field"],
    ).toBe("inputs.0.input.command");
    expect(
      problemOf({ ...sample, inputs: [sample.inputs[0], { ...sample.inputs[0], at: 1 }] })?.args["field"],
    ).toBe("inputs");
    for (const odd of [null, 1, "x", [], {}, { v: "1" }]) expect(problemOf(odd)?.code).toBe("field");
    const proto = `{"type":"patch","object":"pod/x","merge":{"__proto__":{"x":1}}}`;
    const text = JSON.stringify({ ...sample, inputs: [] }).replace(
      `"inputs":[]`,
      `"inputs":[{"at":1,"after":1,"input":${proto}}]`,
    );
    expect(readSharedRun(text).ok).toBe(false);
    const deep = `${"[".repeat(3000)}${"]".repeat(3000)}`;
    expect(readSharedRun(`{"v":1,"notes":${deep}}`).ok).toBe(false);
  });

  it("never throws, whatever it is given", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), async (text) => {
        expect(typeof (await decodeRun(text)).ok).toBe("boolean");
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect(typeof (await decodeRun(await bytesOf(text))).ok).toBe("boolean");
      }),
    );
    const link = await encodeRun(sample);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(link.length - 1),
        fc.constantFrom(..."ABCxyz019-_"),
        fc.nat(3),
        async (at, letter, cut) => {
          const changed = `${link.slice(0, at)}${letter}${link.slice(at + cut)}`;
          const read = await decodeRun(changed);
          if (read.ok) expect(typeof read.value.seed).toBe("number");
        },
      ),
    );
  });
});

import { describe, expect, it } from "vitest";
import { parseScenario } from "../scenario/parse.ts";
import { describeProblem } from "./words.ts";

/** `LINE:COL: message` of every problem, as the command line prints them. */
function problems(source: string): string[] {
  const parsed = parseScenario(source);
  return parsed.ok ? [] : parsed.problems.map((p) => `${p.line}:${p.column}: ${describeProblem(p)}`);
}

const HEAD = "apiVersion: syncloop/v1\nkind: Scenario\nmetadata: {name: x}\n";
const file = (spec: string): string => `${HEAD}spec:\n${spec}`;

describe("a scenario file", () => {
  it("gets its defaults", () => {
    const parsed = parseScenario(`${HEAD}spec: {}\n`);
    expect(parsed).toMatchObject({
      ok: true,
      scenario: {
        spec: {
          seed: 1,
          start: "2026-01-05T09:00:00Z",
          boot: "warm",
          nodes: [{ name: "node-1" }],
          timeline: [],
          expect: [],
        },
      },
    });
  });

  it("has durations of every form, in ms", () => {
    const source = file(
      "  timeline:\n    - {at: 500ms, run: a}\n    - {at: 30s, run: b}\n    - {at: 1h30m, run: c}\n    - {at: 0, run: d}\n",
    );
    const parsed = parseScenario(source);
    expect(parsed.ok && parsed.scenario.spec.timeline.map((e) => e.at)).toEqual([500, 30_000, 5_400_000, 0]);
  });

  it("takes every form of the contract", () => {
    const source = file(`  boot: cold
  nodes: [{name: n, capacity: {cpu: "4"}, labels: {a: b}, taints: [{key: k, effect: NoSchedule}], kubelet: {maxPods: 3}, images: [nginx], staticPods: {a.yaml: "x"}}]
  images: [{name: example.com/a:1, size: 1Mi, pull: {latency: 1s, bandwidth: 5Mi}, run: {startup: 3s, ports: [80], http: [{path: /, status: 200, until: 4s}], memory: [{at: 0s, use: 1Mi, over: 2s}], cpu: 100m, log: [{every: 5s, line: tick}], exit: {at: 9s, code: 1}, onTerm: {after: 4s, code: 0}}}]
  timeline:
    - {at: 0s, apply: "kind: Pod"}
    - {at: 0s, run: kubectl get pods, on: n}
    - {at: 0s, fault: {type: disk-fill, fs: imagefs, to: 92%, for: 9s}}
    - {at: 0s, clear: {type: disk-fill}}
    - {at: 0s, exec: {pod: p, container: c, command: [ls]}}
    - {at: 0s, write: {node: n, path: /a, content: b}}
    - {at: 0s, remove: {node: n, path: /a}}
    - {at: 0s, patch: {object: pod/p, subresource: status, merge: {}}}
  expect:
    - {at: 1s, object: pod/p, gone: true}
    - {at: 1s, object: pod/p, fields: {a: {exists: false}}}
    - {between: [0s, 1s], event: {object: pod/p, reason: R, count: {gt: 2}}}
    - {between: [0s, 1s], event: {object: pod/p}, none: true}
    - {order: [A, B], object: pod/p}
    - {at: 1s, run: ls, on: n, prints: {matches: a}, stderr: {equals: b}, exit: 0}
    - {between: [0s, 1s], record: {type: cri.PullImage, count: {lt: 3}, data: {image: x}}}
    - {at: 1s, http: {pod: p, port: 80, path: /}, status: 200}
    - {between: [0s, 1s], never: {object: pod/p, fields: {a: b}}}
    - {between: [0s, 1s], always: {object: pod/p, fields: {a: b}}}
`);
    expect(problems(source)).toEqual([]);
  });
});

describe("a bad scenario file says where it is bad", () => {
  it.each([
    ["no YAML", "a: [1, 2\nb: 3\n", /^\d+:\d+: not readable as YAML: /],
    ["a tab", `${HEAD}spec:\n\tseed: 1\n`, /^5:\d+: not readable as YAML/],
    [
      "another kind",
      "apiVersion: syncloop/v1\nkind: Pod\nmetadata: {name: x}\nspec: {}\n",
      /^2:7: kind: "Pod" is not possible here; expected "Scenario"/,
    ],
    [
      "no name",
      "apiVersion: syncloop/v1\nkind: Scenario\nmetadata: {}\nspec: {}\n",
      /^3:\d+: metadata.name is missing/,
    ],
    ["an unknown field", file("  seeed: 7\n"), /^5:3: unknown field spec.seeed/],
    [
      "an unknown field deep inside",
      file("  timeline:\n    - at: 1s\n      fault:\n        type: kill\n        strength: 9\n"),
      /^9:9: unknown field spec.timeline\[0\].fault.strength/,
    ],
    [
      "a wrong type",
      file("  nodes:\n    - name: 7\n"),
      /^6:13: spec.nodes\[0\].name: expected string, found 7/,
    ],
    [
      "a bad duration",
      file("  timeline:\n    - at: soon\n      run: ls\n"),
      /^6:11: spec.timeline\[0\].at: "soon" is not a duration/,
    ],
    [
      "a duration without a unit",
      file("  timeline:\n    - at: 30\n      run: ls\n"),
      /^6:11: spec.timeline\[0\].at: 30 is not a duration/,
    ],
    [
      "a negative duration",
      file("  timeline:\n    - at: -3s\n      run: ls\n"),
      /^6:11: spec.timeline\[0\].at: "-3s" is not a duration/,
    ],
    ["no at", file("  timeline:\n    - run: ls\n"), /^6:7: spec.timeline\[0\].at is missing/],
    [
      "an unknown fault",
      file("  timeline:\n    - at: 1s\n      fault: {type: meteor}\n"),
      /^7:21: spec.timeline\[0\].fault.type: "meteor" is not possible here; expected .*"registry-down"/,
    ],
    [
      "a fault without what it needs",
      file("  timeline:\n    - at: 1s\n      fault: {type: image-missing}\n"),
      /^7:14: spec.timeline\[0\].fault.image is missing/,
    ],
    [
      "a bad quantity",
      file("  timeline:\n    - at: 1s\n      fault: {type: memory-hog, use: lots}\n"),
      /^7:38: spec.timeline\[0\].fault.use: "lots" is not a quantity/,
    ],
    [
      "a bad share",
      file("  timeline:\n    - at: 1s\n      fault: {type: disk-fill, to: much}\n"),
      /^7:36: spec.timeline\[0\].fault.to: "much" is not a percentage/,
    ],
    [
      "a fault on a node that is not there",
      file("  timeline:\n    - at: 1s\n      fault: {type: node-down, node: node-9}\n"),
      /^7:38: spec.timeline\[0\].fault.node: there is no node "node-9"/,
    ],
    ["nothing to do", file("  timeline:\n    - at: 1s\n"), /^6:7: spec.timeline\[0\] does nothing/],
    [
      "two things to do",
      file("  timeline:\n    - at: 1s\n      run: ls\n      apply: x\n"),
      /^6:7: spec.timeline\[0\] does several things \(apply, run\)/,
    ],
    ["a check of nothing", file("  expect:\n    - at: 1s\n"), /^6:7: spec.expect\[0\] checks nothing/],
    [
      "a check without its time",
      file("  expect:\n    - object: pod/x\n"),
      /^6:7: spec.expect\[0\] needs `at`/,
    ],
    [
      "a watch without its window",
      file("  expect:\n    - at: 1s\n      never: {object: pod/x, fields: {a: b}}\n"),
      /^6:7: spec.expect\[0\] needs `between`/,
    ],
    [
      "a window backwards",
      file("  expect:\n    - between: [9s, 3s]\n      event: {reason: A}\n"),
      /^6:16: spec.expect\[0\].between: \["9s","3s"\] is no window: the window ends before it begins/,
    ],
    [
      "a bad pattern",
      file("  expect:\n    - at: 1s\n      run: ls\n      prints: {matches: '(a'}\n"),
      /^8:25: spec.expect\[0\].prints.matches: .*not a regular expression/,
    ],
    [
      "a bad path",
      file("  expect:\n    - at: 1s\n      object: pod/x\n      fields: {'a[?': 1}\n"),
      /^8:16: spec.expect\[0\].fields\['a\[\?'\]: "a\[\?" is not a path/,
    ],
    [
      "an object without a name",
      file("  expect:\n    - at: 1s\n      object: web\n"),
      /^7:15: spec.expect\[0\].object: "web" is no kind\/name/,
    ],
    [
      "two nodes of one name",
      file("  nodes: [{name: a}, {name: a}]\n"),
      /^5:29: spec.nodes\[1\].name: "a" is there twice/,
    ],
    [
      "another version",
      file('  kubernetes: "1.20"\n'),
      /^5:15: spec.kubernetes: "1.20" is not possible here/,
    ],
    ["a time that is none", file("  start: yesterday\n"), /^5:10: spec.start: "yesterday" is not a time/],
  ])("%s", (_name, source, wanted) => {
    const found = problems(source);
    expect(found.length, found.join("\n")).toBeGreaterThan(0);
    expect(found[0]).toMatch(wanted);
  });

  it("names everything that is wrong, in the order of the file", () => {
    const source = file("  seed: x\n  nodes: []\n  timeline:\n    - at: 1\n");
    expect(problems(source).map((p) => Number(p.split(":")[0]))).toEqual([5, 6, 8]);
  });

  it("refuses what is too large before it reads it", () => {
    expect(problems(`# ${"x".repeat(1_000_001)}`)[0]).toMatch(/^1:1: the file has 10000\d\d characters/);
  });
});

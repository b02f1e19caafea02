import { describe, expect, it } from "vitest";
import { checkManifest, readManifest } from "./manifest.ts";
import { SIZE_LIMIT } from "./yaml.ts";

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: ${spec}\n`;
const messages = (text: string): string[] => checkManifest(text).problems.map((p) => p.message);

describe("what a real API server said to these manifests", () => {
  it.each([
    [
      pod("{contianers: [{name: a, image: nginx}]}"),
      ['strict decoding error: unknown field "spec.contianers"'],
    ],
    [
      pod(
        '{containers: [{name: a, image: nginx, resources: {requests: {cpu: "2"}, limits: {cpu: "1"}}, volumeMounts: [{name: v, mountPath: /v}], livenessProbe: {periodSeconds: -1}}]}',
      ),
      [
        'spec.containers[0].volumeMounts[0].name: Not found: "v"',
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
        "spec.containers[0].livenessProbe: Required value: must specify a handler type",
        "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
      ],
    ],
    [
      pod('{restartPolicy: OnFailure, containers: [{name: a, image: nginx, command: "sleep 5"}]}'),
      [
        "json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string",
      ],
    ],
    [
      "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {containers: [{name: a, image: nginx}]}}}\n",
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: "not base64!"}\n',
      ["illegal base64 data at input byte 3"],
    ],
    [
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {schedule: "every day", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: b}]}}}}}\n',
      ['spec.schedule: Invalid value: "every day": expected exactly 5 fields, found 2: [every day]'],
    ],
    [
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n spec: {}\n",
      ["yaml: line 4: did not find expected key"],
    ],
    [
      "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n",
      ["yaml: line 4: found character that cannot start any token"],
    ],
  ])("%#", (text, said) => expect(messages(text)).toEqual(said));
});

describe("places", () => {
  it("underlines the value, or the key that is too much", () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  restartPolicy: Alwayss\n  containers:\n  - name: a\n    imagee: nginx\n";
    expect(checkManifest(text).problems).toMatchObject([
      { code: "unknownField", line: 9, col: 5, endCol: 11 },
    ]);
    const fixed = text.replace("imagee", "image");
    expect(checkManifest(fixed).problems).toMatchObject([
      { code: "invalid", path: "spec.restartPolicy", line: 6, col: 18, endCol: 25 },
    ]);
  });

  it("points at the item that lacks a field", () => {
    const problem = checkManifest(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: a\n",
    ).problems[0];
    expect(problem).toMatchObject({ path: "spec.containers[0].image", line: 6, col: 5 });
  });

  it("counts lines through several documents", () => {
    const text = `${pod("{containers: [{name: a, image: b}]}")}---\n${pod("{containers: []}")}`;
    const { documents, problems } = checkManifest(text);
    expect(documents).toHaveLength(2);
    expect(problems).toMatchObject([{ document: 1, line: 9, message: "spec.containers: Required value" }]);
  });
});

describe("YAML as kubectl reads it", () => {
  it("knows the booleans and octals of 1.1, keeps times as text, lets the later key win", () => {
    const { documents } = readManifest(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {at: 2026-01-05T09:00:00Z}}\nimmutable: yes\ndata:\n  a: b\n  a: c\n",
    );
    expect(documents[0]?.value).toMatchObject({
      immutable: true,
      data: { a: "c" },
      metadata: { annotations: { at: "2026-01-05T09:00:00Z" } },
    });
    expect(documents[0]?.problems).toMatchObject([{ code: "duplicateKey", severity: "warning", line: 7 }]);
  });

  it("says that a bare number is no string", () => {
    expect(messages(pod("{containers: [{name: a, image: b, env: [{name: A, value: yes}]}]}"))).toEqual([
      "json: cannot unmarshal bool into Go struct field EnvVar.spec.containers.env.value of type string",
    ]);
  });

  it("reads JSON, KYAML and lists", () => {
    const json =
      '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}]}';
    expect(readManifest(json).documents.map((d) => d.object?.metadata?.name)).toEqual(["a"]);
    expect(
      readManifest('---\n{\n  apiVersion: "v1",\n  kind: "ConfigMap",\n  metadata: { name: "k", },\n}\n')
        .problems,
    ).toEqual([]);
  });
});

describe("what go-yaml takes beyond the specification", () => {
  it("reads an escaped single quote in double quotes", () => {
    const read = readManifest(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: "it\\\'s \\\\ \\"here\\""}\n',
    );
    expect(read.problems).toEqual([]);
    const object = read.documents[0]?.object as { data?: { a: string } } | null | undefined;
    expect(object?.data?.a).toBe(`it's \\ "here"`);
    expect(
      readManifest('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: "\\q"}\n').problems,
    ).toHaveLength(1);
  });
});

describe("hostile texts", () => {
  it.each([
    ["a: b\n".repeat(SIZE_LIMIT / 4), "tooLarge"],
    ["[".repeat(50_000), "tooDeep"],
    [
      "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]",
      "tooManyAliases",
    ],
  ])("%#", (text, code) => expect(checkManifest(text).problems[0]?.code).toBe(code));

  it("does not touch the prototype of objects", () => {
    readManifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n__proto__: {polluted: yes}\n");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

/** The scenario file as data, and the schema that checks it (format `syncloop/v1`, kind `Scenario`). */
import * as v from "valibot";
import { durationMs } from "../api/duration.ts";
import { readQuantity } from "../api/quantity.ts";

/** A duration as written (`500ms`, `1h30m`), in virtual ms. */
const duration = v.pipe(
  v.unknown(),
  v.check(
    (value) => value === 0 || (typeof value === "string" && (durationMs(value) ?? -1) >= 0),
    "duration",
  ),
  v.transform((value) => (value === 0 ? 0 : (durationMs(String(value)) ?? 0))),
);

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0, "negative"));
const strings = v.record(text, text);
const anything = v.unknown();
const amount = v.pipe(
  v.union([text, v.number()]),
  v.check((value) => readQuantity(value).ok, "quantity"),
  v.transform(String),
);

/** Words in the four languages; only a title has them. */
const words = v.strictObject({
  en: v.optional(text),
  ru: v.optional(text),
  zh: v.optional(text),
  ko: v.optional(text),
});

const window = v.pipe(
  v.tuple([duration, duration]),
  v.check(([from, to]) => from <= to, "window"),
);

// --- nodes and images ----------------------------------------------------------------------------------------

const taint = v.strictObject({
  key: text,
  value: v.optional(text),
  effect: v.picklist(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const node = v.strictObject({
  name: v.pipe(text, v.regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "name")),
  capacity: v.optional(v.record(text, amount)),
  labels: v.optional(strings),
  taints: v.optional(v.array(taint)),
  kubelet: v.optional(v.record(text, anything)),
  images: v.optional(v.array(text)),
  staticPods: v.optional(strings),
});

const httpRule = v.strictObject({
  path: text,
  status: v.optional(count),
  body: v.optional(text),
  headers: v.optional(strings),
  latency: v.optional(duration),
  from: v.optional(duration),
  until: v.optional(duration),
});

const imageRun = v.strictObject({
  startup: v.optional(duration),
  ports: v.optional(v.array(count)),
  http: v.optional(v.array(httpRule)),
  memory: v.optional(v.array(v.strictObject({ at: duration, use: amount, over: v.optional(duration) }))),
  cpu: v.optional(amount),
  log: v.optional(
    v.array(
      v.strictObject({
        every: v.optional(duration),
        at: v.optional(duration),
        line: text,
        stream: v.optional(v.picklist(["stdout", "stderr"])),
      }),
    ),
  ),
  exit: v.optional(v.strictObject({ at: duration, code: v.number() })),
  onTerm: v.optional(
    v.strictObject({
      after: v.optional(duration),
      code: v.optional(v.number()),
      ignore: v.optional(v.boolean()),
    }),
  ),
});

const image = v.strictObject({
  name: text,
  size: v.optional(amount),
  shell: v.optional(v.boolean()),
  user: v.optional(text),
  pull: v.optional(
    v.strictObject({
      latency: v.optional(duration),
      bandwidth: v.optional(amount),
      error: v.optional(v.picklist(["not found", "unauthorized", "timeout"])),
    }),
  ),
  run: v.optional(imageRun),
});

// --- faults --------------------------------------------------------------------------------------------------

export const FAULT_TYPES = [
  "registry-down",
  "registry-slow",
  "image-missing",
  "runtime-down",
  "api-unreachable",
  "node-down",
  "kubelet-stop",
  "kubelet-restart",
  "disk-fill",
  "memory-hog",
  "pid-hog",
  "http",
  "exec",
  "kill",
  "cni-fail",
  "volume-fail",
  "certificate-expire",
  "clock-jump",
] as const;
export type FaultType = (typeof FAULT_TYPES)[number];

/** One-shot faults: they happen and are over. */
export const ONE_SHOT: readonly FaultType[] = ["kubelet-restart", "kill", "clock-jump"];

export const faultSchema = v.strictObject({
  type: v.picklist(FAULT_TYPES),
  for: v.optional(duration),
  node: v.optional(text),
  pod: v.optional(text),
  container: v.optional(text),
  image: v.optional(text),
  factor: v.optional(v.pipe(v.number(), v.minValue(1))),
  fs: v.optional(v.picklist(["nodefs", "imagefs"])),
  to: v.optional(v.pipe(text, v.regex(/^\d{1,3}(\.\d+)?%$/, "percentage"))),
  use: v.optional(amount),
  count: v.optional(count),
  path: v.optional(text),
  status: v.optional(count),
  exit: v.optional(count),
  latency: v.optional(duration),
  signal: v.optional(v.union([text, v.number()])),
  volume: v.optional(text),
  phase: v.optional(v.picklist(["attach", "mount"])),
  by: v.optional(
    v.pipe(
      text,
      v.check((by) => durationMs(by) !== undefined, "duration"),
    ),
  ),
  /** api-unreachable of the server itself: it stands still and answers nobody, instead of being cut off. */
  frozen: v.optional(v.boolean()),
});

const clearSchema = v.looseObject({ type: v.optional(v.picklist(FAULT_TYPES)), id: v.optional(v.number()) });

// --- timeline ------------------------------------------------------------------------------------------------

const timelineEntry = v.strictObject({
  at: duration,
  apply: v.optional(text),
  run: v.optional(text),
  on: v.optional(text),
  fault: v.optional(faultSchema),
  clear: v.optional(clearSchema),
  exec: v.optional(
    v.strictObject({
      pod: text,
      container: v.optional(text),
      command: v.array(text),
      namespace: v.optional(text),
    }),
  ),
  write: v.optional(v.strictObject({ node: v.optional(text), path: text, content: text })),
  remove: v.optional(v.strictObject({ node: v.optional(text), path: text })),
  delete: v.optional(v.strictObject({ object: text, gracePeriodSeconds: v.optional(count) })),
  patch: v.optional(
    v.strictObject({
      object: text,
      subresource: v.optional(text),
      merge: v.optional(anything),
      strategic: v.optional(anything),
    }),
  ),
});

// --- checks --------------------------------------------------------------------------------------------------

const number = v.number();
export const matcherSchema = v.union([
  v.strictObject({ matches: text }),
  v.strictObject({ gt: number, lt: v.optional(number) }),
  v.strictObject({ lt: number }),
  v.strictObject({ gte: number, lte: v.optional(number) }),
  v.strictObject({ lte: number }),
  v.strictObject({ exists: v.boolean() }),
  v.strictObject({ equals: anything }),
]);

const countSchema = v.union([
  count,
  v.strictObject({
    gt: v.optional(number),
    lt: v.optional(number),
    gte: v.optional(number),
    lte: v.optional(number),
  }),
]);
const fields = v.record(text, anything);

const eventCheck = v.strictObject({
  object: v.optional(text),
  type: v.optional(text),
  reason: v.optional(text),
  message: v.optional(anything),
  count: v.optional(countSchema),
  container: v.optional(text),
});

const recordCheck = v.strictObject({
  type: text,
  from: v.optional(text),
  to: v.optional(text),
  object: v.optional(text),
  data: v.optional(fields),
  count: v.optional(countSchema),
});

const check = v.strictObject({
  at: v.optional(duration),
  between: v.optional(window),
  object: v.optional(text),
  fields: v.optional(fields),
  gone: v.optional(v.boolean()),
  exists: v.optional(v.boolean()),
  event: v.optional(eventCheck),
  none: v.optional(v.boolean()),
  order: v.optional(v.array(text)),
  run: v.optional(text),
  on: v.optional(text),
  prints: v.optional(anything),
  stderr: v.optional(anything),
  exit: v.optional(number),
  record: v.optional(recordCheck),
  http: v.optional(
    v.strictObject({
      pod: v.optional(text),
      service: v.optional(text),
      namespace: v.optional(text),
      port: count,
      path: v.optional(text),
      scheme: v.optional(text),
    }),
  ),
  status: v.optional(anything),
  body: v.optional(anything),
  never: v.optional(v.strictObject({ object: text, fields })),
  always: v.optional(v.strictObject({ object: text, fields })),
});

// --- the file ------------------------------------------------------------------------------------------------

export const scenarioSchema = v.strictObject({
  apiVersion: v.literal("syncloop/v1"),
  kind: v.literal("Scenario"),
  metadata: v.strictObject({
    name: text,
    title: v.optional(words),
    description: v.optional(words),
    labels: v.optional(strings),
  }),
  spec: v.strictObject({
    seed: v.optional(v.pipe(v.number(), v.integer()), 1),
    start: v.optional(
      v.pipe(
        text,
        v.check((t) => !Number.isNaN(Date.parse(t)), "time"),
      ),
      "2026-01-05T09:00:00Z",
    ),
    kubernetes: v.optional(
      v.pipe(
        v.union([text, v.number()]),
        v.check((t) => String(t).replace(/^v/, "").startsWith("1.36"), "version"),
      ),
      "1.36",
    ),
    boot: v.optional(v.picklist(["warm", "cold"]), "warm"),
    nodes: v.optional(v.pipe(v.array(node), v.minLength(1, "empty")), [{ name: "node-1" }]),
    images: v.optional(v.array(image), []),
    latencies: v.optional(v.record(text, duration), {}),
    objects: v.optional(v.array(anything), []),
    timeline: v.optional(v.array(timelineEntry), []),
    expect: v.optional(v.array(check), []),
  }),
});

export type Scenario = v.InferOutput<typeof scenarioSchema>;
export type ScenarioSpec = Scenario["spec"];
export type NodeSpec = ScenarioSpec["nodes"][number];
export type ImageSpec = ScenarioSpec["images"][number];
export type TimelineEntry = v.InferOutput<typeof timelineEntry>;
export type Check = v.InferOutput<typeof check>;
export type Fault = v.InferOutput<typeof faultSchema>;
export type FaultClear = v.InferOutput<typeof clearSchema>;
export const expectSchema = v.array(check);
export const timelineSchema = v.array(timelineEntry);

/** What a timeline entry does, one per entry. */
export const ACTIONS = [
  "apply",
  "run",
  "fault",
  "clear",
  "exec",
  "write",
  "remove",
  "patch",
  "delete",
] as const;
/** What a check is about, one per check. */
export const SUBJECTS = ["event", "order", "run", "record", "http", "never", "always"] as const;

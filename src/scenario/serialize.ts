/** A checked scenario as text again: what `parseScenario` reads back is the same scenario. */
import type { Scenario } from "./format.ts";

/** Fields whose numbers are virtual ms once they have been read, and durations where they are written. */
const DURATION_KEYS = ["at", "every", "after", "over", "startup", "latency", "from", "until", "for"];

const asText = (value: unknown): unknown => (typeof value === "number" ? `${value}ms` : value);

function withDurations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDurations);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      DURATION_KEYS.includes(key) ? asText(field) : withDurations(field),
    ]),
  );
}

/** Patches, objects and what a test expects hold no durations of ours. */
function entryText(entry: Scenario["spec"]["timeline"][number]): unknown {
  const { at, fault, ...rest } = entry;
  return { at: asText(at), ...(fault ? { fault: withDurations(fault) } : {}), ...rest };
}

/** JSON, which YAML is a superset of, without the checks: the text is there to be run. */
export function scenarioText({ spec, ...head }: Scenario): string {
  const { timeline, images, latencies, expect: _, ...rest } = spec;
  return JSON.stringify({
    ...head,
    spec: {
      ...rest,
      images: withDurations(images),
      latencies: Object.fromEntries(Object.entries(latencies).map(([key, value]) => [key, asText(value)])),
      timeline: timeline.map(entryText),
    },
  });
}

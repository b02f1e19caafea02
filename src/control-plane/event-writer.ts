/**
 * Events of control-plane components, written through the API: the controllers' go through the same correlator as the
 * kubelet's (client-go tools/record), the scheduler's through the series of events.k8s.io (client-go tools/events).
 */

import type { ComponentId } from "../api/component-ids.ts";
import type { ApiClient } from "../api/contract.ts";
import {
  type AggregateRecord,
  type EventDraft,
  type EventLog,
  eventCorrelate,
  type SpamBucket,
} from "../api/events/correlator.ts";
import type { ApiObject, CoreEvent } from "../api/types.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms } from "../sim/types.ts";

export interface EventWriter {
  /** Writes `event.<Reason>` about an object and creates or counts the Event. */
  event(about: ApiObject, type: "Normal" | "Warning", reason: string, message: string): void;
}

export interface EventWriterOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly from: ComponentId;
  /** `default-scheduler`, `job-controller`, … */
  readonly component: string;
  readonly stamp: () => string;
  /** Events of events.k8s.io, as the scheduler writes them: the instance that reports. */
  readonly seriesOf?: string;
}

/** A series that nothing was added to for so long is over (finishTime). */
const SERIES_OVER_MS: Ms = 360_000;

interface Series {
  readonly name: string;
  readonly count: number;
  readonly lastMs: Ms;
}

export function createEventWriter(options: EventWriterOptions): EventWriter {
  const { sim, api, from, component, stamp, seriesOf } = options;
  const name = `control-plane/events/${component}`;
  const rows = {
    aggregates: sim.table<AggregateRecord>(`${name}/aggregates`),
    logs: sim.table<EventLog>(`${name}/logs`),
    buckets: sim.table<SpamBucket>(`${name}/buckets`),
  };
  const series = sim.table<Series>(`${name}/series`);

  /** Names end in their time, so that events of an object list in the order they came. */
  const nanos = (object: string): bigint =>
    BigInt(Date.parse(stamp())) * 1_000_000n +
    BigInt(Math.floor((sim.now % 1000) * 1e6 + sim.draw("event-name", object) * 1e6));

  const write = (event: EventDraft, patch: boolean): void => {
    const { namespace, message, count } = event;
    const now = stamp();
    const options = { record: false, from } as const;
    if (patch) {
      const body = { count, lastTimestamp: now, message };
      api.request(
        { verb: "patch", kind: "Event", namespace, name: event.name, patchType: "merge", body },
        null,
        options,
      );
      return;
    }
    const body: CoreEvent = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: event.name, namespace },
      involvedObject: event.involved,
      reason: event.reason,
      message,
      type: event.type,
      source: { component },
      reportingComponent: component,
      reportingInstance: seriesOf ?? "",
      firstTimestamp: now,
      lastTimestamp: now,
      count,
    } as CoreEvent;
    api.request({ verb: "create", kind: "Event", namespace, body }, null, options);
  };

  /** A second one of the same makes a series; more of them are written when it is over, which nobody waits for. */
  const writeInSeries = (event: EventDraft): void => {
    const { involved } = event;
    const key = [involved.uid, involved.resourceVersion, event.type, event.reason].join("\n");
    const before = series.get(key);
    if (!before || sim.now - before.lastMs > SERIES_OVER_MS) {
      series.set(key, { name: event.name, count: 1, lastMs: sim.now });
      write(event, false);
      return;
    }
    series.set(key, { ...before, count: before.count + 1, lastMs: sim.now });
    if (before.count === 1) write({ ...event, name: before.name, count: 2 }, true);
  };

  return {
    event(about, type, reason, message) {
      const meta = about.metadata ?? {};
      const object = `${(about.kind ?? "").toLowerCase()}/${meta.namespace ? `${meta.namespace}/` : ""}${meta.name}`;
      const eventName = `${meta.name}.${nanos(object).toString(16)}`;
      const draft: EventDraft = {
        name: eventName,
        namespace: meta.namespace ?? "default",
        involved: {
          kind: about.kind ?? "",
          ...(meta.namespace !== undefined ? { namespace: meta.namespace } : {}),
          name: meta.name ?? "",
          ...(meta.uid !== undefined ? { uid: meta.uid } : {}),
          ...(about.apiVersion !== undefined ? { apiVersion: about.apiVersion } : {}),
          ...(meta.resourceVersion !== undefined ? { resourceVersion: meta.resourceVersion } : {}),
        },
        type,
        reason,
        message,
        component,
        host: "",
        firstMs: sim.now,
        lastMs: sim.now,
        count: 1,
      };
      const correlated =
        seriesOf === undefined
          ? eventCorrelate(rows, draft, sim.now, eventName)
          : { event: draft, patch: false };
      const left = correlated.event;
      const record = sim.record({
        from,
        to: "apiserver",
        type: `event.${reason}`,
        object,
        data: {
          type,
          reason,
          message,
          component,
          ...(left && left.message !== message ? { combined: true } : {}),
          ...(left ? {} : { dropped: true }),
        },
      });
      sim.under(record, () => {
        if (seriesOf !== undefined) writeInSeries(draft);
        else if (left) write(left, correlated.patch);
      });
    },
  };
}

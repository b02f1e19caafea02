/** Events of control-plane components: written through the API, counted when the same one comes again. */

import type { ComponentId } from "../api/component-ids.ts";
import type { ApiClient } from "../api/contract.ts";
import type { ApiObject, CoreEvent } from "../api/types.ts";
import type { Simulation, Table } from "../sim/index.ts";

interface Counted {
  readonly name: string;
  readonly count: number;
}

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
  /** Stamp with microseconds for events.k8s.io style events, which the scheduler writes. */
  readonly seriesStyle?: boolean;
}

export function createEventWriter(options: EventWriterOptions): EventWriter {
  const { sim, api, from, component, stamp } = options;
  const seen: Table<Counted> = sim.table<Counted>(`control-plane/events/${component}`);

  /** Names end in their time, so that events of an object list in the order they came. */
  const nanos = (object: string): bigint =>
    BigInt(Date.parse(stamp())) * 1_000_000n +
    BigInt(Math.floor((sim.now % 1000) * 1e6 + sim.draw("event-name", object) * 1e6));

  return {
    event(about, type, reason, message) {
      const meta = about.metadata ?? {};
      const namespace = meta.namespace ?? "default";
      const object = `${(about.kind ?? "").toLowerCase()}/${meta.namespace ? `${meta.namespace}/` : ""}${meta.name}`;
      const record = sim.record({
        from,
        to: "apiserver",
        type: `event.${reason}`,
        object,
        data: { type, reason, message, component },
      });
      const key = `${meta.uid ?? object}\n${type}\n${reason}\n${message}`;
      const before = seen.get(key);
      const now = stamp();
      sim.under(record, () => {
        if (before) {
          const count = before.count + 1;
          seen.set(key, { ...before, count });
          api.request(
            {
              verb: "patch",
              kind: "Event",
              namespace,
              name: before.name,
              patchType: "merge",
              body: { count, lastTimestamp: now },
            },
            null,
            { record: false, from },
          );
          return;
        }
        const name = `${meta.name}.${nanos(object).toString(16)}`;
        seen.set(key, { name, count: 1 });
        const body: CoreEvent = {
          apiVersion: "v1",
          kind: "Event",
          metadata: { name, namespace },
          involvedObject: {
            kind: about.kind,
            namespace: meta.namespace,
            name: meta.name,
            uid: meta.uid,
            apiVersion: about.apiVersion,
            resourceVersion: meta.resourceVersion,
          },
          reason,
          message,
          type,
          source: { component },
          reportingComponent: component,
          reportingInstance: component,
          firstTimestamp: now,
          lastTimestamp: now,
          count: 1,
        } as CoreEvent;
        api.request({ verb: "create", kind: "Event", namespace, body }, null, { record: false, from });
      });
    },
  };
}

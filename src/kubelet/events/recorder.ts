/**
 * The kubelet's event recorder: every event is a record of the trace and goes through the correlator at once; what is
 * left of it waits for a sink that writes one event at a time (client-go tools/record/event.go).
 */
import type { ApiReply } from "../../api/contract.ts";
import {
  type AggregateRecord,
  type EventDraft,
  type EventLog,
  eventCorrelate,
  type SpamBucket,
} from "../../api/events/correlator.ts";
import { MachineTable } from "../../sim/index.ts";
import type { Ms, Seq } from "../../sim/types.ts";
import type { EventRecorder, EventTarget, Kubelet } from "../contract.ts";
import { podObject } from "../types.ts";
import { type RecorderContext, type RecorderEvent, recorderMachine } from "./recorder.machine.ts";

/** Events wait here for the sink; more are dropped (maxQueuedEvents). */
const MAX_QUEUED = 1000;
const MAX_TRIES = 12;
const SLEEP_MS: Ms = 10_000;

/** An event as the correlator left it. */
interface Queued {
  readonly event: EventDraft;
  /** It was written before. */
  readonly patch: boolean;
  readonly cause: Seq;
}

interface Sink {
  readonly queue: readonly Queued[];
  /** The event being written. */
  readonly current: Queued | null;
  /** The client's rate limit (eventRecordQPS, eventBurst); null: the bucket is full. */
  readonly tokens: number | null;
  readonly tokensAt: Ms;
  /** Nanoseconds of the last event's name: names must differ. */
  readonly lastNanos: string;
  /** Number of the last call: answers to older ones are dropped. */
  readonly call: number;
}

const FIELD_PATHS = {
  init: "spec.initContainers",
  regular: "spec.containers",
  ephemeral: "spec.ephemeralContainers",
} as const;

export function createEventRecorder(k: Kubelet): EventRecorder {
  const { sim, nodeName } = k;
  const name = `${nodeName}/events`;
  const rows = {
    aggregates: sim.table<AggregateRecord>(`${name}/aggregates`),
    logs: sim.table<EventLog>(`${name}/logs`),
    buckets: sim.table<SpamBucket>(`${name}/buckets`),
  };
  const sink = sim.cell<Sink>(`${name}/sink`, {
    queue: [],
    current: null,
    tokens: null,
    tokensAt: 0,
    lastNanos: "0",
    call: 0,
  });
  const state = (): Sink => sink.get();
  const update = (fields: Partial<Sink>): void => sink.set({ ...sink.get(), ...fields });

  const machine = new MachineTable<RecorderContext, RecorderEvent>(sim, name, recorderMachine, {
    takeNext: ({ raise }) => {
      const now = state();
      if (now.queue.length === 0) {
        update({ current: null });
        return raise({ type: "empty" });
      }
      const qps = k.config.eventRecordQps;
      const tokens = Math.min(
        k.config.eventBurst,
        (now.tokens ?? Number.POSITIVE_INFINITY) + ((sim.now - now.tokensAt) * qps) / 1000,
      );
      if (qps > 0 && tokens < 1) {
        update({ tokens, tokensAt: sim.now });
        return raise({ type: "throttled", waitMs: Math.max(1, Math.ceil(((1 - tokens) * 1000) / qps)) });
      }
      const [first, ...rest] = now.queue;
      update({ queue: rest, tokens: tokens - 1, tokensAt: sim.now, current: first as Queued });
      send();
      raise({ type: "sending" });
    },
    judge: ({ event, context, raise }) => {
      const { result, call } = event as unknown as ApiReply & { readonly call: number };
      if (call !== state().call) return;
      if (result.ok) return raise({ type: "written" });
      const { error } = result;
      if (error.reason === "NotFound" && state().current?.patch) return raise({ type: "missing" });
      // An answer that refuses the event is final; a server that cannot be reached is asked again.
      if (!error.transport || context.tries + 1 >= MAX_TRIES) return raise({ type: "written" });
      raise({
        type: "unreachable",
        waitMs: context.tries === 0 ? SLEEP_MS * sim.draw("event-retry", nodeName) : SLEEP_MS,
      });
    },
    createAgain: () => {
      const { current } = state();
      if (current) update({ current: { ...current, patch: false } });
      send();
    },
    sendAgain: () => send(),
  });

  function send(): void {
    const { current } = state();
    if (!current) return;
    const { event, patch, cause } = current;
    const call = state().call + 1;
    update({ call });
    const reply = { to: name, key: "", event: { type: "answer", call } };
    const options = { record: false, from: k.id("event-recorder") } as const;
    const times = { count: event.count, lastTimestamp: k.stamp(event.lastMs), message: event.message };
    sim.under(cause, () =>
      patch
        ? k.api.request(
            {
              verb: "patch",
              kind: "Event",
              namespace: event.namespace,
              name: event.name,
              patchType: "strategic",
              body: times,
            },
            reply,
            options,
          )
        : k.api.request(
            { verb: "create", kind: "Event", namespace: event.namespace, body: eventBody(event) },
            reply,
            options,
          ),
    );
  }

  function eventBody(event: EventDraft): unknown {
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: event.name, namespace: event.namespace },
      involvedObject: event.involved,
      reason: event.reason,
      message: event.message,
      source: { component: event.component, host: event.host },
      firstTimestamp: k.stamp(event.firstMs),
      lastTimestamp: k.stamp(event.lastMs),
      count: event.count,
      type: event.type,
      eventTime: null,
      reportingComponent: event.component,
      reportingInstance: event.host,
    };
  }

  /** `OBJECT.NANOS`: the time in hexadecimal nanoseconds, never twice the same. */
  function eventName(object: string): string {
    const drawn =
      BigInt(Date.parse(k.stamp())) * 1_000_000n +
      BigInt(Math.floor((sim.now % 1000) * 1e6 + sim.draw("event-name", nodeName) * 1e6));
    const last = BigInt(state().lastNanos);
    const nanos = drawn > last ? drawn : last + 1n;
    update({ lastNanos: nanos.toString() });
    return `${object}.${nanos.toString(16)}`;
  }

  return {
    event(target, type, reason, message) {
      const { object, involved, namespace } = reference(k, target);
      const text = target.container ? withoutContainerIds(k, target, message) : message;
      const draft: EventDraft = {
        name: eventName(involved.name),
        namespace,
        involved,
        type,
        reason,
        message: text,
        component: "kubelet",
        host: nodeName,
        firstMs: sim.now,
        lastMs: sim.now,
        count: 1,
      };
      const { event, patch } = k.running()
        ? eventCorrelate(rows, draft, sim.now, eventName(involved.name))
        : { event: undefined, patch: false };
      const cause = sim.record({
        from: k.id("event-recorder"),
        to: "apiserver",
        type: `event.${reason}`,
        object,
        data: {
          type,
          reason,
          message: text,
          ...(target.container ? { container: target.container.name } : {}),
          ...(event && event.message !== text ? { combined: true } : {}),
          ...(event ? {} : { dropped: true }),
        },
      });
      if (!event) return cause;
      if (!machine.has()) machine.start("", undefined);
      const { queue } = state();
      if (queue.length < MAX_QUEUED) update({ queue: [...queue, { event, patch, cause }] });
      machine.send("", { type: "queued" });
      return cause;
    },
    stop() {
      machine.stop();
      update({ queue: [], current: null, tokens: null });
      for (const table of Object.values(rows)) for (const key of [...table.keys()]) table.delete(key);
    },
  };
}

/** What the event is about. Node events have the node's name for a UID, as the kubelet writes them. */
function reference(
  k: Kubelet,
  target: EventTarget,
): { object: string; namespace: string; involved: EventDraft["involved"] } {
  const { pod, container } = target;
  if (!pod) {
    const node = target.node ?? k.nodeName;
    return {
      object: `node/${node}`,
      namespace: "default",
      involved: { kind: "Node", name: node, uid: node, apiVersion: "v1" },
    };
  }
  const { name = "", namespace = "default", uid, resourceVersion } = pod.metadata ?? {};
  return {
    object: podObject(pod, container?.name),
    namespace,
    involved: {
      kind: "Pod",
      namespace,
      name,
      ...(uid ? { uid } : {}),
      apiVersion: "v1",
      ...(resourceVersion ? { resourceVersion } : {}),
      ...(container ? { fieldPath: `${FIELD_PATHS[container.kind]}{${container.name}}` } : {}),
    },
  };
}

/** Ids change with every instance: events that name the container instead can be counted together. */
function withoutContainerIds(k: Kubelet, target: EventTarget, message: string): string {
  const uid = target.pod?.metadata?.uid;
  const container = target.container?.name;
  if (!uid || !container) return message;
  let text = message;
  for (const instance of k.podCache.get(uid).status.containers) {
    if (instance.name === container) text = text.replaceAll(instance.id, container);
  }
  return text;
}

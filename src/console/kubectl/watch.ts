/** `kubectl get -w`: what is there, then each change as it comes. */
import type { ApiObject } from "../../api/types.ts";
import type { Context, Source, StreamStep } from "../context.ts";
import { Errors } from "./errors.ts";
import { getObject, listObjects, type Selection, type Target } from "./objects.ts";
import { type ObjectPrinter, printObjects, type TableFlags } from "./output.ts";

export interface WatchOptions {
  readonly table: TableFlags;
  readonly printer: ObjectPrinter | null;
  readonly watchOnly: boolean;
  /** First column EVENT. */
  readonly events: boolean;
  /** --request-timeout; null: forever. */
  readonly timeoutMs: number | null;
}

interface State {
  readonly widths: readonly number[];
  readonly headed: boolean;
  /** The watch has given what was there before. */
  readonly synced: boolean;
}

export function watchObjects(
  ctx: Context,
  target: Target,
  selection: Selection,
  options: WatchOptions,
): number {
  const { resource, name } = target;
  const errors = new Errors();
  const { table, printer } = options;
  const { epochMs } = ctx.host;
  let state: State = { widths: [], headed: false, synced: false };

  const rows = (
    s: State,
    objects: readonly ApiObject[],
    event: string,
    now: number,
  ): { text: string; state: State } => {
    if (objects.length === 0) return { text: "", state: s };
    if (printer) return { text: objects.map((o) => printer([o], false)).join(""), state: s };
    const flags = { ...table, noHeaders: table.noHeaders || s.headed };
    const printed = printObjects(
      resource.kind,
      objects,
      flags,
      epochMs + now,
      s.widths,
      options.events ? event : undefined,
    );
    return { text: printed.text, state: { ...s, widths: printed.widths, headed: true } };
  };

  let known: readonly ApiObject[] | null;
  if (name !== null) {
    const got = getObject(ctx, resource, selection.namespace, name);
    if (!got.ok) errors.add(got.error);
    known = got.ok ? [got.object] : null;
  } else known = listObjects(ctx, resource, selection, errors);
  if (known === null) return errors.print(ctx);
  if (!options.watchOnly) {
    const first = rows(state, known, "ADDED", ctx.now());
    ctx.out(first.text);
    state = first.state;
  }
  const fieldSelector = [selection.fieldSelector, name === null ? "" : `metadata.name=${name}`]
    .filter((s) => s)
    .join(",");
  const sources: Source[] = [
    {
      type: "watch",
      tag: "watch",
      spec: {
        kind: resource.kind,
        ...(resource.namespaced && !selection.allNamespaces ? { namespace: selection.namespace } : {}),
        ...(selection.selector ? { labelSelector: selection.selector } : {}),
        ...(fieldSelector ? { fieldSelector } : {}),
      },
    },
    ...(options.timeoutMs === null
      ? []
      : [{ type: "tick", tag: "timeout", ms: options.timeoutMs, once: true } as const]),
  ];
  return ctx.stream(sources, state, (s, event, io, now): StreamStep<State, number> => {
    if (event.type === "tick") return { done: 0 };
    if (event.type !== "watch") return { state: s };
    const { watch } = event;
    // The list that the watch begins with was printed already; after a lost connection it comes again.
    if (watch.type === "SYNCED") return { state: { ...s, synced: true } };
    const object = { apiVersion: watch.object.apiVersion ?? "", ...watch.object, kind: resource.kind };
    const printed = rows(s, [object], watch.type, now);
    io.out(printed.text);
    return { state: printed.state };
  });
}

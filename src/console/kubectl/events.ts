/** `kubectl events` (kubectl/pkg/cmd/events): in order of time, with how often each was seen. */
import { eventInterval } from "../../api/printers/describe/events.ts";
import { parseStamp } from "../../api/printers/human-duration.ts";
import { alignTabs, TABLE_TABS } from "../../api/printers/tabwriter.ts";
import type { CoreEvent } from "../../api/types.ts";
import type { Command, Source, StreamStep } from "../context.ts";
import { Errors, fail } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { listObjects, namespaceOf } from "./objects.ts";
import { printerFor } from "./output.ts";
import { findResource, type Resource, resourceOfKind } from "./resources.ts";

const FLAGS = flags(
  "for=string types=list all-namespaces|A watch|w no-headers output|o=string chunk-size=int template=string",
);

const lastSeen = (e: CoreEvent): number =>
  parseStamp(e.series?.lastObservedTime) ?? parseStamp(e.lastTimestamp) ?? parseStamp(e.eventTime) ?? 0;

export const events: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  if (f.args.length > 0) fail(`unknown command "${f.args[0]}" for "kubectl events"`);
  const all = f.bool("all-namespaces");
  const namespace = namespaceOf(ctx, f);
  const types = f
    .list("types")
    .flatMap((t) => t.split(","))
    .map((t) => t.toLowerCase());
  for (const t of types) if (t !== "normal" && t !== "warning") fail("valid --types are Normal or Warning");
  const about = f.has("for") ? targetOf(f.string("for")) : null;
  const printer = printerFor(f.string("output"), { template: f.string("template") });
  const wanted = (e: CoreEvent): boolean =>
    (types.length === 0 || types.includes((e.type ?? "").toLowerCase())) &&
    (!about || (e.involvedObject.kind === about.resource.kind && e.involvedObject.name === about.name));
  const errors = new Errors();
  const fieldSelector = about
    ? `involvedObject.kind=${about.resource.kind},involvedObject.name=${about.name}`
    : "";
  const listed = listObjects(
    ctx,
    resourceOfKind("Event") as Resource,
    { namespace, allNamespaces: all, fieldSelector },
    errors,
  );
  if (!listed) return errors.print(ctx);
  const found = (listed as CoreEvent[]).filter(wanted).sort((a, b) => lastSeen(a) - lastSeen(b));
  const line = (e: CoreEvent, nowMs: number): string => {
    const object = `${e.involvedObject.kind ?? ""}/${e.involvedObject.name ?? ""}`;
    return `${all ? `${e.metadata?.namespace ?? ""}\t` : ""}${eventInterval(e, nowMs)}\t${e.type ?? ""}\t${e.reason ?? ""}\t${object}\t${(e.message ?? "").trim()}\n`;
  };
  const head = f.bool("no-headers")
    ? ""
    : `${all ? "NAMESPACE\t" : ""}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`;
  const watching = f.bool("watch");
  if (found.length === 0 && !watching) {
    ctx.err(all ? "No events found.\n" : `No events found in ${namespace} namespace.\n`);
    return 0;
  }
  const nowMs = ctx.epochNow();
  if (printer) ctx.out(printer(found, true));
  else ctx.out(alignTabs(head + found.map((e) => line(e, nowMs)).join(""), TABLE_TABS).text);
  if (!watching) return 0;
  const source: Source = {
    type: "watch",
    tag: "events",
    spec: { kind: "Event", ...(all ? {} : { namespace }) },
  };
  const { epochMs } = ctx.host;
  return ctx.stream(
    [source],
    { synced: false },
    (s, event, io, now): StreamStep<{ synced: boolean }, number> => {
      if (event.type !== "watch") return { state: s };
      if (event.watch.type === "SYNCED") return { state: { synced: true } };
      const e = event.watch.object as CoreEvent;
      if (event.watch.type === "DELETED" || !wanted(e)) return { state: s };
      io.out(
        printer
          ? printer([{ ...e, kind: "Event" }], false)
          : alignTabs(line(e, epochMs + now), TABLE_TABS).text,
      );
      return { state: s };
    },
  );
};

function targetOf(text: string): { resource: Resource; name: string } {
  const parts = text.split("/");
  if (parts.length !== 2 || !parts[1]) return fail(`--for must be in resource/name form`);
  const resource =
    findResource(parts[0] ?? "") ?? fail(`the server doesn't have a resource type "${parts[0]}"`);
  return { resource, name: parts[1] };
}

/** Events of the API, newest first, as `kubectl get events` would have them. */
import type { CoreEvent } from "../../../api/types.ts";
import { memoize } from "../memo.ts";
import type { Rows, Tables } from "../world.ts";

export interface EventView {
  readonly key: string;
  readonly warning: boolean;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** `pod/NS/NAME`, `node/NAME`. */
  readonly object: string;
  readonly source: string;
  /** RFC 3339; empty where the event has none. */
  readonly first: string;
  readonly last: string;
}

const objectId = (e: CoreEvent): string => {
  const { kind = "", namespace, name = "" } = e.involvedObject ?? {};
  const lower = kind.toLowerCase();
  return lower === "node" || !namespace ? `${lower}/${name}` : `${lower}/${namespace}/${name}`;
};

function eventView(key: string, e: CoreEvent): EventView {
  const first = e.firstTimestamp ?? e.eventTime ?? e.metadata?.creationTimestamp ?? "";
  return {
    key,
    warning: e.type === "Warning",
    reason: e.reason ?? "",
    message: e.message ?? "",
    count: e.series?.count ?? e.count ?? 1,
    object: objectId(e),
    source: e.source?.component ?? e.reportingComponent ?? "",
    first,
    last: e.series?.lastObservedTime ?? e.lastTimestamp ?? first,
  };
}

const allEvents = memoize((table: Rows | undefined): readonly EventView[] =>
  [...(table?.entries() ?? [])]
    .map(([key, e], i) => ({ view: eventView(key, e as CoreEvent), i }))
    .sort((a, b) => (a.view.last === b.view.last ? b.i - a.i : a.view.last < b.view.last ? 1 : -1))
    .map(({ view }) => view),
);

export const eventsOf = (tables: Tables): readonly EventView[] => allEvents(tables.get("api/Event"));

/** What was asked of a list before: the same question gets the same object. */
const asked = new WeakMap<readonly EventView[], Map<string, readonly EventView[]>>();

/** Events of one object, its containers' among them. */
export const eventsAbout = (tables: Tables, object: string): readonly EventView[] => {
  const id = object.startsWith("pod/") ? object.split("/").slice(0, 3).join("/") : object;
  const all = eventsOf(tables);
  let answers = asked.get(all);
  if (!answers) {
    answers = new Map();
    asked.set(all, answers);
  }
  let found = answers.get(id);
  if (!found) {
    found = all.filter((e) => e.object === id);
    answers.set(id, found);
  }
  return found;
};

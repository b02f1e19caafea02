/** The presenter's window: it holds the talk, and tells the other windows what they show. */
import { create } from "zustand";
import type { Lang } from "../../i18n/languages.ts";
import { tapUpdates } from "../store/world.ts";
import { listen, type Message, OWN, type Role, send, type TalkState } from "./channel.ts";
import { type Snapshot, takeSnapshot } from "./mirror-world.ts";
import { after, beginning, type Command, goTo, type Talk } from "./talk.ts";

interface Lead {
  readonly talk: Talk;
  /** Windows that follow, by name. */
  readonly audience: readonly string[];
  readonly notes: readonly string[];
  /** Language chosen for the audience's window; null: none yet. */
  readonly language: Lang | null;
  /** A window that the browser held back. */
  readonly blocked: Role | null;
  /** When this window opened the talk, Unix ms. */
  readonly begun: number;
  /** Moments of the demo. */
  readonly count: number;
}

const fresh = (): Lead => ({
  talk: beginning(0),
  audience: [],
  notes: [],
  language: null,
  blocked: null,
  begun: Date.now(),
  count: 0,
});

export const useLead = create<Lead>(fresh);

export const isApart = (lead: Lead): boolean => lead.audience.length > 0;

/** Does what a key, a button or another window asks. */
export function command(c: Command): void {
  const lead = useLead.getState();
  put(after(lead.talk, c, lead.count, isApart(lead)));
}

export function goToMoment(moment: number): void {
  const lead = useLead.getState();
  put(goTo(lead.talk, moment, lead.count, isApart(lead)));
}

function put(talk: Talk): void {
  const before = useLead.getState().talk;
  if (talk === before) return;
  if (talk.frozen && !before.frozen) held = takeSnapshot();
  useLead.setState({ talk });
  if (!talk.frozen && before.frozen) {
    held = null;
    tellWorld();
  }
}

/** What the audience sees while the picture is frozen. */
let held: Snapshot | null = null;
/** Numbers the messages about the run, so that a follower notices when one is missing. */
let told = 0;

const tellWorld = (): void => {
  if (!isApart(useLead.getState())) return;
  told += 1;
  send({ kind: "world", from: OWN, n: told, world: held ?? takeSnapshot() });
};

let state: TalkState | null = null;

/** Tells the followers what to show. */
export function tellState(demo: string, next: TalkState): void {
  state = next;
  send({ kind: "state", from: OWN, demo, state: next });
}

/** When the talk of this window began: a reload does not begin it anew. */
function begunAt(demo: string): number {
  const key = `syncloop.talk.${demo}`;
  try {
    const kept = Number(sessionStorage.getItem(key));
    if (kept > 0) return kept;
    const now = Date.now();
    sessionStorage.setItem(key, String(now));
    return now;
  } catch {
    return Date.now();
  }
}

/** Left for another page: the next time is another talk. */
function endTalk(demo: string): void {
  try {
    sessionStorage.removeItem(`syncloop.talk.${demo}`);
  } catch {
    // nothing was kept
  }
}

/** Opens a talk and leads its windows; returns the way to end it. */
export function startLead(demo: string, count: number, at: number): () => void {
  held = null;
  state = null;
  useLead.setState({ ...fresh(), begun: begunAt(demo), count, talk: beginning(at) }, true);
  const without = (list: readonly string[], name: string): readonly string[] =>
    list.filter((w) => w !== name);
  const hear = (message: Message): void => {
    if (message.kind === "hello" && message.demo === demo) {
      const { role, window } = message;
      const lead = useLead.getState();
      useLead.setState({ [role]: [...without(lead[role], window), window], blocked: null });
      if (role === "audience") tellWorld();
      if (state) send({ kind: "state", from: OWN, demo, state });
    } else if (message.kind === "leave") {
      const lead = useLead.getState();
      useLead.setState({
        audience: without(lead.audience, message.window),
        notes: without(lead.notes, message.window),
      });
    } else if (message.kind === "command" && message.to === OWN) command(message.command);
  };
  const stops = [
    listen(hear),
    tapUpdates((update) => {
      const lead = useLead.getState();
      if (!isApart(lead) || lead.talk.frozen) return;
      told += 1;
      send({ kind: "update", from: OWN, n: told, update });
    }),
  ];
  const leave = (): void => send({ kind: "bye", from: OWN });
  const comeBack = (event: PageTransitionEvent): void => {
    if (event.persisted) send({ kind: "who", from: OWN, demo });
  };
  addEventListener("pagehide", leave);
  addEventListener("pageshow", comeBack);
  send({ kind: "who", from: OWN, demo });
  return () => {
    leave();
    endTalk(demo);
    removeEventListener("pagehide", leave);
    removeEventListener("pageshow", comeBack);
    for (const stop of stops) stop();
  };
}

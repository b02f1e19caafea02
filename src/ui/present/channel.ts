/**
 * What the windows of a talk tell each other. The presenter's window leads; the audience's and the notes follow it.
 * They are pages of one site in one browser: nothing leaves it.
 */
import type { Lang } from "../../i18n/languages.ts";
import type { Update } from "../../worker/protocol.ts";
import type { Snapshot } from "./mirror-world.ts";
import type { Command } from "./talk.ts";

export type Role = "audience" | "notes";

/** What a follower shows of the talk. */
export interface TalkState {
  /** Moment of the presenter, and the one that the audience sees: they differ while the picture is frozen. */
  readonly at: number;
  readonly shown: number;
  readonly frozen: boolean;
  readonly black: boolean;
  /** Whether the spotlight is switched on. */
  readonly lit: boolean;
  /** Parts in the spotlight; empty: none. */
  readonly spot: readonly string[];
  readonly playing: boolean;
  readonly speed: number;
  /** Language chosen for the audience; null: that of its own address. */
  readonly language: Lang | null;
  /** When the talk began, Unix ms. */
  readonly begun: number;
}

export type Message =
  /** A presenter has come: its followers present themselves. */
  | { readonly kind: "who"; readonly from: string; readonly demo: string }
  | { readonly kind: "hello"; readonly demo: string; readonly role: Role; readonly window: string }
  | { readonly kind: "leave"; readonly window: string }
  | { readonly kind: "bye"; readonly from: string }
  | { readonly kind: "state"; readonly from: string; readonly demo: string; readonly state: TalkState }
  | { readonly kind: "world"; readonly from: string; readonly n: number; readonly world: Snapshot }
  | { readonly kind: "update"; readonly from: string; readonly n: number; readonly update: Update }
  | { readonly kind: "command"; readonly to: string; readonly command: Command };

const NAME = "syncloop.present";

/** Some browsers refuse the channel to pages without storage: then each window stands alone. */
function open(): BroadcastChannel | null {
  try {
    return new BroadcastChannel(NAME);
  } catch {
    return null;
  }
}

const channel = open();

/** Whether windows can hear each other at all. */
export const connected = channel !== null;

export const send = (message: Message): void => channel?.postMessage(message);

/** Hears the other windows; returns the way to stop. */
export function listen(hear: (message: Message) => void): () => void {
  const onMessage = (event: MessageEvent<Message>): void => hear(event.data);
  channel?.addEventListener("message", onMessage);
  return () => channel?.removeEventListener("message", onMessage);
}

/** A name for this window, another one after each load. */
export const OWN = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;

/** A window that follows the presenter's: it asks for what it missed, and shows what it is told. */
import { useEffect } from "react";
import { create } from "zustand";
import { receive } from "../store/world.ts";
import { listen, type Message, OWN, type Role, send, type TalkState } from "./channel.ts";
import { showSnapshot } from "./mirror-world.ts";
import type { Command } from "./talk.ts";

interface Following {
  /** The presenter's window that is followed; null: none has been heard yet. */
  readonly leader: string | null;
  /** The presenter's window was closed; what it told last stays in view. */
  readonly left: boolean;
  readonly state: TalkState | null;
}

const NOBODY: Following = { leader: null, left: false, state: null };
export const useFollowing = create<Following>(() => NOBODY);

/** Passes a key of this window on to the presenter's. */
export function ask(command: Command): void {
  const { leader } = useFollowing.getState();
  if (leader !== null) send({ kind: "command", to: leader, command });
}

/** Follows the talk of a demo. The one who came last leads; others are not heard until it leaves. */
export function useFollow(demo: string, role: Role): void {
  useEffect(() => {
    useFollowing.setState(NOBODY, true);
    let seen = 0;
    const hello = (): void => send({ kind: "hello", demo, role, window: OWN });
    const leads = (from: string): boolean => useFollowing.getState().leader === from;
    const hear = (message: Message): void => {
      if (message.kind === "who" && message.demo === demo) {
        useFollowing.setState({ leader: message.from, left: false });
        seen = 0;
        hello();
      } else if (message.kind === "state" && message.demo === demo) {
        const { leader, left } = useFollowing.getState();
        if (leader !== null && !left && leader !== message.from) return;
        useFollowing.setState({ leader: message.from, left: false, state: message.state });
      } else if (message.kind === "bye" && leads(message.from)) {
        useFollowing.setState({ left: true });
        seen = 0;
      } else if (role === "audience" && message.kind === "world") {
        const { leader } = useFollowing.getState();
        if (leader !== null && leader !== message.from) return;
        seen = message.n;
        showSnapshot(message.world);
      } else if (role === "audience" && message.kind === "update" && leads(message.from)) {
        if (message.n === seen + 1) {
          seen = message.n;
          receive(message.update);
        } else if (message.n > seen) {
          // One was missed, or the whole has not come yet: until it comes the others say nothing.
          seen = message.n;
          hello();
        }
      }
    };
    const stop = listen(hear);
    const leave = (): void => send({ kind: "leave", window: OWN });
    const comeBack = (event: PageTransitionEvent): void => {
      if (event.persisted) hello();
    };
    addEventListener("pagehide", leave);
    addEventListener("pageshow", comeBack);
    hello();
    return () => {
      stop();
      leave();
      removeEventListener("pagehide", leave);
      removeEventListener("pageshow", comeBack);
    };
  }, [demo, role]);
}

/** What the presenter's two windows tell each other. */
export type Message =
  | { readonly demo: string; readonly moment: number }
  | { readonly ask: string }
  | { readonly go: string; readonly by: number };

const NAME = "syncloop.present";
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);

export const send = (message: Message): void => channel?.postMessage(message);

/** Hears the other window; returns the way to stop. */
export function listen(hear: (message: Message) => void): () => void {
  const onMessage = (event: MessageEvent<Message>): void => hear(event.data);
  channel?.addEventListener("message", onMessage);
  return () => channel?.removeEventListener("message", onMessage);
}

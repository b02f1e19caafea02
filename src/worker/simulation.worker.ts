/** The worker itself: requests in, updates and answers out. */
import type { Numbered, Request } from "./protocol.ts";
import { createSession } from "./session.ts";

const session = createSession((message) => self.postMessage(message));
self.onmessage = (event: MessageEvent<Numbered<Request>>) => session.handle(event.data);

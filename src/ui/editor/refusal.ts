/** What the API server answers to an apply, when it refuses: the answer comes some milliseconds of the run later. */
import { type World, world } from "../store/world.ts";

const SOON = 5_000;

/** The message of a refusal among the records after `seq`, or null. Only answers to what the user sent count. */
export function refusalAfter({ trace }: Pick<World, "trace">, seq: number): string | null {
  const mine = new Set<number>();
  for (const record of trace.after(seq)) {
    const caused = record.cause !== null && mine.has(record.cause);
    if (record.type === "input.apply") mine.add(record.seq);
    else if (caused && (record.from === "user" || record.from === "kubectl")) mine.add(record.seq);
    else if (caused && record.type === "reply") {
      const { code, error } = record.data as { code?: unknown; error?: unknown };
      if (Number(code) >= 400)
        return typeof error === "string"
          ? error
          : String((error as { message?: unknown } | undefined)?.message ?? code);
    }
  }
  return null;
}

/** Calls back once a refusal arrives; stops by itself a moment later. Returns the way to stop at once. */
export function watchRefusal(seq: number, onRefusal: (message: string) => void): () => void {
  const begin = world.getState().now;
  const look = (): void => {
    const now = world.getState();
    const refusal = refusalAfter(now, seq);
    if (refusal !== null) onRefusal(refusal);
    if (refusal !== null || now.now > begin + SOON || now.now < begin) stop();
  };
  const stop = world.subscribe(look);
  look();
  return stop;
}

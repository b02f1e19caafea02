/** Kinds as people write them. */
import { KINDS, kindInfo } from "../api/server/kinds.ts";

/** Kind by any of the names kubectl takes: `pod`, `pods`, `po`. */
export function kindByName(text: string): string | undefined {
  const wanted = text.toLowerCase().split(".")[0] as string;
  return (
    kindInfo(text) ??
    KINDS.find((k) => k.kind.toLowerCase() === wanted || k.resource === wanted || k.short.includes(wanted))
  )?.kind;
}

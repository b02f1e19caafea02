/** How long ago something was, in the language of the diagram. */
import type { Ms } from "../../sim/types.ts";
import type { Translator } from "../i18n.tsx";
import { age } from "../store/time.ts";

/** Seconds, then minutes, in words; longer spans as kubectl prints them. */
export function agoWords(since: Ms, t: Translator["t"]): string {
  if (since < 120_000) return t("ui.diagram.ago.seconds", { n: Math.floor(since / 1000) });
  if (since < 7_200_000) return t("ui.diagram.ago.minutes", { n: Math.floor(since / 60_000) });
  return t("ui.diagram.ago", { time: age(since) });
}

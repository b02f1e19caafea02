/** How long ago something was, in the language of the diagram. */
import type { Ms } from "../../sim/types.ts";
import type { Translator } from "../i18n.tsx";
import { age } from "../store/time.ts";

/** Seconds in words; longer spans as kubectl prints them. */
export const agoWords = (since: Ms, t: Translator["t"]): string =>
  since < 120_000
    ? t("ui.diagram.ago.seconds", { n: Math.floor(since / 1000) })
    : t("ui.diagram.ago", { time: age(since) });

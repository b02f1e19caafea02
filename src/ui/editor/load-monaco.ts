/** Fetches Monaco when it is first wanted, with its own words in the language of the moment. */
import type { Lang } from "../../i18n/languages.ts";
import { useSettings } from "../store/settings.ts";

const NLS: Partial<Record<Lang, () => Promise<unknown>>> = {
  ru: () => import("monaco-editor/nls/lang/ru.js"),
  zh: () => import("monaco-editor/nls/lang/zh-cn.js"),
  ko: () => import("monaco-editor/nls/lang/ko.js"),
};

/** Its words are read while its modules load, so they must be there before. */
export async function loadMonacoView(): Promise<typeof import("./MonacoView.tsx")> {
  await NLS[useSettings.getState().language]?.().catch(() => {});
  return import("./MonacoView.tsx");
}

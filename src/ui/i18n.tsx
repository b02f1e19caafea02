/** The words of the interface in the language of the moment. Changing it changes words and nothing else. */
import { useMemo } from "react";
import { create } from "zustand";
import { type Args, createTranslator, type Key, loadMessages, type Translator } from "../i18n/index.ts";
import { useSettings } from "./store/settings.ts";

export type { Args, Key, Translator };

const useWords = create<{ translator: Translator | null }>(() => ({ translator: null }));

/** Fetches the words of the language in the settings, and again whenever it changes. */
export async function startWords(): Promise<void> {
  const fetchWords = async (): Promise<void> => {
    const { language } = useSettings.getState();
    const messages = await loadMessages(language);
    if (useSettings.getState().language === language)
      useWords.setState({ translator: createTranslator(language, messages) });
  };
  useSettings.subscribe((now, before) => {
    if (now.language !== before.language) void fetchWords();
  });
  await fetchWords();
}

export function useTranslator(): Translator {
  const translator = useWords((s) => s.translator);
  if (!translator) throw new Error("words are not loaded");
  return translator;
}

export type T = (key: Key, args?: Args) => string;

/** `t("ui.close")`: the message in the present language. */
export function useT(): T {
  const translator = useTranslator();
  return useMemo(() => (key, args) => translator.t(key, args), [translator]);
}

/** For code outside components (the document's title). */
export const words = (): Translator | null => useWords.getState().translator;

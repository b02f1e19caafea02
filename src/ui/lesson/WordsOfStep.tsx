import { useEffect, useId, useMemo, useState } from "react";
import { TERMS } from "../../i18n/terms/table.ts";
import type { HastNode, HastRoot } from "../../lessons/text.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { Ticked } from "../parts/Ticked.tsx";
import styles from "./lesson.module.css";

type Glossary = Readonly<Record<string, string>>;

const glossaries: Readonly<Record<string, () => Promise<{ default: Glossary }>>> = {
  en: () => import("./glossary/en.json"),
  ru: () => import("./glossary/ru.json"),
  zh: () => import("./glossary/zh.json"),
  ko: () => import("./glossary/ko.json"),
};

/** More words than this are a list to be read, and no help. */
const MOST = 7;

/** Prose as it is read; code is no prose. */
function plain(node: HastNode | HastRoot): string {
  if (node.type === "text") return node.value;
  if (node.type === "element" && (node.tagName === "code" || node.tagName === "pre")) return " ";
  return node.children.map(plain).join("");
}

/** The terms that a text uses, each with what it means, told when asked for. */
export function WordsOfStep({ texts }: { texts: readonly HastRoot[] }) {
  const t = useT();
  const { lang } = useTranslator();
  const [glossary, setGlossary] = useState<Glossary | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const id = useId();
  useEffect(() => {
    let gone = false;
    glossaries[lang]?.()
      .then((module) => {
        if (!gone) setGlossary(module.default);
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [lang]);
  const found = useMemo(() => {
    const text = texts.map(plain).join(" ");
    return TERMS.map((term) => {
      const fits = lang === "en" ? term.fits : term.in[lang].fits;
      return { id: term.en, shown: lang === "en" ? term.en : term.in[lang].shown, at: text.search(fits) };
    })
      .filter((term) => term.at >= 0)
      .sort((a, b) => a.at - b.at);
  }, [texts, lang]);
  const known = found.filter((term) => glossary?.[term.id] !== undefined).slice(0, MOST);
  if (known.length === 0) return null;
  const told = open !== null ? glossary?.[open] : undefined;
  return (
    <section className={styles.words} aria-label={t("lesson.words")}>
      <h3>{t("lesson.words")}</h3>
      <div className={styles.focus}>
        {known.map((term) => (
          <button
            key={term.id}
            type="button"
            aria-expanded={open === term.id}
            aria-controls={id}
            onClick={() => setOpen(open === term.id ? null : term.id)}
          >
            {term.shown}
          </button>
        ))}
      </div>
      <p id={id} className={styles.meaning} aria-live="polite">
        {told && <Ticked text={told} />}
      </p>
    </section>
  );
}

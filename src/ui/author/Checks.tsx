import type { AuthorState, ToldOutcome, ToldProblem } from "../../lessons/authoring.ts";
import type { Language } from "../../lessons/text.ts";
import styles from "./author.module.css";
import { openInEditor } from "./server.ts";
import type { Tell } from "./words.ts";

/** Every check of a lesson, those that fail first, each problem with its place. */
export function Checks({ state, lang, tell }: { state: AuthorState; lang: Language; tell: Tell }) {
  const all = [...state.files, ...state.runs];
  const bad = all.filter((o) => !o.ok);
  const count = bad.reduce((n, o) => n + o.problems.length, 0);
  return (
    <>
      <p className={styles.summary} role="status" data-bad={count > 0 || undefined}>
        {state.running
          ? tell("page.running")
          : count > 0
            ? tell("page.problems", { count })
            : tell("page.fine", { count: all.length })}
      </p>
      <ul className={styles.list}>
        {[...bad, ...all.filter((o) => o.ok)].map((o) => (
          <Check key={o.name.en} outcome={o} state={state} lang={lang} tell={tell} />
        ))}
      </ul>
    </>
  );
}

function Check({
  outcome,
  state,
  lang,
  tell,
}: {
  outcome: ToldOutcome;
  state: AuthorState;
  lang: Language;
  tell: Tell;
}) {
  return (
    <li data-ok={outcome.ok}>
      <span aria-hidden>{outcome.ok ? "✓" : "✗"}</span>
      <div>
        <p>{outcome.name[lang]}</p>
        {outcome.seen[lang] !== "" && <small>{outcome.seen[lang]}</small>}
        {outcome.problems.map((p) => (
          <ProblemLine
            key={`${p.file}:${p.line} ${p.message.en}`}
            problem={p}
            state={state}
            lang={lang}
            tell={tell}
          />
        ))}
      </div>
    </li>
  );
}

/** `ru.md:12:1` and what is wrong there; a press opens the place in the author's editor. */
export function ProblemLine({
  problem,
  state,
  lang,
  tell,
}: {
  problem: ToldProblem;
  state: AuthorState;
  lang: Language;
  tell: Tell;
}) {
  const { file, line, column, message } = problem;
  return (
    <p className={styles.problem}>
      <button
        type="button"
        title={tell("page.open-editor")}
        onClick={() => openInEditor(state, file, line, column)}
      >
        {file}:{line}:{column}
      </button>{" "}
      {message[lang]}
    </p>
  );
}

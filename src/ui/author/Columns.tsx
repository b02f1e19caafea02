import type { ReactNode } from "react";
import type { AuthorState } from "../../lessons/authoring.ts";
import type { Lesson } from "../../lessons/format.ts";
import type { Block, CompiledLesson, HastRoot, Language, WidgetBlock } from "../../lessons/text.ts";
import { Prose } from "../lesson/Prose.tsx";
import { HTML_LANG } from "../store/settings.ts";
import type { Content } from "./AuthorPage.tsx";
import styles from "./author.module.css";
import { ProblemLine } from "./Checks.tsx";
import { openInEditor } from "./server.ts";
import type { Tell } from "./words.ts";

interface Props {
  readonly content: Content;
  readonly shown: readonly Language[];
  readonly state: AuthorState | undefined;
  readonly tell: Tell;
}

/** The texts side by side, block by block, so that what belongs together stands on one line. */
export function Columns({ content, shown, state, tell }: Props) {
  const rows = Math.max(0, ...shown.map((l) => content.texts[l].blocks.length));
  return (
    <div
      className={styles.grid}
      style={{ gridTemplateColumns: `repeat(${shown.length}, minmax(240px, 1fr))` }}
    >
      {shown.map((lang) => (
        <Head key={lang} lang={lang} text={content.texts[lang]} state={state} tell={tell} />
      ))}
      {Array.from({ length: rows }, (_, row) =>
        shown.map((lang) => (
          <Cell
            key={`${lang} ${String(row)}`}
            lang={lang}
            row={row}
            lesson={content.folder.lesson}
            text={content.texts[lang]}
            state={state}
            tell={tell}
          />
        )),
      )}
    </div>
  );
}

interface CellProps {
  readonly lang: Language;
  readonly text: CompiledLesson;
  readonly state: AuthorState | undefined;
  readonly tell: Tell;
}

function Head({ lang, text, state, tell }: CellProps) {
  const file = `${lang}.md`;
  const first = state?.lines[lang]?.[0] ?? Number.POSITIVE_INFINITY;
  return (
    <div className={styles.cell} lang={HTML_LANG[lang]}>
      {(state?.stale ?? [])
        .filter((f) => f === file || f.endsWith(".yaml"))
        .map((f) => (
          <p key={f} className={styles.stale}>
            {tell("page.last-good", { file: f })}
          </p>
        ))}
      <h2>{text.title}</h2>
      <p className={styles.lead}>{text.description}</p>
      <Problems lang={lang} state={state} tell={tell} from={0} to={first} />
    </div>
  );
}

function Cell({ lang, row, lesson, text, state, tell }: CellProps & { row: number; lesson: Lesson }) {
  const block = text.blocks[row];
  const lines = state?.lines[lang] ?? [];
  const line = lines[row] ?? 1;
  if (!block) return <div className={styles.cell} />;
  return (
    <div className={styles.cell} lang={HTML_LANG[lang]}>
      <p className={styles.place}>
        <button
          type="button"
          title={tell("page.open-editor")}
          onClick={() => state && openInEditor(state, `${lang}.md`, line, 1)}
        >
          {lang}.md:{line}
        </button>
        {block.type !== "html" && (
          <code>
            {block.type} {block.id}
          </code>
        )}
      </p>
      <Problems
        lang={lang}
        state={state}
        tell={tell}
        from={line}
        to={lines[row + 1] ?? Number.POSITIVE_INFINITY}
      />
      <BlockView block={block} lesson={lesson} tell={tell} />
    </div>
  );
}

/** What is wrong in the lines of one block. */
function Problems({
  lang,
  state,
  tell,
  from,
  to,
}: Omit<CellProps, "text"> & { from: number; to: number }): ReactNode {
  if (!state || state.stale.includes(`${lang}.md`)) return null;
  return state.files
    .flatMap((o) => o.problems)
    .filter((p) => p.file === `${lang}.md` && p.line >= from && p.line < to)
    .map((p) => (
      <ProblemLine key={`${p.line} ${p.message.en}`} problem={p} state={state} lang={lang} tell={tell} />
    ));
}

/** A block with all that stands in it open: hints, answers, explanations, notes. */
function BlockView({ block, lesson, tell }: { block: Block; lesson: Lesson; tell: Tell }) {
  if (block.type === "html") return <Prose of={block.hast} />;
  const right = rightOnes(lesson, block);
  return (
    <div className={styles.block}>
      {block.title !== undefined && <h3>{block.title}</h3>}
      <Prose of={block.body} />
      {block.hints.map((hint, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a hint is its level
        <Part key={i} name={`hint ${i + 1}`} of={hint} />
      ))}
      {block.options.map((o) => (
        <div key={o.id} className={styles.option} data-right={right.includes(o.id) || undefined}>
          <p className={styles.place}>
            <code>{o.id}</code>
            {right.includes(o.id) && <b>{tell("page.right")}</b>}
          </p>
          <Prose of={o.text} />
          <Prose of={o.why} />
        </div>
      ))}
      {(["right", "wrong", "notes"] as const).map((part) => {
        const of = block[part];
        return of && <Part key={part} name={part} of={of} />;
      })}
    </div>
  );
}

function Part({ name, of }: { name: string; of: HastRoot }) {
  return (
    <div className={styles.part}>
      <code>{name}</code>
      <Prose of={of} />
    </div>
  );
}

function rightOnes(lesson: Lesson, block: WidgetBlock): readonly string[] {
  const question = lesson.spec.quiz.find((q) => q.id === block.id);
  if (block.type !== "question" || !question) return [];
  if (question.kind === "choice") return [question.answer];
  return question.kind === "choices" ? question.answer : [];
}

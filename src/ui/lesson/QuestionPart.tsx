import { ArrowDown, ArrowUp, MousePointerClick } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Question } from "../../lessons/format.ts";
import type { Answer } from "../../lessons/grade.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { useView } from "../store/view.ts";
import { AnswerBox, type Verdict, VerdictPart } from "./AnswerBox.tsx";
import { Choices } from "./Choices.tsx";
import { gradeAnswer } from "./grader.ts";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import { PredictionPart } from "./PredictionPart.tsx";
import { Prose } from "./Prose.tsx";
import { answered } from "./progress.ts";
import { Hints } from "./StepPart.tsx";

/** A question of the quiz, of any kind. */
export function QuestionPart({ block }: { block: WidgetBlock }) {
  const t = useT();
  const question = useLesson((l) => l.folder?.lesson.spec.quiz.find((q) => q.id === block.id));
  const number = useLesson((l) => (l.folder?.lesson.spec.quiz.findIndex((q) => q.id === block.id) ?? 0) + 1);
  if (!question) return null;
  if (question.kind === "predict") return <PredictionPart block={block} question={question} />;
  return (
    <AnswerBox label={t("lesson.question", { number })}>
      <Prose of={block.body} />
      <Asked block={block} question={question} />
    </AnswerBox>
  );
}

function Asked({ block, question }: { block: WidgetBlock; question: Question }) {
  const t = useT();
  const folder = useLesson((l) => l.folder);
  const lesson = useLesson((l) => l.id);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [busy, setBusy] = useState(false);
  const give = (next: Answer | null): void => {
    setAnswer(next);
    setVerdict(null);
  };
  const check = async (): Promise<void> => {
    if (!folder || !answer) return;
    setBusy(true);
    try {
      const grade = await gradeAnswer(folder, question, answer);
      answered(lesson, question.id, grade.ok);
      setVerdict(grade);
    } catch (error) {
      setVerdict({ failed: String(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (answer && !busy) void check();
      }}
    >
      <AnswerInput block={block} question={question} graded={verdict !== null} onAnswer={give} />
      <div className={styles.buttons}>
        <Button kind="primary" type="submit" isDisabled={!answer || busy}>
          {t("lesson.check")}
        </Button>
      </div>
      <Hints block={block} />
      <VerdictPart verdict={verdict} block={block} />
    </form>
  );
}

interface InputProps<Q extends Question = Question> {
  readonly block: WidgetBlock;
  readonly question: Q;
  readonly graded: boolean;
  /** null: not an answer yet. */
  readonly onAnswer: (answer: Answer | null) => void;
}

function AnswerInput({ question, ...rest }: InputProps) {
  switch (question.kind) {
    case "choice":
    case "choices":
      return <ChoiceInput question={question} {...rest} />;
    case "order":
      return <OrderInput question={question} {...rest} />;
    case "click":
      return <ClickInput question={question} {...rest} />;
    case "mend":
      return <MendInput question={question} {...rest} />;
    case "command":
      return <CommandInput question={question} {...rest} />;
    case "predict":
      return null;
  }
}

type Kind<K extends Question["kind"]> = Extract<Question, { kind: K }>;

function ChoiceInput({ block, question, graded, onAnswer }: InputProps<Kind<"choice"> | Kind<"choices">>) {
  const t = useT();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const many = question.kind === "choices";
  return (
    <Choices
      label={t(many ? "lesson.options.many" : "lesson.options")}
      options={question.options.map((id) => block.options.find((o) => o.id === id) ?? { id, text: id })}
      chosen={chosen}
      many={many}
      explain={graded}
      onChange={(next) => {
        setChosen(next);
        const [first] = next;
        onAnswer(
          first === undefined
            ? null
            : many
              ? { kind: "choices", options: next }
              : { kind: "choice", option: first },
        );
      }}
    />
  );
}

/** Items that move up and down by button; the focus goes with them. */
function OrderInput({ block, question, onAnswer }: InputProps<Kind<"order">>) {
  const t = useT();
  const [items, setItems] = useState<readonly string[]>(question.items);
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const put = (next: readonly string[]): void => {
    setItems(next);
    onAnswer({ kind: "order", items: next });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order as it stands is an answer too
  useEffect(() => onAnswer({ kind: "order", items }), []);
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= items.length) return;
    const next = items.filter((_, i) => i !== from);
    next.splice(to, 0, items[from]!);
    put(next);
    requestAnimationFrame(() => {
      const buttons = list.current?.children[to]?.querySelectorAll("button");
      const wanted = buttons?.[to < from ? 0 : 1];
      (wanted?.disabled ? buttons?.[to < from ? 1 : 0] : wanted)?.focus();
    });
  };
  return (
    <ol ref={list} className={styles.order}>
      {items.map((id, i) => (
        <li
          key={id}
          draggable
          data-dragged={dragged === id || undefined}
          onDragStart={() => setDragged(id)}
          onDragEnd={() => setDragged(null)}
          onDragOver={(e) => {
            e.preventDefault();
            if (dragged === null || dragged === id) return;
            const rest = items.filter((x) => x !== dragged);
            rest.splice(i, 0, dragged);
            put(rest);
          }}
        >
          <span className={styles.place}>{i + 1}</span>
          <span className={styles.item}>
            <ItemText block={block} id={id} />
          </span>
          <IconButton
            icon={ArrowUp}
            iconSize={15}
            label={t("lesson.order.up", { place: i + 1 })}
            isDisabled={i === 0}
            onPress={() => move(i, i - 1)}
          />
          <IconButton
            icon={ArrowDown}
            iconSize={15}
            label={t("lesson.order.down", { place: i + 1 })}
            isDisabled={i === items.length - 1}
            onPress={() => move(i, i + 1)}
          />
        </li>
      ))}
    </ol>
  );
}

function ItemText({ block, id }: { block: WidgetBlock; id: string }) {
  const text = block.options.find((o) => o.id === id)?.text;
  return text ? <Prose of={text} inline /> : id;
}

/** Waits for a component to be selected on the diagram. */
function ClickInput({ question, onAnswer }: InputProps<Kind<"click">>) {
  const t = useT();
  const picking = useLesson((l) => l.picking === question.id);
  const [picked, setPicked] = useState<string | null>(null);
  const latest = useRef(onAnswer);
  latest.current = onAnswer;
  useEffect(() => {
    if (!picking) return;
    return useView.subscribe((view, before) => {
      if (view.selection === before.selection || view.selection?.kind !== "component") return;
      setPicked(view.selection.id);
      latest.current({ kind: "click", component: view.selection.id });
      useLesson.setState({ picking: null });
    });
  }, [picking]);
  return (
    <div className={styles.click}>
      <Button
        icon={MousePointerClick}
        aria-pressed={picking}
        onPress={() => useLesson.setState({ picking: picking ? null : question.id })}
      >
        {t(picking ? "lesson.click.waiting" : "lesson.click")}
      </Button>
      {picked && <code>{picked}</code>}
    </div>
  );
}

function MendInput({ question, onAnswer }: InputProps<Kind<"mend">>) {
  const t = useT();
  const given = useLesson((l) => l.folder?.files[question.file] ?? "");
  const [text, setText] = useState(given);
  return (
    <textarea
      className={styles.yaml}
      aria-label={t("lesson.mend")}
      spellCheck={false}
      rows={Math.min(18, Math.max(6, text.split("\n").length))}
      value={text}
      onChange={(e) => {
        setText(e.target.value);
        onAnswer(e.target.value.trim() === "" ? null : { kind: "mend", manifest: e.target.value });
      }}
    />
  );
}

function CommandInput({ onAnswer }: InputProps<Kind<"command">>) {
  const t = useT();
  const [text, setText] = useState("");
  return (
    <div className={styles.command}>
      <span aria-hidden>$</span>
      <input
        aria-label={t("lesson.command")}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          onAnswer(e.target.value.trim() === "" ? null : { kind: "command", command: e.target.value });
        }}
      />
    </div>
  );
}

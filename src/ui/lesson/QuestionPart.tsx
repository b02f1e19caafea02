import { useState } from "react";
import type { Question } from "../../lessons/format.ts";
import type { Answer } from "../../lessons/grade.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { AnswerBox, type Verdict, VerdictPart } from "./AnswerBox.tsx";
import { AnswerInput } from "./AnswerInput.tsx";
import { gradeAnswer } from "./grader.ts";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import { PredictionPart } from "./PredictionPart.tsx";
import { answered } from "./progress.ts";
import { Hints } from "./StepPart.tsx";
import { runOf } from "./stage-run.ts";

/** A question of the quiz, of any kind. */
export function QuestionPart({ block }: { block: WidgetBlock }) {
  const t = useT();
  const question = useLesson((l) => l.folder?.lesson.spec.quiz.find((q) => q.id === block.id));
  const number = useLesson((l) => (l.folder?.lesson.spec.quiz.findIndex((q) => q.id === block.id) ?? 0) + 1);
  const all = useLesson((l) => l.folder?.lesson.spec.quiz.length ?? 0);
  if (!question) return null;
  if (question.kind === "predict") return <PredictionPart block={block} question={question} />;
  return (
    <AnswerBox label={t("lesson.questionOf", { number, all })} block={block}>
      {(body) => <Asked body={body} block={block} question={question} />}
    </AnswerBox>
  );
}

function Asked({ body, block, question }: { body: string; block: WidgetBlock; question: Question }) {
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
  const given =
    answer?.kind === "mend" ? answer.manifest : answer?.kind === "command" ? answer.command : null;
  const watched =
    folder && given !== null ? runOf(question, folder.files, given, folder.lesson.spec.scenario) : null;
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (answer && !busy) void check();
      }}
    >
      <AnswerInput
        body={body}
        block={block}
        question={question}
        explain={!verdict || "failed" in verdict ? null : verdict.ok ? "all" : "chosen"}
        onAnswer={give}
      />
      <div className={styles.buttons}>
        <Button kind="primary" type="submit" isDisabled={!answer || busy}>
          {t("lesson.check")}
        </Button>
      </div>
      <Hints block={block} />
      <VerdictPart verdict={verdict} busy={busy} block={block} watched={watched} />
    </form>
  );
}

import { Dices } from "lucide-react";
import { useState } from "react";
import type { Prediction, Question } from "../../lessons/format.ts";
import { drawVariant } from "../../lessons/predict.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { Field, TextInput } from "../parts/Field.tsx";
import { parseRunTime } from "../store/time.ts";
import { AnswerBox, type Verdict, VerdictPart } from "./AnswerBox.tsx";
import { Choices } from "./Choices.tsx";
import { numberValue, numberWords } from "./goal-words.ts";
import { gradeAnswer } from "./grader.ts";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import { answered } from "./progress.ts";
import { Hints } from "./StepPart.tsx";
import type { Watched } from "./stage-run.ts";

/** A question about the future: first the answer, then the engine's. */
export function PredictionPart({ block, question }: { block: WidgetBlock; question?: Question }) {
  const t = useT();
  const id = question?.kind === "predict" ? question.prediction : block.id;
  const prediction = useLesson((l) => l.folder?.lesson.spec.predictions.find((p) => p.id === id));
  const number = useLesson((l) => {
    const { quiz = [], predictions = [] } = l.folder?.lesson.spec ?? {};
    // A prediction that the quiz asks is none of the text's.
    const inText = predictions.filter(
      (p) => !quiz.some((q) => q.kind === "predict" && q.prediction === p.id),
    );
    const list: readonly { readonly id: string }[] = question ? quiz : inText;
    return list.findIndex((q) => q.id === block.id) + 1;
  });
  const all = useLesson((l) => l.folder?.lesson.spec.quiz.length ?? 0);
  if (!prediction) return null;
  return (
    <AnswerBox
      label={question ? t("lesson.questionOf", { number, all }) : t("lesson.prediction", { number })}
      block={block}
    >
      {(body) => (
        <Asked
          body={body}
          block={block}
          prediction={prediction}
          question={question ?? { id: block.id, kind: "predict", prediction: block.id }}
        />
      )}
    </AnswerBox>
  );
}

const firstSeed = (): number => 1 + Math.floor(Math.random() * 1_000_000);

function Asked({
  body,
  block,
  prediction,
  question,
}: {
  body: string;
  block: WidgetBlock;
  prediction: Prediction;
  question: Question;
}) {
  const t = useT();
  const folder = useLesson((l) => l.folder);
  const lesson = useLesson((l) => l.id);
  const [seed, setSeed] = useState(firstSeed);
  const [value, setValue] = useState("");
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [busy, setBusy] = useState(false);
  const values = drawVariant(prediction, seed);
  const drawn = Object.entries(values);
  const time = prediction.ask === "time" ? parseRunTime(value) : undefined;
  const usable = prediction.ask === "time" ? time !== undefined : value.trim() !== "";

  const check = async (): Promise<void> => {
    if (!folder) return;
    setBusy(true);
    try {
      const answer = { kind: "predict" as const, value: time ?? value.trim(), seed };
      const grade = await gradeAnswer(folder, question, answer);
      answered(lesson, question.id, grade.ok);
      setVerdict(grade);
    } catch (error) {
      setVerdict({ failed: String(error) });
    } finally {
      setBusy(false);
    }
  };
  const otherNumbers = (): void => {
    const same = JSON.stringify(drawn);
    let next = seed + 1;
    while (JSON.stringify(Object.entries(drawVariant(prediction, next))) === same && next < seed + 50) next++;
    setSeed(next);
    setVerdict(null);
    setValue("");
  };
  const truth = verdict && !("failed" in verdict) ? verdict.truth : undefined;
  const watched: Watched | null =
    truth && folder
      ? {
          of: `${prediction.id} ${seed}`,
          source: {
            scenario: folder.files[prediction.scenario ?? folder.lesson.spec.scenario] ?? "",
            values,
          },
          until: truth.at,
          ...(truth.record !== null ? { record: truth.record } : {}),
        }
      : null;
  const options = prediction.options?.map((option) => ({
    id: option,
    text: block.options.find((o) => o.id === option)?.text ?? option,
    ...(block.options.find((o) => o.id === option)?.why
      ? { why: block.options.find((o) => o.id === option)!.why }
      : {}),
  }));
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (usable && !busy) void check();
      }}
    >
      {drawn.length > 0 && <Numbers drawn={drawn} />}
      {options ? (
        <Choices
          label={t("lesson.options")}
          options={options}
          describedBy={body}
          chosen={value === "" ? [] : [value]}
          explain={!verdict || "failed" in verdict ? null : verdict.ok ? "all" : "chosen"}
          onChange={([next]) => {
            setValue(next ?? "");
            setVerdict(null);
          }}
        />
      ) : (
        <Field
          label={t(prediction.ask === "time" ? "lesson.answer.time" : "lesson.answer.value")}
          {...(prediction.ask === "time" ? { note: t("lesson.answer.time.note") } : {})}
        >
          <TextInput
            value={value}
            onChange={(next) => {
              setValue(next);
              setVerdict(null);
            }}
          />
        </Field>
      )}
      <div className={styles.buttons}>
        <Button kind="primary" type="submit" isDisabled={!usable || busy}>
          {t("lesson.check")}
        </Button>
        {drawn.length > 0 && (
          <Button kind="quiet" icon={Dices} onPress={otherNumbers}>
            {t("lesson.otherNumbers")}
          </Button>
        )}
      </div>
      <Hints block={block} />
      <VerdictPart
        verdict={verdict}
        busy={busy}
        block={block}
        isTime={prediction.ask === "time"}
        watched={watched}
      />
    </form>
  );
}

/** What this run's numbers are, told before the answer. */
function Numbers({ drawn }: { drawn: readonly (readonly [path: string, value: string | number])[] }) {
  const t = useT();
  const translator = useTranslator();
  return (
    <section className={styles.numbers} aria-label={t("lesson.numbers")}>
      <p className={styles.note}>{t("lesson.numbers")}</p>
      <dl className={styles.drawn}>
        {drawn.map(([path, value]) => (
          <div key={path} title={path}>
            <dt>{numberWords(path, translator)}</dt>
            <dd>{numberValue(path, value, translator)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

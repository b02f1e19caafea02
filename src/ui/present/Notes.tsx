import { ArrowLeft, ArrowRight } from "lucide-react";
import { useEffect, useState } from "react";
import { useT } from "../i18n.tsx";
import { openLesson } from "../lesson/lesson-store.ts";
import { Prose } from "../lesson/Prose.tsx";
import { Button } from "../parts/Button.tsx";
import { listen, send } from "./channel.ts";
import styles from "./present.module.css";
import { useMoments } from "./useMoments.ts";

/** The presenter's second window: what to say at this moment, what comes next. */
export function Notes({ id }: { id: string }) {
  const t = useT();
  const [at, setAt] = useState(0);
  useEffect(() => {
    void openLesson(id);
    const stop = listen((message) => {
      if ("demo" in message && message.demo === id) setAt(message.moment);
    });
    send({ ask: id });
    return stop;
  }, [id]);
  const moments = useMoments(id);
  const moment = moments[at];
  const next = moments[at + 1];
  return (
    <main id="main" tabIndex={-1} className={styles.notes}>
      <p className={styles.number}>{t("lesson.moment", { moment: at + 1, moments: moments.length })}</p>
      <h1>{moment?.block?.title}</h1>
      {moment?.block?.notes && <Prose of={moment.block.notes} />}
      {next && (
        <p className={styles.comes}>{t("lesson.moment.next", { title: next.block?.title ?? next.id })}</p>
      )}
      <p className={styles.noteKeys}>
        <Button icon={ArrowLeft} isDisabled={at === 0} onPress={() => send({ go: id, by: -1 })}>
          {t("lesson.back")}
        </Button>
        <Button kind="primary" icon={ArrowRight} isDisabled={!next} onPress={() => send({ go: id, by: 1 })}>
          {t("lesson.next")}
        </Button>
      </p>
    </main>
  );
}

import { useState } from "react";
import { useT } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Field, Select, TextInput } from "../parts/Field.tsx";
import { runUntil } from "../store/playback.ts";
import { podOf, podsOf } from "../store/select/pods.ts";
import { parseRunTime, runTime } from "../store/time.ts";
import { setView, useView } from "../store/view.ts";
import { useWorld, type World, world } from "../store/world.ts";
import styles from "./dialogs.module.css";

const GOALS = ["time", "ready", "restart", "event", "warning"] as const;
type Goal = (typeof GOALS)[number];

/** Run until a time, a pod is Ready, a restart, the next event or warning. */
export function UntilDialog() {
  const open = useView((v) => v.dialog === "until");
  return open ? <UntilForm /> : null;
}

function UntilForm() {
  const t = useT();
  const pods = useWorld((w) => podsOf(w.tables)).map((p) => p.id);
  const [goal, setGoal] = useState<Goal>("time");
  const [time, setTime] = useState(() =>
    runTime(Math.ceil((world.getState().now + 10_000) / 10_000) * 10_000, 0),
  );
  const [pod, setPod] = useState(pods[0] ?? "");
  const close = (): void => setView({ dialog: null });
  const at = parseRunTime(time);
  const impossible =
    goal === "time"
      ? at === undefined || at <= world.getState().now
      : (goal === "ready" || goal === "restart") && pod === "";
  return (
    <Dialog open onClose={close} title={t("ui.until.title")} width={400}>
      <form
        className={styles.form}
        onSubmit={(e) => {
          e.preventDefault();
          if (impossible) return;
          close();
          runUntil(testOf(goal, at ?? 0, pod), goal === "time" ? at : undefined);
        }}
      >
        <Field label={t("ui.until.goal")}>
          <Select
            value={goal}
            options={GOALS}
            print={(g) => t(`ui.until.${g as Goal}`)}
            onChange={(g) => setGoal(g as Goal)}
          />
        </Field>
        {goal === "time" && (
          <Field label={t("ui.until.at")} note={t("ui.until.at.note")}>
            <TextInput value={time} onChange={setTime} />
          </Field>
        )}
        {(goal === "ready" || goal === "restart") && (
          <Field label={t("ui.until.pod")}>
            <Select
              value={pod}
              options={pods}
              print={(id) => id.split("/").slice(1).join(" / ")}
              onChange={setPod}
            />
          </Field>
        )}
        <footer className={styles.foot}>
          <Button kind="quiet" onPress={close}>
            {t("ui.cancel")}
          </Button>
          <Button kind="primary" type="submit" isDisabled={impossible}>
            {t("ui.until.do")}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The goal as a test of the world. */
function testOf(goal: Goal, at: number, pod: string): () => boolean {
  const begin = world.getState();
  const restarts = podOf(begin.tables, pod)?.restarts ?? 0;
  const lastSeq = begin.trace.last?.seq ?? 0;
  const since = (w: World, test: (type: string, warning: boolean) => boolean): boolean =>
    w.trace
      .after(lastSeq)
      .some((r) => r.type.startsWith("event.") && test(r.type, r.data["type"] === "Warning"));
  return () => {
    const w = world.getState();
    if (goal === "time") return w.now >= at;
    if (goal === "ready") return podOf(w.tables, pod)?.state === "ready";
    if (goal === "restart") return (podOf(w.tables, pod)?.restarts ?? 0) > restarts;
    return since(w, (_, warning) => goal === "event" || warning);
  };
}

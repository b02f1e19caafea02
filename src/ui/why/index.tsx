import { CircleHelp, Copy } from "lucide-react";
import { useMemo, useRef } from "react";
import { useT, useTranslator } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Icon } from "../parts/Icon.tsx";
import { MessageGlyph } from "../parts/MessageGlyph.tsx";
import styles from "../parts/panels.module.css";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { toast } from "../parts/Toast.tsx";
import { actions } from "../store/engine.ts";
import { seek } from "../store/playback.ts";
import { nodeOf } from "../store/select/nodes.ts";
import { podOf } from "../store/select/pods.ts";
import { runTime } from "../store/time.ts";
import { select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { markOf, seen, tell, trafficOf } from "../words/records.ts";
import { commandsFor, Explainer, whyOf } from "./chain.ts";
import { diagnosisOf, missingImage, nodeDiagnosis, troubled } from "./diagnosis.ts";

/** The chain of causes of what is selected, from it back to the first input. */
export default function Why() {
  const t = useT();
  const translator = useTranslator();
  const selection = useView((v) => v.selection);
  const trace = useWorld((w) => w.trace);
  const pod = useWorld((w) => (selection?.kind === "object" ? podOf(w.tables, selection.id) : undefined));
  const node = useWorld((w) =>
    selection?.kind === "object" && selection.id.startsWith("node/")
      ? nodeOf(w.tables, selection.id.slice(5))
      : undefined,
  );
  const inputs = useWorld((w) => w.inputs);
  const explainer = useRef(new Explainer());
  const container = selection?.kind === "object" ? selection.id.split("/")[3] : undefined;
  const state =
    pod &&
    (pod.containers.find((c) => pod.state !== "terminating" && c.name === container)?.state ?? pod.state);
  // Of a pod that waits, the container that it waits for has the answer.
  const held = pod && state === "waiting" ? troubled(pod, container)?.id : undefined;
  const links = useMemo(
    () =>
      whyOf(held === undefined ? selection : { kind: "object", id: held }, trace, state, explainer.current),
    [selection, held, trace, state],
  );
  const commands = useMemo(() => commandsFor(selection, pod), [selection, pod]);
  if (!selection) return <EmptyState>{t("ui.why.empty")}</EmptyState>;
  const absent = pod && missingImage(pod, container, inputs);
  const diagnosis = pod ? diagnosisOf(pod, container) : node ? nodeDiagnosis(node.state) : null;
  return (
    <>
      <h2 className={styles.question}>
        <Icon of={CircleHelp} />
        {state ? t(`ui.why.title.${state}`) : t("ui.why.title")}
      </h2>
      <div className={styles.scroll}>
        {diagnosis && <p className={styles.diagnosis}>{t(`ui.why.is.${diagnosis}`)}</p>}
        {absent && (
          <div className={styles.offer}>
            <Button size="s" onPress={() => void actions.letImageExist(absent)}>
              {t("ui.why.image.let")}
            </Button>
            <span>{t("ui.why.image.note")}</span>
          </div>
        )}
        {links.length === 0 && <EmptyState>{t("ui.why.nothing")}</EmptyState>}
        <ol className={styles.why}>
          {links.map((record, i) => {
            const state = markOf(record);
            const others = record.also?.length ?? 0;
            return (
              <li key={record.seq} className={styles.link}>
                <span className={styles.mark}>
                  {state ? <StateGlyph state={state} /> : <MessageGlyph traffic={trafficOf(record)} />}
                </span>
                <button
                  type="button"
                  className={styles.step}
                  onClick={() => select({ kind: "record", seq: record.seq })}
                  onDoubleClick={() => void seek(record.time)}
                  onKeyDown={(e) => {
                    if (e.key === "Enter") void seek(record.time);
                  }}
                  onPointerEnter={() => setView({ hover: record.seq })}
                  onPointerLeave={() => setView({ hover: null })}
                >
                  <b>{tell(record, translator)}</b>
                  <time>{runTime(record.time)}</time>
                  <code>{seen(record)}</code>
                  {others > 0 && <small>{t("ui.why.also", { count: others })}</small>}
                  {i === links.length - 1 && record.cause === null && (
                    <small>{t(record.type.startsWith("input.") ? "ui.why.input" : "ui.why.start")}</small>
                  )}
                </button>
              </li>
            );
          })}
        </ol>
        {commands.length > 0 && (
          <div className={styles.real}>
            <p>{t("ui.why.real")}</p>
            {commands.map((line) => (
              <div key={line} className={styles.command}>
                <code>{line}</code>
                <IconButton
                  icon={Copy}
                  iconSize={13}
                  label={t("ui.copy")}
                  onPress={() => {
                    void navigator.clipboard?.writeText(line);
                    toast(t("ui.copied"));
                  }}
                />
              </div>
            ))}
          </div>
        )}
      </div>
    </>
  );
}

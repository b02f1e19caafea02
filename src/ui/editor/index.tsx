import { TriangleAlert, X } from "lucide-react";
import {
  type ComponentType,
  type DragEvent,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useHotkey } from "../app/hotkeys.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { age } from "../store/time.ts";
import { useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { appliedState } from "./applied.ts";
import { linesAbout, objectsOf } from "./documents.ts";
import styles from "./editor.module.css";
import { FileTabs } from "./FileTabs.tsx";
import { activeFile, fileActions, MAX_LENGTH, useFiles } from "./files.ts";
import { ImageOffer } from "./ImageOffer.tsx";
import { loadMonacoView } from "./load-monaco.ts";
import type { TextView, TextViewProps } from "./MonacoView.tsx";
import PlainView from "./PlainView.tsx";
import { mergeProblems, type Problem } from "./problems.ts";
import { useChecks } from "./useChecks.ts";

const DiffDialog = lazy(() => import("./DiffDialog.tsx"));

type View = ComponentType<TextViewProps>;
let monacoView: View | null = null;
let forgetModel: (id: string) => void = () => {};

const onResize = (listener: () => void): (() => void) => {
  addEventListener("resize", listener);
  return () => removeEventListener("resize", listener);
};

/** Monaco once it has arrived; null before. Where it cannot be fetched, or on a phone, plain text. */
function useTextView(): View | null {
  const phone = useSyncExternalStore(onResize, () => innerWidth < 560);
  const [view, setView] = useState<View | null>(() => monacoView);
  useEffect(() => {
    if (phone || monacoView) return;
    let gone = false;
    loadMonacoView().then(
      (module) => {
        monacoView = module.default;
        forgetModel = module.forgetModel;
        if (!gone) setView(() => monacoView);
      },
      () => {
        if (!gone) setView(() => PlainView);
      },
    );
    return () => {
      gone = true;
    };
  }, [phone]);
  return phone ? PlainView : view;
}

/** Manifests: several files, checked as they are written, applied to the run. */
export default function Editor() {
  const t = useT();
  const translator = useTranslator();
  const file = activeFile(useFiles());
  const View = useTextView();
  const text = useRef<TextView | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const [alert, setAlert] = useState<string | null>(null);
  const [schema, setSchema] = useState<readonly Problem[]>([]);
  const [canFormat, setCanFormat] = useState(false);
  const [diff, setDiff] = useState(false);
  const [keyboard, setKeyboard] = useState(false);
  const [dropping, setDropping] = useState(false);
  const { problems, apply, busy, refusal, refusedAt, dismiss } = useChecks(file);

  const run = (): void => {
    if (file && !busy) void apply();
  };
  useHotkey("apply", run);

  const tooLong = useCallback(
    (length: number): boolean => {
      if (length <= MAX_LENGTH) return false;
      setAlert(
        t("editor.tooLong", {
          size: translator.format.bytes(length),
          limit: translator.format.bytes(MAX_LENGTH),
        }),
      );
      return true;
    },
    [t, translator],
  );

  const take = async (given: File | undefined): Promise<void> => {
    if (!given || tooLong(given.size)) return;
    const content = await given.text();
    if (content.includes("\u0000")) setAlert(t("editor.notText", { file: given.name }));
    else {
      setAlert(null);
      fileActions.add(given.name, content);
    }
  };

  const onDrop = (e: DragEvent): void => {
    setDropping(false);
    const given = e.dataTransfer.files[0];
    if (!given && !tooLong(e.dataTransfer.getData("text").length)) return;
    e.preventDefault();
    void take(given);
  };

  const selection = useView((v) => v.selection);
  const trace = useWorld((w) => (selection?.kind === "record" ? w.trace : null));
  const lit = useMemo(() => {
    if (!file || !selection || selection.kind === "component") return undefined;
    const record = selection.kind === "record" ? trace?.get(selection.seq) : undefined;
    const object = selection.kind === "object" ? selection.id : (record?.object ?? "");
    return object ? linesAbout(objectsOf(file.text), object, record?.type) : undefined;
  }, [file, selection, trace]);
  const litLines = useMemo(() => lit && ([lit[0], lit[1]] as const), [lit?.[0], lit?.[1]]);

  const all = useMemo(() => mergeProblems(problems, schema), [problems, schema]);
  if (!file) return null;
  const label = t("editor.label", { file: file.name });
  const strip = alert ?? refusal;

  return (
    <div className={styles.editor}>
      <FileTabs
        onFormat={canFormat ? () => text.current?.format() : undefined}
        onOpenFile={() => input.current?.click()}
        onClosed={(id) => forgetModel(id)}
      />
      <input
        ref={input}
        type="file"
        accept=".yaml,.yml,.json,.txt,text/*"
        hidden
        onChange={(e) => {
          void take(e.target.files?.[0]);
          e.target.value = "";
        }}
      />
      {strip && (
        <div className={styles.alert} role="alert">
          <StateGlyph state="failed" />
          <p>{strip}</p>
          <IconButton
            icon={X}
            iconSize={13}
            label={t("ui.close")}
            onPress={() => {
              setAlert(null);
              dismiss();
            }}
          />
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only listens to what passes through */}
      <div
        className={styles.body}
        data-drop={dropping || undefined}
        data-keyboard={keyboard || undefined}
        onKeyDownCapture={(e) => setKeyboard(e.key === "Tab")}
        onPointerDownCapture={() => setKeyboard(false)}
        onFocusCapture={(e) => {
          if (!e.currentTarget.contains(e.relatedTarget)) setKeyboard(e.relatedTarget !== null);
        }}
        onPasteCapture={(e) => {
          if (!tooLong(e.clipboardData.getData("text").length + file.text.length)) return;
          e.preventDefault();
          e.stopPropagation();
        }}
        onDragOver={(e) => {
          e.preventDefault();
          setDropping(e.dataTransfer.types.includes("Files"));
        }}
        onDragLeave={() => setDropping(false)}
        onDropCapture={onDrop}
      >
        {View ? (
          <View
            file={file}
            label={label}
            problems={problems}
            lit={litLines}
            onChange={(value) => {
              if (tooLong(value.length)) return;
              fileActions.write(file.id, value);
            }}
            onApply={run}
            onSchemaProblems={setSchema}
            onReady={(view) => {
              text.current = view;
              setCanFormat(view !== null && View !== PlainView);
            }}
          />
        ) : (
          <pre className={styles.preview} aria-busy="true">
            {file.text}
          </pre>
        )}
        <p className={styles.escape}>{t("editor.escape")}</p>
      </div>
      {all.length > 0 && <ProblemList problems={all} onGo={(p) => text.current?.goTo(p.line, p.column)} />}
      <ImageOffer text={file.text} />
      <footer className={styles.foot}>
        <AppliedLine text={file.text} refusedAt={refusedAt} />
        <Button size="s" kind="quiet" onPress={() => setDiff(true)}>
          {t("editor.diff")}
        </Button>
        <Button size="s" kind="primary" onPress={run} isDisabled={busy || file.text.trim() === ""}>
          {t("editor.apply")}
        </Button>
      </footer>
      {diff && (
        <Suspense fallback={null}>
          <DiffDialog name={file.name} text={file.text} onClose={() => setDiff(false)} />
        </Suspense>
      )}
    </div>
  );
}

const MAX_SHOWN = 50;

function ProblemList({ problems, onGo }: { problems: readonly Problem[]; onGo: (problem: Problem) => void }) {
  const t = useT();
  return (
    <ul className={styles.problems} aria-label={t("editor.problems", { count: problems.length })}>
      {problems.slice(0, MAX_SHOWN).map((p) => (
        <li key={`${p.line}:${p.column}:${p.message}`}>
          <button type="button" className={styles.problem} onClick={() => onGo(p)}>
            {p.severity === "error" ? (
              <StateGlyph state="failed" label={t("editor.error")} />
            ) : (
              <Icon of={TriangleAlert} size={13} />
            )}
            <code>{p.line}</code>
            <span>{p.message}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Whether this text is what the cluster was given, and when. */
function AppliedLine({ text, refusedAt }: { text: string; refusedAt: number | null }) {
  const t = useT();
  const inputs = useWorld((w) => w.inputs);
  const second = useWorld((w) => Math.floor(w.now / 1000));
  const state = useMemo(() => appliedState(text, inputs), [text, inputs]);
  if (state.kind === "never") return <p className={styles.state}>{t("editor.never")}</p>;
  const ago = age(Math.max(0, second * 1000 - Math.floor(state.at / 1000) * 1000));
  const refused = state.kind === "same" && state.at === refusedAt;
  const words = refused ? "editor.refused" : state.kind === "same" ? "editor.applied" : "editor.changed";
  return (
    <p className={styles.state}>
      <StateGlyph state={refused ? "failed" : state.kind === "same" ? "succeeded" : "creating"} />
      <span>{t(words, { ago })}</span>
    </p>
  );
}

import { useEffect, useRef } from "react";
import { useTranslator } from "../i18n.tsx";
import { darkNow, useSettings } from "../store/settings.ts";
import type { Lines } from "./documents.ts";
import type { ManifestFile } from "./files.ts";
import { monaco, setReword } from "./monaco.ts";
import { applyTheme } from "./monaco-theme.ts";
import { type Problem, rewordSchema } from "./problems.ts";

/** What the panel may ask of the text area it shows, Monaco or plain. */
export interface TextView {
  format(): void;
  goTo(line: number, column: number): void;
  focus(): void;
}

export interface TextViewProps {
  readonly file: ManifestFile;
  readonly label: string;
  /** Problems from the server's checks; those of the schema are its own. */
  readonly problems: readonly Problem[];
  /** Lines about the selected thing. */
  readonly lit: Lines | undefined;
  readonly onChange: (text: string) => void;
  readonly onApply: () => void;
  /** What the schema's checks find, in words. */
  readonly onSchemaProblems: (problems: readonly Problem[]) => void;
  readonly onReady: (view: TextView | null) => void;
}

type CodeEditor = ReturnType<typeof monaco.editor.create>;
const viewStates = new Map<string, ReturnType<CodeEditor["saveViewState"]>>();

const modelUri = (file: ManifestFile) =>
  monaco.Uri.parse(`inmemory://manifests/${encodeURIComponent(file.id)}.yaml`);

/** The file's model: it outlives its tab being hidden, so that undo does too. */
function modelOf(file: ManifestFile) {
  return (
    monaco.editor.getModel(modelUri(file)) ?? monaco.editor.createModel(file.text, "yaml", modelUri(file))
  );
}

const SERVER = "server";

/** The manifest in Monaco. */
export default function MonacoView(props: TextViewProps) {
  const { file, label, problems, lit } = props;
  const translator = useTranslator();
  const dark = useSettings((s) => darkNow(s.theme));
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!host.current) return;
    const made = monaco.editor.create(host.current, {
      model: null,
      automaticLayout: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      fontSize: 12.5,
      lineHeight: 20,
      fontLigatures: false,
      minimap: { enabled: false },
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 10,
      glyphMargin: false,
      folding: false,
      scrollBeyondLastLine: false,
      overviewRulerLanes: 0,
      renderLineHighlight: "none",
      guides: { indentation: false },
      tabSize: 2,
      insertSpaces: true,
      detectIndentation: false,
      fixedOverflowWidgets: true,
      padding: { top: 6, bottom: 6 },
      quickSuggestions: { other: true, comments: false, strings: true },
      wordBasedSuggestions: "off",
      occurrencesHighlight: "off",
      unicodeHighlight: { ambiguousCharacters: false },
      accessibilitySupport: "auto",
      scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
      stickyScroll: { enabled: false },
      dropIntoEditor: { enabled: false },
      maxTokenizationLineLength: 5_000,
      stopRenderingLineAfter: 5_000,
    });
    editor.current = made;
    const keys = monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter;
    made.addCommand(keys, () => latest.current.onApply());
    const changed = made.onDidChangeModelContent(() => latest.current.onChange(made.getValue()));
    const marked = monaco.editor.onDidChangeMarkers((resources) => {
      const model = made.getModel();
      if (!model || !resources.some((r) => r.toString() === model.uri.toString())) return;
      latest.current.onSchemaProblems(
        monaco.editor
          .getModelMarkers({ resource: model.uri })
          .flatMap((m) => (m.owner === SERVER ? [] : [problemFrom(m)])),
      );
    });
    latest.current.onReady({
      format: () => void made.getAction("editor.action.formatDocument")?.run(),
      goTo: (lineNumber, column) => {
        made.setPosition({ lineNumber, column });
        made.revealLineInCenterIfOutsideViewport(lineNumber);
        made.focus();
      },
      focus: () => made.focus(),
    });
    return () => {
      keepViewState(made);
      latest.current.onReady(null);
      changed.dispose();
      marked.dispose();
      made.dispose();
      editor.current = null;
    };
  }, []);

  // The file in view. A text that came from elsewhere (a template over an empty file) replaces the model's.
  useEffect(() => {
    const made = editor.current;
    if (!made) return;
    const model = modelOf(file);
    if (made.getModel() !== model) {
      keepViewState(made);
      made.setModel(model);
      made.restoreViewState(viewStates.get(file.id) ?? null);
    }
    if (model.getValue() !== file.text) {
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text: file.text }], () => null);
    }
  }, [file]);

  useEffect(() => {
    editor.current?.updateOptions({ ariaLabel: label });
  }, [label]);

  useEffect(() => applyTheme(monaco, dark), [dark]);

  useEffect(() => {
    setReword((message) => rewordSchema(message, translator));
  }, [translator]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (!model) return;
    monaco.editor.setModelMarkers(
      model,
      SERVER,
      problems.map((p) => ({
        startLineNumber: p.line,
        startColumn: p.column,
        endLineNumber: p.endLine,
        endColumn: p.endColumn,
        message: p.message,
        severity: p.severity === "error" ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
      })),
    );
  }, [problems]);

  useEffect(() => {
    if (!editor.current || !lit) return;
    const [first, last] = lit;
    const marks = editor.current.createDecorationsCollection([
      {
        range: new monaco.Range(first, 1, last, 1),
        options: {
          isWholeLine: true,
          className: "syncloop-lit",
          linesDecorationsClassName: "syncloop-lit-edge",
        },
      },
    ]);
    editor.current.revealLinesInCenterIfOutsideViewport(first, last);
    return () => marks.clear();
  }, [lit]);

  return <div ref={host} style={{ position: "absolute", inset: 0 }} />;
}

function keepViewState(editor: CodeEditor): void {
  const id = editor.getModel()?.uri.path.replace(/^\/|\.yaml$/g, "");
  if (id) viewStates.set(decodeURIComponent(id), editor.saveViewState());
}

function problemFrom(m: ReturnType<typeof monaco.editor.getModelMarkers>[number]): Problem {
  return {
    line: m.startLineNumber,
    column: m.startColumn,
    endLine: m.endLineNumber,
    endColumn: m.endColumn,
    message: m.message,
    severity: m.severity === monaco.MarkerSeverity.Error ? "error" : "warning",
  };
}

/** Frees the model of a file that was closed. */
export function forgetModel(id: string): void {
  monaco.editor.getModel(monaco.Uri.parse(`inmemory://manifests/${encodeURIComponent(id)}.yaml`))?.dispose();
  viewStates.delete(id);
}

/**
 * Monaco with YAML and the schema of Kubernetes: set up once, in its own chunk. Only the features a manifest needs
 * are taken along. Its workers are files of this site: the page's policy allows no other.
 */
import * as monaco from "monaco-editor/editor/editor.api.js";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/caretOperations/register.js";
import "monaco-editor/features/clipboard/register.js";
import "monaco-editor/features/codeEditor/register.js";
import "monaco-editor/features/codicon/register.js";
import "monaco-editor/features/comment/register.js";
import "monaco-editor/features/contextmenu/register.js";
import "monaco-editor/features/cursorUndo/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/folding/register.js";
import "monaco-editor/features/format/register.js";
import "monaco-editor/features/gotoError/register.js";
import "monaco-editor/features/hover/register.js";
import "monaco-editor/features/indentation/register.js";
import "monaco-editor/features/linesOperations/register.js";
import "monaco-editor/features/longLinesHelper/register.js";
import "monaco-editor/features/multicursor/register.js";
import "monaco-editor/features/smartSelect/register.js";
import "monaco-editor/features/snippet/register.js";
// The feature of that name brings inline suggestions only.
import "monaco-editor/editor/contrib/suggest/browser/suggestController.js";
import "monaco-editor/features/toggleTabFocusMode/register.js";
import "monaco-editor/features/tokenization/register.js";
import "monaco-editor/features/unusualLineTerminators/register.js";
import "monaco-editor/features/wordHighlighter/register.js";
import "monaco-editor/features/wordOperations/register.js";
import "monaco-editor/languages/definitions/yaml/register.js";
import { configureMonacoYaml, type JSONSchema } from "monaco-yaml";
import YamlWorker from "./yaml.worker.ts?worker";

export { monaco };
export type Monaco = typeof monaco;

/** Words of the schema's checks, put by whoever shows them. */
type Reword = (message: string) => string;
let reword: Reword = (message) => message;

/** What the schema's checks say goes through this. */
export function setReword(next: Reword): void {
  reword = next;
}

self.MonacoEnvironment = {
  getWorker: (_, label) => (label === "yaml" ? new YamlWorker() : new EditorWorker()),
};

/** Options as monaco-yaml still gives them; Monaco itself now wants the worker ready-made. */
interface WorkerOptions {
  readonly createData?: unknown;
  readonly host?: Record<string, (...args: unknown[]) => unknown>;
  readonly keepIdleModels?: boolean;
}

function createWebWorker<T extends object>({
  createData,
  host,
  keepIdleModels,
}: WorkerOptions): monaco.editor.MonacoWebWorker<T> {
  const worker = new YamlWorker();
  worker.postMessage("ignore");
  worker.postMessage(createData);
  return monaco.editor.createWebWorker<T>({
    worker,
    ...(host ? { host } : {}),
    ...(keepIdleModels === undefined ? {} : { keepIdleModels }),
  });
}

const setModelMarkers: typeof monaco.editor.setModelMarkers = (model, owner, markers) =>
  monaco.editor.setModelMarkers(
    model,
    owner,
    markers.map((m) => ({ ...m, message: reword(m.message) })),
  );

const yaml = configureMonacoYaml(
  { ...monaco, editor: { ...monaco.editor, createWebWorker, setModelMarkers } } as unknown as Parameters<
    typeof configureMonacoYaml
  >[0],
  { enableSchemaRequest: false, hoverSchemaSource: false, format: { enable: true }, schemas: [] },
);

/** The schema is fetched beside the page; without it the editor still knows YAML. */
async function fetchSchema(): Promise<void> {
  const uri = new URL("schema/kubernetes-1.36.json", document.baseURI).href;
  try {
    const answer = await fetch(uri);
    if (!answer.ok) return;
    const schema = (await answer.json()) as JSONSchema;
    await yaml.update({ schemas: [{ uri, fileMatch: ["*"], schema }] });
  } catch {
    // offline, or not there: completion and hover are less, nothing else
  }
}

void fetchSchema();

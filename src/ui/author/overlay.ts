/**
 * Under the development server: an open lesson shows what was edited at once, and in a corner what is wrong with it.
 * The page, the step and the language stay; the run begins anew only where what it runs is another.
 */
import { folders, type LessonFolder, subscribe } from "virtual:lessons";
import type { AuthorState } from "../../lessons/authoring.ts";
import { parseRoute } from "../app/routes.ts";
import { goalSteps, goToPage, useLesson } from "../lesson/lesson-store.ts";
import { useSettings } from "../store/settings.ts";
import { setView, useView } from "../store/view.ts";
import { askFor, openInEditor, useStates } from "./server.ts";
import { authorWords } from "./words.ts";

const STYLE = `
:host{position:fixed;left:12px;bottom:12px;z-index:1000;max-width:min(560px,calc(100vw - 24px));
  font:13px/1.5 system-ui,"Noto Sans","Noto Sans CJK SC","Noto Sans CJK KR",sans-serif}
section{max-height:60vh;overflow:auto;padding:10px 14px;border:1px solid #a50d24;border-left-width:4px;
  border-radius:8px;background:#fff;color:#141a24;box-shadow:0 4px 18px rgb(20 26 36/.25)}
header{display:flex;gap:14px;align-items:baseline}
b{flex:1;color:#a50d24}
ul{margin:6px 0 0;padding:0;list-style:none}
li{margin:6px 0;overflow-wrap:anywhere}
button,a{padding:0;border:0;background:none;color:#1f4fbf;font:inherit;cursor:pointer;text-decoration:underline}
li button{font-family:ui-monospace,monospace;font-size:12px}
p{margin:6px 0 0;color:#475063}`;

const lessonInView = (): string | null => {
  const { route } = parseRoute(location.hash);
  return route.page === "lesson" || route.page === "present" ? route.id : null;
};

/** What the run is made of: another scenario or another goal needs another run. */
const runOf = ({ lesson, files }: LessonFolder): string =>
  JSON.stringify([
    lesson.kind,
    files[lesson.spec.scenario],
    lesson.spec.files,
    goalSteps(lesson).map(({ id, goal }) => [id, goal]),
  ]);

/** Takes an edited `lesson.yaml` or scenario into the open lesson. */
async function takeFolder(keys: readonly string[]): Promise<void> {
  const { id, folder: before } = useLesson.getState();
  if (!keys.includes(id)) return;
  const folder = (await folders[id]?.())?.default;
  if (!folder || useLesson.getState().id !== id) return;
  useLesson.setState({ folder });
  if (before && runOf(before) === runOf(folder)) return;
  const { page } = useLesson.getState();
  setView({ run: useView.getState().run + 1 });
  if (page === 0) return;
  const stop = useLesson.subscribe((now) => {
    if (now.page === page) return;
    stop();
    if (now.id === id) goToPage(page);
  });
}

const host = document.createElement("syncloop-author");
const shadow = host.attachShadow({ mode: "open" });
let hidden = "";

const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text: string,
  onClick?: () => void,
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name);
  made.textContent = text;
  if (onClick) made.addEventListener("click", onClick);
  return made;
};

async function show(): Promise<void> {
  const id = lessonInView();
  const state: AuthorState | undefined = id === null ? undefined : useStates.getState()[id];
  const { language } = useSettings.getState();
  const tell = await authorWords(language);
  const problems = [...(state?.files ?? []), ...(state?.runs ?? [])].flatMap((o) => o.problems);
  const key = JSON.stringify(problems);
  if (!state || problems.length === 0 || key === hidden) {
    host.remove();
    return;
  }
  const box = element("section", "");
  const head = element("header", "");
  const all = element("a", tell("page.all"));
  all.href = `/author.html?lang=${language}#${state.id}`;
  all.target = "_blank";
  const hide = element("button", tell("page.hide"), () => {
    hidden = key;
    host.remove();
  });
  head.append(element("b", tell("page.problems", { count: problems.length })), all, hide);
  const list = element("ul", "");
  for (const p of problems) {
    const item = element("li", "");
    const place = element("button", `${p.file}:${p.line}:${p.column}`, () =>
      openInEditor(state, p.file, p.line, p.column),
    );
    place.title = tell("page.open-editor");
    item.append(place, ` ${p.message[language]}`);
    list.append(item);
  }
  box.append(head, ...state.stale.map((file) => element("p", tell("page.last-good", { file }))), list);
  const style = element("style", STYLE);
  shadow.replaceChildren(style, box);
  box.setAttribute("role", "status");
  document.body.append(host);
}

const ask = (): void => {
  const id = lessonInView();
  if (id !== null) askFor(id);
  void show();
};

subscribe((keys) => void takeFolder(keys));
useStates.subscribe(() => void show());
useSettings.subscribe(() => void show());
addEventListener("hashchange", ask);
ask();

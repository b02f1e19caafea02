import { basename, relative, resolve, sep } from "node:path";
import type { Plugin, ViteDevServer } from "vite";
import { createLibrary, entryOf, type Library, type ShownLesson } from "../src/cli/lessons/library.ts";
import { problemWords } from "../src/cli/lessons/words.ts";
import type { LessonChange } from "../src/lessons/authoring.ts";
import { LANGUAGES, type Language } from "../src/lessons/text.ts";
import { serveAuthor } from "./author-server.ts";
import { lessonPage } from "./lesson-page.ts";

const INDEX = "virtual:lessons";
/** Name of the script that brings a plain page to life. */
const READ = "read";

const shownOf = (library: Library): ShownLesson[] =>
  library
    .ids()
    .flatMap((id) => library.get(id).shown ?? [])
    .sort((a, b) => a.lesson.metadata.order - b.lesson.metadata.order);

const folderOf = ({ lesson, files }: ShownLesson) => ({ lesson, files });

/** In the development server: what was edited since the page was opened stands before what its modules hold. */
const LIVE = `
const fresh = new Map();
const listeners = new Set();
const latest = (thunks) => Object.fromEntries(Object.entries(thunks).map(([key, load]) =>
  [key, async () => fresh.has(key) ? { default: fresh.get(key) } : load()]));
export const subscribe = (listener) => (listeners.add(listener), () => listeners.delete(listener));
import.meta.hot?.on("lessons:changed", ({ id, entry, folder, texts }) => {
  const keys = Object.keys(texts).map((lang) => id + "/" + lang);
  keys.forEach((key, i) => fresh.set(key, Object.values(texts)[i]));
  if (folder) { fresh.set(id, folder); keys.push(id); }
  const known = lessons.find((lesson) => lesson.id === id);
  if (known) Object.assign(known, entry);
  for (const listener of listeners) listener(keys);
});`;
/** In the built site nothing changes. */
const STILL = `
const latest = (thunks) => thunks;
export const subscribe = () => () => {};`;

function indexModule(found: readonly ShownLesson[], live: boolean): string {
  const thunks = (names: readonly string[]): string =>
    `latest({${names.map((n) => `${JSON.stringify(n)}: () => import(${JSON.stringify(`${INDEX}/${n}`)})`).join(",\n")}})`;
  return [
    `export const lessons = ${JSON.stringify(found.map(entryOf))};`,
    live ? LIVE : STILL,
    `export const folders = ${thunks(found.map((f) => f.id))};`,
    `export const texts = ${thunks(found.flatMap((f) => LANGUAGES.map((l) => `${f.id}/${l}`)))};`,
  ].join("\n");
}

/** What a page that is open has to learn; null where nothing that it shows is another. */
function changeOf(before: ShownLesson, now: ShownLesson): LessonChange | null {
  const other = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);
  const langs = LANGUAGES.filter((l) => other(before.texts[l], now.texts[l]));
  const folder = other(folderOf(before), folderOf(now));
  if (!folder && langs.length === 0) return null;
  return {
    id: now.id,
    entry: entryOf(now),
    ...(folder ? { folder: folderOf(now) } : {}),
    texts: Object.fromEntries(langs.map((l) => [l, now.texts[l]])),
  };
}

/**
 * Lessons as the page takes them: `virtual:lessons` lists them, each folder and each language of its text is a module
 * of its own, fetched when it is opened. The built site also has every text as a plain page. In the development
 * server an edited lesson is shown at once, in place, and what is wrong with it is told (author-server.ts).
 */
export function lessons(folder: string): Plugin {
  const root = resolve(folder);
  let library = createLibrary(root);
  let live = false;
  const warnings = (id: string): string[] =>
    library
      .get(id)
      .outcomes.filter((o) => o.check === "format")
      .flatMap((o) => o.problems)
      .map((p) => `${id}/${p.file}:${p.line}:${p.column}: ${problemWords("en", p)}`);

  function watch(server: ViteDevServer): void {
    const author = serveAuthor(server, root, () => library);
    const again = (path: string): void => {
      if (!path.startsWith(root + sep)) return;
      const id = relative(root, path).split(sep)[0] ?? "";
      const before = library.get(id).shown;
      const now = library.read(id).shown;
      for (const [name, module] of server.moduleGraph.idToModuleMap)
        if (name.startsWith(`\0${INDEX}`)) server.moduleGraph.invalidateModule(module);
      if (!before && !now) return;
      server.config.logger.info(`lesson changed: ${id}/${basename(path)}`);
      if (!before || !now) server.ws.send({ type: "full-reload" });
      else {
        const change = changeOf(before, now);
        if (change) server.ws.send("lessons:changed", change);
      }
      author.changed(id);
    };
    server.watcher.add(root);
    for (const event of ["change", "add", "unlink"] as const) server.watcher.on(event, again);
  }

  return {
    name: "lessons",
    // Plain pages have a script of their own, beside the entries that are pages.
    config: () => ({ build: { rolldownOptions: { input: { [READ]: resolve("src/ui/read/main.ts") } } } }),
    configResolved(config) {
      live = config.command === "serve" && !config.isProduction;
    },
    buildStart() {
      library = createLibrary(root);
    },
    resolveId: (id) => (id === INDEX || id.startsWith(`${INDEX}/`) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${INDEX}`)) return undefined;
      if (id === `\0${INDEX}`) {
        for (const name of library.ids()) for (const warning of warnings(name)) this.warn(warning);
        return indexModule(shownOf(library), live);
      }
      const [name = "", lang] = id.slice(INDEX.length + 2).split("/");
      const shown = library.get(name).shown;
      if (!shown) return undefined;
      return `export default ${JSON.stringify(lang ? shown.texts[lang as Language] : folderOf(shown))};`;
    },
    transformIndexHtml: {
      order: "pre",
      handler: (_html, { path }) =>
        live && path === "/index.html"
          ? [
              {
                tag: "script",
                attrs: { type: "module", src: "/src/ui/author/overlay.ts" },
                injectTo: "body",
              },
            ]
          : [],
    },
    configureServer: watch,
    generateBundle(_options, bundle) {
      const script = Object.values(bundle).find((c) => c.type === "chunk" && c.isEntry && c.name === READ);
      const all = shownOf(library);
      all.forEach((shown, i) => {
        for (const lang of LANGUAGES)
          this.emitFile({
            type: "asset",
            fileName: `lessons/${shown.id}/${lang}/index.html`,
            source: lessonPage(shown, lang, script?.fileName ?? "", {
              before: all[i - 1],
              after: all[i + 1],
            }),
          });
      });
    },
  };
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Plugin } from "vite";
import { type Compiled, compileLesson } from "../src/cli/lessons/compile.ts";
import { goalSteps, type Lesson } from "../src/lessons/format.ts";
import { parseLesson } from "../src/lessons/parse.ts";
import { type CompiledLesson, LANGUAGES, type Language } from "../src/lessons/text.ts";
import { lessonPage } from "./lesson-page.ts";

const INDEX = "virtual:lessons";

interface Folder {
  readonly id: string;
  readonly lesson: Lesson;
  readonly files: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<Language, CompiledLesson>>;
}

/** A folder as the page takes it; null, with `report` told why, where it cannot be shown. */
function readFolder(root: string, id: string, report: (message: string) => void): Folder | null {
  const read = (file: string): string => readFileSync(join(root, id, file), "utf8");
  const missing = ["lesson.yaml", ...LANGUAGES.map((l) => `${l}.md`)].filter(
    (f) => !existsSync(join(root, id, f)),
  );
  if (missing.length > 0) {
    report(`${id}: no ${missing.join(", ")}`);
    return null;
  }
  const parsed = parseLesson(read("lesson.yaml"));
  if (!parsed.ok) {
    for (const p of parsed.problems)
      report(`${id}/lesson.yaml:${p.line}:${p.column} ${p.code} ${JSON.stringify(p.args)}`);
    return null;
  }
  const text = (lang: Language): CompiledLesson => {
    const { lesson, problems }: Compiled = compileLesson(read(`${lang}.md`), id, lang);
    for (const p of problems)
      report(`${id}/${lang}.md:${p.line}:${p.column} ${p.code} ${JSON.stringify(p.args)}`);
    return lesson;
  };
  const names = readdirSync(join(root, id)).filter((f) => f !== "lesson.yaml" && /\.ya?ml$/.test(f));
  return {
    id,
    lesson: parsed.lesson,
    files: Object.fromEntries(names.sort().map((f) => [f, read(f)])),
    texts: Object.fromEntries(LANGUAGES.map((l) => [l, text(l)])) as Record<Language, CompiledLesson>,
  };
}

const entryOf = ({ id, lesson, texts }: Folder) => ({
  id,
  kind: lesson.kind,
  order: lesson.metadata.order,
  minutes: lesson.metadata.minutes,
  topics: lesson.metadata.topics,
  title: Object.fromEntries(LANGUAGES.map((l) => [l, texts[l].title])),
  description: Object.fromEntries(LANGUAGES.map((l) => [l, texts[l].description.replace(/`/g, "")])),
  steps: goalSteps(lesson).map((s) => s.id),
  quiz: lesson.spec.quiz.map((q) => q.id),
});

/**
 * Lessons as the page takes them: `virtual:lessons` lists them, each folder and each language of its text is a module
 * of its own, fetched when it is opened. The built site also has every text as a plain page.
 */
export function lessons(folder: string): Plugin {
  const root = resolve(folder);
  let known: readonly Folder[] | null = null;
  const ids = (): string[] =>
    existsSync(root)
      ? readdirSync(root, { withFileTypes: true })
          .filter((e) => e.isDirectory() && existsSync(join(root, e.name, "lesson.yaml")))
          .map((e) => e.name)
          .sort()
      : [];
  const all = (report: (message: string) => void): readonly Folder[] => {
    known ??= ids()
      .map((id) => readFolder(root, id, report))
      .filter((f): f is Folder => f !== null)
      .sort((a, b) => a.lesson.metadata.order - b.lesson.metadata.order);
    return known;
  };
  const indexModule = (found: readonly Folder[]): string => {
    const thunks = (names: readonly string[]): string =>
      `{${names.map((n) => `${JSON.stringify(n)}: () => import(${JSON.stringify(`${INDEX}/${n}`)})`).join(",\n")}}`;
    return [
      `export const lessons = ${JSON.stringify(found.map(entryOf))};`,
      `export const folders = ${thunks(found.map((f) => f.id))};`,
      `export const texts = ${thunks(found.flatMap((f) => LANGUAGES.map((l) => `${f.id}/${l}`)))};`,
    ].join("\n");
  };
  return {
    name: "lessons",
    buildStart() {
      known = null;
    },
    resolveId: (id) => (id === INDEX || id.startsWith(`${INDEX}/`) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${INDEX}`)) return undefined;
      const found = all((m) => this.warn(m));
      if (id === `\0${INDEX}`) return indexModule(found);
      const [name, lang] = id.slice(INDEX.length + 2).split("/");
      const lesson = found.find((f) => f.id === name);
      if (!lesson) return undefined;
      const value = lang ? lesson.texts[lang as Language] : { lesson: lesson.lesson, files: lesson.files };
      return `export default ${JSON.stringify(value)};`;
    },
    configureServer(server) {
      server.watcher.add(root);
      const again = (file: string): void => {
        if (!file.startsWith(root) || file.startsWith(join(root, "scenarios"))) return;
        known = null;
        for (const [id, module] of server.moduleGraph.idToModuleMap)
          if (id.startsWith(`\0${INDEX}`)) server.moduleGraph.invalidateModule(module);
        server.config.logger.info(`lesson changed: ${basename(file)}`);
        server.ws.send({ type: "full-reload" });
      };
      server.watcher.on("change", again);
      server.watcher.on("add", again);
    },
    generateBundle() {
      for (const { id, lesson, texts } of all((m) => this.warn(m)))
        for (const lang of LANGUAGES)
          this.emitFile({
            type: "asset",
            fileName: `lessons/${id}/${lang}/index.html`,
            source: lessonPage(lesson, texts[lang], texts),
          });
    },
  };
}

import { describe, expect, it } from "vitest";
import type { HastNode, HastRoot, WidgetBlock } from "../../lessons/text.ts";
import { compileLesson } from "./compile.ts";

const FRONT = "---\ntitle: Probes\ndescription: What they do.\n---\n";
const text = (node: HastRoot | HastNode): string =>
  node.type === "text" ? node.value : node.children.map(text).join("");
const compile = (body: string, lang: "en" | "ru" | "zh" | "ko" = "en") =>
  compileLesson(FRONT + body, "x", lang);
const html = (body: string, lang: "en" | "ru" | "zh" | "ko" = "en"): HastRoot => {
  const block = compile(body, lang).lesson.blocks[0];
  if (block?.type !== "html") throw new Error("no prose");
  return block.hast;
};

describe("compiling a lesson's text", () => {
  it("reads title and description, and keeps prose and widgets in their order", () => {
    const { lesson, problems } = compile("One.\n\n::mini{id=delay}\n\nTwo.\n");
    expect(problems).toEqual([]);
    expect([lesson.title, lesson.description]).toEqual(["Probes", "What they do."]);
    expect(lesson.blocks.map((b) => b.type)).toEqual(["html", "mini", "html"]);
    expect((lesson.blocks[1] as WidgetBlock).id).toBe("delay");
  });

  it("reads a step's title and its hints by level", () => {
    const { lesson, problems } = compile(
      "::::step{id=apply}\n## Apply it\n\nDo so.\n\n:::hint{level=2}\nmore\n:::\n:::hint{level=1}\nless\n:::\n::::\n",
    );
    const step = lesson.blocks[0] as WidgetBlock;
    expect(problems).toEqual([]);
    expect([step.id, step.title, text(step.body).trim()]).toEqual(["apply", "Apply it", "Do so."]);
    expect(step.hints.map((h) => text(h).trim())).toEqual(["less", "more"]);
  });

  it("reads a question: the option is its first paragraph, the rest says why", () => {
    const { lesson } = compile(
      "::::question{id=q}\nWho?\n\n:::option{id=a}\nPLEG\n\nIt saw it.\n:::\n:::right\nyes\n:::\n:::wrong\nno\n:::\n::::\n",
    );
    const q = lesson.blocks[0] as WidgetBlock;
    expect(q.options.map((o) => [o.id, text(o.text), text(o.why)])).toEqual([["a", "PLEG", "It saw it."]]);
    expect([text(q.right!), text(q.wrong!)]).toEqual(["yes", "no"]);
  });

  it("keeps times and image tags as words", () => {
    expect(text(html("At 10:30 and at 1:34.1 the image v1:beta, see a:b[c].\n"))).toBe(
      "At 10:30 and at 1:34.1 the image v1:beta, see a:b[c].",
    );
  });

  it("drops scripts, handlers and javascript addresses, and reports raw HTML", () => {
    const { lesson, problems } = compile(
      '<script>alert(1)</script>\n\n<p onclick="x()">a</p>\n\n[go](javascript:alert(1)) [on](https://kubernetes.io)\n',
    );
    const all = JSON.stringify(lesson);
    expect(all).not.toMatch(/script>|alert|onclick|javascript:/i);
    expect(all).toContain("https://kubernetes.io");
    expect(problems.map((p) => [p.code, p.line])).toContainEqual(["html", 5]);
  });

  it("reports unknown and misplaced directives at their place", () => {
    expect(compile("a\n\n::nope\n").problems).toMatchObject([
      { line: 7, column: 1, code: "unknown-directive", args: { name: "nope" } },
    ]);
    expect(compile(":::hint\nx\n:::\n").problems.map((p) => p.code)).toEqual(["misplaced-directive"]);
    expect(compile("::::step{id=a}\n## T\n\n:::hunt\nx\n:::\n::::\n").problems).toEqual([
      {
        line: 8,
        column: 1,
        code: "unknown-directive",
        args: { name: "hunt", likely: "hint", names: "::hint" },
      },
    ]);
  });

  it("reports a block that was closed too early, a missing id and a missing title", () => {
    const codes = (body: string): string[] => compile(body).problems.map((p) => p.code);
    expect(codes(":::step{id=a}\n## T\n\n:::hint{level=1}\nx\n:::\n:::\n\n:::\n")).toContain("stray-colons");
    expect(codes("::mini\n")).toEqual(["missing-id"]);
    expect(codes(":::step{id=a}\nno heading\n:::\n")).toEqual(["missing-title"]);
    expect(codes("::mini{id=a}\n\n::mini{id=a}\n")).toEqual(["duplicate-id"]);
  });

  it("reports front matter that lacks a field or has one too many", () => {
    expect(
      compileLesson("---\ntitle: A\nauthor: B\n---\nx\n", "x", "en").problems.map((p) => p.code),
    ).toEqual(["missing-field", "unknown-field"]);
    expect(compileLesson("x\n", "x", "en").problems.map((p) => p.code)).toEqual(["front-matter"]);
  });

  it("binds what must not break, by language, and leaves code alone", () => {
    expect(text(html("after 10 s\n"))).toBe("after 10\u00a0s");
    // Korean ranges are no strikethrough.
    expect(html("10~15초, 20~30초\n")).toEqual(html("10\\~15초, 20\\~30초\n"));
    expect(text(html("Через 10 секунд под — в работе\n", "ru"))).toBe(
      "Через 10\u00a0секунд под\u00a0— в\u00a0работе",
    );
    expect(text(html("容器退出，\n然后重启。\n", "zh"))).toBe("容器退出，然后重启。");
    expect(text(html("`sleep 10 s`\n"))).toBe("sleep 10 s");
  });
});

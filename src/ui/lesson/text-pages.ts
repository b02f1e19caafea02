/** A lesson's text in pages: the introduction, one for each step, what follows, the questions. Pure. */
import type { Lesson } from "../../lessons/format.ts";
import type { Block, WidgetBlock } from "../../lessons/text.ts";

export interface TextPage {
  readonly blocks: readonly Block[];
  /** The step that this page is about. */
  readonly step?: string;
  readonly quiz: boolean;
}

const startsWithHeading = (block: Block): boolean => {
  const first = block.type === "html" ? block.hast.children.find((c) => c.type === "element") : undefined;
  return first?.type === "element" && first.tagName === "h2";
};

/** A case has its goals all on one page; demos are not read in pages. */
export function pagesOf(blocks: readonly Block[], kind: Lesson["kind"]): TextPage[] {
  const pages: { blocks: Block[]; step?: string; quiz: boolean }[] = [{ blocks: [], quiz: false }];
  let afterStep = false;
  blocks.forEach((block, i) => {
    const page = pages.at(-1)!;
    const question =
      block.type === "question" || (i + 1 < blocks.length && headOfQuiz(block, blocks[i + 1]!));
    if (question && !page.quiz) pages.push({ blocks: [block], quiz: true });
    else if (block.type === "step" && kind === "Lesson")
      pages.push({ blocks: [block], step: block.id, quiz: false });
    else if (afterStep && !page.quiz && startsWithHeading(block))
      pages.push({ blocks: [block], quiz: false });
    else page.blocks.push(block);
    afterStep ||= block.type === "step";
  });
  return pages.filter((p) => p.blocks.length > 0);
}

const headOfQuiz = (block: Block, next: Block): boolean =>
  startsWithHeading(block) && next.type === "question";

/** What a page is called: its step's title, or its first heading. */
export function titleOf(page: TextPage): string | undefined {
  for (const block of page.blocks) {
    if (block.type !== "html") return (block as WidgetBlock).title;
    const heading = block.hast.children.find((c) => c.type === "element" && c.tagName === "h2");
    if (heading?.type === "element")
      return heading.children.map((c) => (c.type === "text" ? c.value : "")).join("");
  }
  return undefined;
}

/**
 * A lesson's words in one language, compiled from its Markdown: plain JSON that a page renders without a parser. Ids
 * are those of `lesson.yaml`.
 */

export const LANGUAGES = ["en", "ru", "zh", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];

/** HTML as data (hast), cleaned: no scripts, no handlers, no `javascript:` addresses. */
export interface HastRoot {
  readonly type: "root";
  readonly children: readonly HastNode[];
}
export interface HastElement {
  readonly type: "element";
  readonly tagName: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly children: readonly HastNode[];
}
export interface HastText {
  readonly type: "text";
  readonly value: string;
}
export type HastNode = HastElement | HastText;

/** One possible answer: what it says, and why it is right or not. */
export interface OptionText {
  readonly id: string;
  readonly text: HastRoot;
  readonly why: HastRoot;
}

export type WidgetType = "mini" | "step" | "prediction" | "question" | "moment";

/** A place in the text where something of `lesson.yaml` stands, with its words. */
export interface WidgetBlock {
  readonly type: WidgetType;
  readonly id: string;
  /** Steps and moments: the first heading, as plain text. */
  readonly title?: string;
  readonly body: HastRoot;
  /** Steps: hints by level, the first one first. */
  readonly hints: readonly HastRoot[];
  /** Questions and predictions: options; `order` questions: items. */
  readonly options: readonly OptionText[];
  /** Said after a right answer and after a wrong one, whatever was chosen. */
  readonly right?: HastRoot;
  readonly wrong?: HastRoot;
  /** Moments: what the presenter sees. */
  readonly notes?: HastRoot;
}

export interface HtmlBlock {
  readonly type: "html";
  readonly hast: HastRoot;
}

export type Block = HtmlBlock | WidgetBlock;

export interface CompiledLesson {
  readonly id: string;
  readonly lang: Language;
  readonly title: string;
  /** One sentence, without markup. */
  readonly description: string;
  readonly blocks: readonly Block[];
}

/** What a learner does in a lesson, in any language: words come from the catalogues, answers from the lesson's folder. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { parse } from "yaml";
import { expect } from "./syncloop.ts";

export const LANGUAGES = ["en", "ru", "zh", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The interface's words in a language. */
export const wordsOf = (lang: string): Record<string, string> =>
  JSON.parse(readFileSync(`src/i18n/messages/${lang}.json`, "utf8")) as Record<string, string>;

interface Quiz {
  readonly id: string;
  readonly kind: string;
  readonly answer: string | readonly string[];
  readonly prediction?: string;
}

interface Asked {
  readonly id: string;
  readonly ask: string;
  readonly options?: readonly string[];
}

/** `lesson.yaml`, as far as a learner meets it. */
export function lessonOf(id: string): {
  readonly quiz: readonly Quiz[];
  readonly predictions: readonly Asked[];
  readonly steps: readonly { readonly id: string }[];
} {
  const { spec } = parse(readFileSync(`lessons/${id}/lesson.yaml`, "utf8")) as {
    spec: { quiz: Quiz[]; predictions: Asked[]; steps: { id: string }[] };
  };
  return spec;
}

export const fileOf = (lesson: string, name: string): string =>
  readFileSync(`lessons/${lesson}/${name}`, "utf8");

/** A learner in front of a lesson. */
export class Learner {
  readonly words: Record<string, string>;
  readonly page: Page;
  readonly lesson: string;
  readonly lang: Language;

  constructor(page: Page, lesson: string, lang: Language) {
    this.page = page;
    this.lesson = lesson;
    this.lang = lang;
    this.words = wordsOf(lang);
  }

  /** A word of the interface. */
  word(key: string): string {
    const word = this.words[key];
    if (word === undefined) throw new Error(`no word ${key}`);
    return word;
  }

  async open(query = ""): Promise<void> {
    // Waits in a run are short for the reader of a test.
    await this.page.addInitScript(() => {
      try {
        localStorage.setItem("syncloop.layout", JSON.stringify({ speed: 20 }));
      } catch {
        // storage is switched off
      }
    });
    await this.page.goto(`/?lang=${this.lang}#/lesson/${this.lesson}${query}`);
    await expect(this.pages.first()).toBeVisible({ timeout: 30_000 });
    await expect(this.page.locator("html")).toHaveAttribute("lang", new RegExp(`^${this.lang}`));
  }

  get pages(): Locator {
    return this.page.getByRole("navigation", { name: this.word("lesson.pages") }).getByRole("button");
  }

  button(key: string): Locator {
    return this.page.getByRole("button", { name: this.word(key), exact: true });
  }

  /** Holds the run: nothing moves but what is asked for. */
  async hold(): Promise<void> {
    const bar = this.page.getByRole("region", { name: this.word("ui.time.bar"), exact: true });
    const pause = bar.getByRole("button", { name: this.word("ui.time.pause"), exact: true });
    const play = bar.getByRole("button", { name: this.word("ui.time.play"), exact: true });
    // A run that stands already is held; a command that was typed may set it going and stop it again.
    await expect(async () => {
      if (await pause.isVisible()) await pause.click({ timeout: 3_000 });
      await expect(play).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  }

  async go(): Promise<void> {
    const play = this.button("ui.time.play");
    if (await play.isVisible()) await play.click();
  }

  /** Reads on; the text of the next page is there. */
  async next(to: number): Promise<void> {
    await this.button("lesson.next").click();
    await expect(this.pages.nth(to)).toHaveAttribute("aria-current", "page");
  }

  /** The step of this page is done in the run, and the page says when. */
  async stepIsDone(page: number): Promise<void> {
    await expect(this.pages.nth(page)).toHaveAttribute("data-done", "true", { timeout: 60_000 });
  }

  async showMe(page: number): Promise<void> {
    await this.button("lesson.showMe").click();
    await this.stepIsDone(page);
  }

  /** Types a command into the console of the dock. */
  async type(command: string): Promise<void> {
    await this.button("lesson.console").first().click();
    await expect(this.page.locator(".xterm-rows")).toContainText("$");
    await this.page.locator(".xterm-helper-textarea").focus();
    await this.page.keyboard.type(command);
    await this.page.keyboard.press("Enter");
  }

  question(id: string): Locator {
    return this.page.locator(`[data-question="${id}"]`);
  }

  async check(id: string): Promise<Locator> {
    const box = this.question(id);
    await box.getByRole("button", { name: this.word("lesson.check"), exact: true }).click();
    await expect(box.locator("[data-verdict]")).toBeVisible({ timeout: 90_000 });
    return box;
  }

  async isRight(id: string, right: boolean): Promise<void> {
    await expect(this.question(id).locator("[data-verdict]")).toHaveAttribute(
      "data-verdict",
      right ? "right" : "wrong",
    );
  }

  /** Answers a prediction: wrong first, then as the engine said it goes. */
  async predict(id: string, prediction: string): Promise<void> {
    const asked = lessonOf(this.lesson).predictions.find((p) => p.id === prediction);
    const box = this.question(id);
    if (asked?.options) {
      for (const option of asked.options) {
        await box.locator(`input[value="${option}"]`).check();
        await this.check(id);
        if ((await box.locator("[data-verdict]").getAttribute("data-verdict")) === "right") return;
      }
      throw new Error(`no option of ${id} is right`);
    }
    await box.getByRole("textbox").fill("59:00");
    await this.check(id);
    await this.isRight(id, false);
    const truth = /\d+:\d\d\.\d/.exec((await box.getByRole("status").innerText()) ?? "")?.[0] ?? "";
    await box.getByRole("textbox").fill(truth);
    await this.check(id);
    await this.isRight(id, true);
  }

  /** Puts the items in order with their buttons. */
  async order(id: string, wanted: readonly string[]): Promise<void> {
    const items = this.question(id).locator("[data-item]");
    for (const [place, item] of wanted.entries()) {
      for (;;) {
        const now = await items.evaluateAll((list) => list.map((li) => (li as HTMLElement).dataset["item"]));
        const at = now.indexOf(item);
        if (at <= place) break;
        await items.nth(at).getByRole("button").first().press("Enter");
      }
    }
  }

  /** Answers every question of the quiz right. */
  async answerAll(): Promise<void> {
    for (const { id, kind, answer, prediction } of lessonOf(this.lesson).quiz) {
      const box = this.question(id);
      const answers = typeof answer === "string" ? [answer] : (answer ?? []);
      if (kind === "choice" || kind === "choices")
        for (const a of answers) await box.locator(`input[value="${a}"]`).check();
      if (kind === "order") await this.order(id, answers);
      if (kind === "click") await box.getByRole("combobox").selectOption(answers[0] ?? "");
      if (kind === "mend") await box.getByRole("textbox").fill(fileOf(this.lesson, answers[0] ?? ""));
      if (kind === "command") await box.getByRole("textbox").fill(answers[0] ?? "");
      if (kind === "predict") await this.predict(id, prediction ?? "");
      else await this.check(id);
      await this.isRight(id, true);
    }
    const all = String(lessonOf(this.lesson).quiz.length);
    const score = this.word("lesson.result.score").replace("{right}", all).replace("{all}", all);
    await expect(
      this.page.getByRole("region", { name: this.word("lesson.result"), exact: true }),
    ).toContainText(score);
    // There is more to learn.
    const next = this.word("lesson.next.lesson").replace("{title}", "");
    await expect(this.page.getByRole("link", { name: next })).toBeVisible();
  }
}

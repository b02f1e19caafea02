import { basename } from "node:path";
import type { ShownLesson } from "../src/cli/lessons/library.ts";
import type { Prediction, Question } from "../src/lessons/format.ts";
import { truthOf } from "../src/lessons/grade.ts";
import { drawVariant, type Truth } from "../src/lessons/predict.ts";
import type { WidgetBlock } from "../src/lessons/text.ts";
import { parseScenario } from "../src/scenario/parse.ts";
import { escaped, htmlText } from "./hast-html.ts";
import type { PageWords } from "./lesson-words.ts";

/** The numbers of a printed page are always the same ones. */
const SEED = 1;

const code = (text: string): string => `<pre><code>${escaped(text.trimEnd())}</code></pre>`;

const truths = new WeakMap<Prediction, Truth | null>();

/** What the engine says to a prediction with the page's numbers: the same in every language. */
function truthAtBuild(shown: ShownLesson, prediction: Prediction): Truth | null {
  const known = truths.get(prediction);
  if (known !== undefined) return known;
  const truth = askEngine(shown, prediction);
  truths.set(prediction, truth);
  return truth;
}

/** Null where the scenario cannot be read. */
function askEngine({ lesson, files }: ShownLesson, prediction: Prediction): Truth | null {
  const folder = {
    lesson,
    scenario(file: string) {
      const read = parseScenario(files[file] ?? "");
      if (!read.ok) throw new Error(`${file} cannot be read`);
      return read.scenario;
    },
  };
  try {
    return truthOf(prediction, folder, SEED);
  } catch {
    return null;
  }
}

const shortPath = (path: string): string =>
  path.slice(path.indexOf(":") + 1).replace(/\[\?\(@\.\w+==['"]([^'"]+)['"]\)\]/g, "[$1]");

/** A number that is drawn, called as the lesson beside the stage calls it; one without a word by its path. */
function drawnNumber(path: string, value: string | number, words: PageWords): string {
  const name = /(\w+)(?:\[\d+\])*$/.exec(path)?.[1] ?? "";
  const called = words(`lesson.number.${name}`);
  if (called.startsWith("lesson."))
    return `<code>${escaped(shortPath(path))}</code>&nbsp;— <b>${escaped(String(value))}</b>`;
  const probe = /\b(liveness|readiness|startup)Probe\./.exec(path)?.[1];
  const whole = probe
    ? words("lesson.number.of", { probe: words(`lesson.probe.${probe}`), number: called })
    : called;
  const mebibytes = name === "size" ? /^(\d+)Mi$/.exec(String(value))?.[1] : undefined;
  const shown = name.endsWith("Seconds")
    ? words("lesson.number.seconds", { seconds: value })
    : mebibytes
      ? words("lesson.number.mebibytes", { n: mebibytes })
      : escaped(String(value));
  return `<span title="${escaped(shortPath(path))}">${escaped(whole.charAt(0).toUpperCase() + whole.slice(1))}</span>&nbsp;— <b>${shown}</b>`;
}

/** Every option, marked as right or not, with what is said of it. */
function explanations(block: WidgetBlock, right: readonly string[]): string {
  const all = block.options.map((o) => {
    const ok = right.includes(o.id);
    return `<li${ok ? ' class="right"' : ""}>${htmlText(o.text)}${htmlText(o.why)}</li>`;
  });
  return `<ul class="options">${all.join("")}</ul>`;
}

/** The numbers of a prediction, and its answer, with the right option in words. */
function predicted(
  shown: ShownLesson,
  prediction: Prediction,
  block: WidgetBlock,
  words: PageWords,
): { asked: string; answer: string } {
  const drawn = Object.entries(drawVariant(prediction, SEED));
  const asked = drawn.length
    ? `<ul>${drawn.map(([path, v]) => `<li>${drawnNumber(path, v, words)}</li>`).join("")}</ul>`
    : "";
  const truth = truthAtBuild(shown, prediction);
  if (!truth || truth.value === null) return { asked, answer: "" };
  const option = block.options.find((o) => o.id === String(truth.value));
  const value =
    prediction.ask === "time"
      ? words.format.duration(Math.round(Number(truth.value) / 100) * 100)
      : option
        ? htmlText(option.text).replace(/^<p>|<\/p>\s*$/g, "")
        : `<code>${escaped(String(truth.value))}</code>`;
  const explained = block.options.some((o) => o.why.children.length > 0)
    ? explanations(block, [String(truth.value)])
    : "";
  return { asked, answer: `<p><b>${words("lesson.page.happens", { answer: value })}</b></p>${explained}` };
}

/** What the reader is given beside the question, and what the answer is, by kind. */
function partsOf(
  shown: ShownLesson,
  question: Question | undefined,
  block: WidgetBlock,
  words: PageWords,
): { asked: string; answer: string } {
  const { spec } = shown.lesson;
  const options = block.options.map((o) => `<li>${htmlText(o.text)}</li>`).join("");
  const list = options ? `<ul>${options}</ul>` : "";
  if (!question || question.kind === "predict") {
    const id = question?.prediction ?? block.id;
    const prediction = spec.predictions.find((p) => p.id === id);
    if (!prediction) return { asked: list, answer: "" };
    const { asked, answer } = predicted(shown, prediction, block, words);
    return { asked: asked + list, answer };
  }
  switch (question.kind) {
    case "choice":
    case "choices": {
      const right = question.kind === "choice" ? [question.answer] : question.answer;
      return { asked: list, answer: explanations(block, right) };
    }
    case "order": {
      const steps = question.answer.flatMap((id) => block.options.find((o) => o.id === id) ?? []);
      return { asked: list, answer: `<ol>${steps.map((o) => `<li>${htmlText(o.text)}</li>`).join("")}</ol>` };
    }
    case "click": {
      const names = question.answer.map((a) => `<code>${escaped(basename(a))}</code>`);
      return { asked: "", answer: `<p>${names.join(", ")}</p>` };
    }
    case "command":
      return { asked: "", answer: code(question.answer) };
    case "mend":
      return {
        asked: code(shown.files[question.file] ?? ""),
        answer: code(shown.files[question.answer] ?? ""),
      };
  }
}

/** A question or a prediction to read: what is asked, and the answer folded beneath it. */
export function questionHtml(
  shown: ShownLesson,
  block: WidgetBlock,
  number: number,
  words: PageWords,
): string {
  const question =
    block.type === "question" ? shown.lesson.spec.quiz.find((q) => q.id === block.id) : undefined;
  const { asked, answer } = partsOf(shown, question, block, words);
  const name = words(block.type === "question" ? "lesson.page.question" : "lesson.page.prediction", {
    number,
  });
  const whole = `${answer}${block.right ? htmlText(block.right) : ""}`;
  return `<section class="q" id="${block.type}-${block.id}"><h3>${name}</h3>${htmlText(block.body)}${asked}
<details><summary>${words("lesson.page.answer")}</summary>${whole}</details></section>`;
}

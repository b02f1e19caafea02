import { readFileSync } from "node:fs";
import { fileOf, LANGUAGES, type Language, Learner, lessonOf } from "./learner.ts";
import { expect, test } from "./syncloop.ts";

// A run that is shown leaps where the reader wants nothing to move: a walk takes seconds.
test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Steps done with one's own hands; all others are shown. */
type Hands = Readonly<Record<string, (learner: Learner) => Promise<void>>>;

async function walk(learner: Learner, hands: Hands): Promise<void> {
  await learner.open();
  await learner.hold();
  for (const [i, step] of lessonOf(learner.lesson).steps.entries()) {
    const page = i + 1;
    await learner.next(page);
    const own = hands[step.id];
    if (own) {
      await own(learner);
      await learner.go();
    } else if (await learner.button("lesson.showMe").isVisible())
      await learner.button("lesson.showMe").click();
    await learner.stepIsDone(page);
    if (own) await learner.hold();
  }
  await learner.pages.last().click();
  await learner.answerAll();
}

const type =
  (command: string) =>
  (learner: Learner): Promise<void> =>
    learner.type(command);

/** The file in view in the editor is applied by its button. */
async function apply(learner: Learner, file?: string): Promise<void> {
  await learner.page.getByRole("tab", { name: learner.word("ui.panel.editor"), exact: true }).click();
  if (file) await learner.page.getByRole("tab", { name: file }).click();
  await learner.page
    .getByRole("button", { name: learner.word("ui.editor.apply"), exact: true })
    .last()
    .click();
  await learner.page.getByRole("tab", { name: learner.word("lesson.tab.text"), exact: true }).click();
}

const WALKS: readonly (readonly [lesson: string, hands: Partial<Record<Language, Hands>>])[] = [
  [
    "from-apply-to-running",
    {
      en: { apply, describe: type("kubectl describe pod web") },
      ko: { describe: type("kubectl describe pods web") },
    },
  ],
  ["restarts", { ru: { apply, previous: type("kubectl logs -p restart-test") } }],
  ["probes", { zh: { apply, closed: (l) => apply(l, "door.yaml") } }],
];

for (const [lesson, hands] of WALKS)
  for (const lang of LANGUAGES)
    test(`a learner walks ${lesson} and its quiz (${lang})`, async ({ page }) => {
      test.setTimeout(240_000);
      await walk(new Learner(page, lesson, lang), hands[lang] ?? {});
      const { title } = readTitle(lesson, lang);
      await page.goto(`/?lang=${lang}#/lessons`);
      await expect(page.getByRole("link", { name: title }).first()).toContainText(/(\d+)\D+\1/);
    });

for (const lang of LANGUAGES)
  test(`a learner solves the case (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const learner = new Learner(page, "nobody-can-reach-it", lang);
    await learner.open();
    const goals = page.getByRole("list", { name: learner.word("lesson.goal"), exact: true });
    await expect(goals).toHaveCount(2);
    if (lang === "en") await learner.type("kubectl describe pods");
    else await learner.button("lesson.showMe").first().click();
    // Short words do not break from the next one: their space may be of that kind.
    const met = new RegExp(
      learner.word("lesson.goal.metAt").replaceAll(" ", "\\s").replace("{time}", "\\d+:\\d\\d\\.\\d"),
    );
    await expect(goals.first()).toContainText(met, { timeout: 20_000 });
    await learner.button("lesson.showMe").click();
    await expect(goals.nth(1)).toContainText(met, { timeout: 30_000 });
    await learner.pages.last().click();
    await learner.answerAll();
  });

const readTitle = (lesson: string, lang: string): { title: string } => ({
  title: /^title: (.+)$/m.exec(readFileSync(`lessons/${lesson}/${lang}.md`, "utf8"))?.[1] ?? "",
});

test("an unmet goal says what is missing, hints come in levels, and a met goal shows when", async ({
  page,
}) => {
  const learner = new Learner(page, "from-apply-to-running", "en");
  await learner.open();
  await learner.next(1);
  const step = page.getByRole("region", { name: "Apply the Pod" }).last();
  await expect(step.getByText("There is no pod/web yet")).toBeVisible();
  await step.getByRole("button", { name: "Hint 1 of 2" }).click();
  await step.getByRole("button", { name: "Hint 2 of 2" }).click();
  await expect(step.getByRole("note")).toHaveCount(2);
  const terms = step.getByRole("region", { name: "Words of this step" });
  await terms.getByRole("button", { name: "API server" }).click();
  await expect(terms.getByText(/Keeps all objects/)).toBeVisible();
  // The goal stays in view beside the editor.
  await page.getByRole("tab", { name: "Editor", exact: true }).click();
  await expect(page.getByRole("button", { name: /Goal.*pod\/web exists/ })).toBeVisible();
  await page.getByRole("tab", { name: "Lesson", exact: true }).click();
  await learner.showMe(1);
  await expect(step.getByText(/^Met at \d+:\d\d/)).toBeVisible();
});

test("wrong and right are both explained, for a choice and for a manifest", async ({ page }) => {
  const learner = new Learner(page, "from-apply-to-running", "en");
  await learner.open();
  await learner.pages.last().click();
  const node = learner.question("node");
  await node.getByRole("radio", { name: "the kubelet" }).check();
  await learner.check("node");
  await learner.isRight("node", false);
  await expect(node.getByText(/It never chooses one/)).toBeVisible();
  await node.getByRole("radio", { name: "the scheduler" }).check();
  await learner.check("node");
  await learner.isRight("node", true);
  // Once it is right, every option says why.
  await expect(node.getByText(/It never chooses one/)).toBeVisible();
  await expect(node.getByText(/2 tries/)).toBeVisible();
  const mend = learner.question("mend-image");
  await mend.getByRole("textbox").fill(fileOf("from-apply-to-running", "never-pull.yaml"));
  await learner.check("mend-image");
  await expect(mend.getByRole("status")).toContainText("Now condition Ready: False");
  const click = learner.question("sees");
  await click.getByRole("button", { name: "Choose on the diagram" }).click();
  await page.getByRole("button", { name: /^PLEG/ }).first().click();
  await learner.check("sees");
  await learner.isRight("sees", true);
});

test("a prediction is watched on the stage to the record that decides, and her own run comes back", async ({
  page,
}) => {
  const learner = new Learner(page, "probes", "en");
  await learner.open();
  await learner.next(1);
  await learner.showMe(1);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const own = await page.getByRole("timer").textContent();
  await learner.pages.nth(8).click();
  const box = learner.question("killed-at");
  await box.getByRole("textbox").fill("59:00");
  await learner.check("killed-at");
  const truth = /\d+:\d\d\.\d/.exec(await box.getByRole("status").innerText())?.[0] ?? "?";
  await box.getByRole("button", { name: "Watch it on the stage" }).click();
  await expect(page.getByText("The stage shows the run of this question")).toBeVisible();
  const clock = page.getByRole("timer");
  await expect(clock).toContainText(truth.replace(/^(\d):/, "0$1:").slice(0, 5), { timeout: 20_000 });
  await box.getByRole("button", { name: /^0:.*Why$/ }).click();
  const why = page.getByRole("region", { name: "Why" });
  await expect(why.getByRole("listitem").first()).toContainText(/slow/);
  await expect(why.getByRole("listitem").last()).toContainText(/You/);
  await page.getByRole("button", { name: "Back to your run" }).first().click();
  await expect(clock).toHaveText(own ?? "", { timeout: 20_000 });
  // Other numbers, another answer to find.
  const numbers = box.getByRole("region", { name: "The numbers of this run" });
  const before = await numbers.innerText();
  await box.getByRole("button", { name: "Again with other numbers" }).click();
  await expect(numbers).not.toHaveText(before);
  await expect(box.locator("[data-verdict]")).toHaveCount(0);
});

test.describe("where things move", () => {
  test.use({ contextOptions: { reducedMotion: "no-preference" } });
  test("a step is shown at a pace one can follow, and the run goes on", async ({ page }) => {
    const learner = new Learner(page, "from-apply-to-running", "zh");
    await learner.open();
    await learner.next(1);
    await learner.button("lesson.showMe").click();
    await expect(page.getByText(/达成$/).first()).toBeVisible({ timeout: 30_000 });
    await learner.stepIsDone(1);
    await expect(learner.button("ui.time.pause")).toBeVisible();
  });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("the text can be read in every language", async ({ page }) => {
    for (const lang of LANGUAGES) {
      await page.goto(`/lessons/from-apply-to-running/${lang}/index.html`);
      await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${lang}`));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator('link[rel="alternate"]')).toHaveCount(5);
      expect(await page.locator("nav.toc a").count()).toBeGreaterThan(5);
    }
  });
});

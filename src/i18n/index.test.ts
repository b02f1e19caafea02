import { describe, expect, it } from "vitest";
import {
  createFormatters,
  createTranslator,
  type Lang,
  languages,
  loadMessages,
  type Messages,
  pickLanguage,
} from "./index.ts";
import { typeset, typesetBefore } from "./typography.ts";

const using = (lang: Lang, message: string) => createTranslator(lang, { x: message } as unknown as Messages);
const x = "x" as never;

describe("translating", () => {
  it("chooses the Russian plural", () => {
    const { t } = using("ru", "{n, plural, one {# под} few {# пода} many {# подов} other {# пода}}");
    expect([1, 2, 5, 11, 21, 22, 1.5].map((n) => t(x, { n }))).toEqual([
      "1 под",
      "2 пода",
      "5 подов",
      "11 подов",
      "21 под",
      "22 пода",
      "1,5 пода",
    ]);
  });

  it("leaves angle brackets alone", () => {
    expect(using("en", "kubectl logs <pod> {flag}").t(x, { flag: "-f" })).toBe("kubectl logs <pod> -f");
  });

  it("shows a message as it stands when an argument is missing", () => {
    expect(using("en", "{pod} is up").t(x)).toBe("{pod} is up");
  });

  it("gives the pieces around what is not text", () => {
    const chip = { chip: "web" };
    expect(using("en", "{pod} is up").parts(x, { pod: chip })).toEqual([chip, " is up"]);
  });

  it("loads each language", async () => {
    const words = await Promise.all(
      languages.map(async ({ id }) => createTranslator(id, await loadMessages(id)).t("ui.close")),
    );
    expect(new Set(words).size).toBe(languages.length);
    expect(words).toContain("Close");
  });

  it("keeps a number with its unit, and a short Russian word with the next", () => {
    expect(typeset("{n} с, и в конце — 30 с", "ru")).toBe("{n}\u00a0с, и\u00a0в\u00a0конце\u00a0— 30\u00a0с");
    expect(typeset("{n} 秒", "zh")).toBe("{n}\u00a0秒");
    expect(typeset("after 30 s", "en")).toBe("after 30\u00a0s");
    expect(typeset("每秒 50 MiB，", "zh")).toBe("每秒 50\u00a0MiB，");
    expect(typeset("초당 50 MiB로, 약 0.8초", "ko")).toBe("초당 50\u00a0MiB로, 약\u00a00.8초");
    expect(typeset("от того, работают ли контейнеры", "ru")).toBe(
      "от\u00a0того, работают\u00a0ли контейнеры",
    );
    expect(typeset("с кодом 0", "ru")).toBe("с\u00a0кодом\u00a00");
    expect(typesetBefore("рядом с ", "ru")).toBe("рядом с\u00a0");
    expect(typesetBefore("рядом ", "ru")).toBe("рядом ");
  });

  it("writes an English apostrophe as print does, and leaves the marks of a message alone", () => {
    expect(typeset("a container's start, '{n}'", "en")).toBe("a container’s start, '{n}'");
  });

  it("follows the browser's wishes as far as it can", () => {
    expect(pickLanguage(["fr", "zh-TW", "en"])).toBe("zh");
    expect(pickLanguage(["fr"])).toBe("en");
  });
});

describe("formatting", () => {
  const { format } = using("en", "");

  it("writes durations by their size", () => {
    expect([80, 1500, 30_000, 90_000, 3_600_000, 90_061_000].map(format.duration)).toEqual([
      "80 ms",
      "1.5 sec",
      "30 sec",
      "1 min 30 sec",
      "1 hr",
      "1 day 1 hr 1 min 1 sec",
    ]);
  });

  it("writes bytes in binary units", () => {
    expect([512, 1536, 188_743_680].map(format.bytes)).toEqual(["512 B", "1.5 KiB", "180 MiB"]);
    expect(createFormatters("ru").bytes(1536)).toBe("1,5 КиБ");
  });

  it("writes the virtual clock in UTC, midnight as 00", () => {
    expect(format.time("2026-01-05T00:00:35Z")).toBe("00:00:35");
  });
});

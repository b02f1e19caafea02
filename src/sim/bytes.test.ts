import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Bytes, decodeBase64, encodeBase64, utf8Text } from "./bytes.ts";

describe("base64", () => {
  it("gives every text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => decodeBase64(encodeBase64(text)) === text),
    );
  });

  it("encodes as other programs do", () => {
    expect(encodeBase64("пароль")).toBe("0L/QsNGA0L7Qu9GM");
    expect(encodeBase64("a")).toBe("YQ==");
    expect(encodeBase64("\ud800")).toBe("77+9");
  });

  it("reads data with line breaks, without padding, and cut in the middle", () => {
    expect(decodeBase64("aGVs\nbG8=\n")).toBe("hello");
    expect(decodeBase64("aGVsbG8")).toBe("hello");
    expect(decodeBase64("aGVsb")).toBe("hel");
  });

  it("keeps bytes that are no text", () => {
    expect([...base64Bytes("//79")]).toEqual([0xff, 0xfe, 0xfd]);
    expect(utf8Text(base64Bytes("//79"))).toBeUndefined();
    expect(decodeBase64("//79")).toBe("\u00ff\u00fe\u00fd");
  });
});

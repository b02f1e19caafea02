/** Base64 as Secrets and binary ConfigMaps hold it, between its text, its bytes and the UTF-8 text that these may be. */
import { decode, encode } from "@stablelib/base64";
import { decode as fromUtf8, encode as toUtf8 } from "@stablelib/utf8";

/** A character that stands alone where a pair is needed has no bytes: U+FFFD takes its place. */
export const utf8Bytes = (text: string): Uint8Array => toUtf8(text.toWellFormed());

/** How many bytes a text takes in UTF-8; nothing is made for it, since files are measured at every write. */
export function byteLength(text: string): number {
  let n = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) continue;
    if (c < 0x800) n += 1;
    else if (c >= 0xd800 && c < 0xdc00) {
      n += 2;
      i++;
    } else n += 2;
  }
  return n;
}

/** Text of UTF-8 bytes; undefined where they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch {
    return undefined;
  }
}

export const encodeBase64 = (text: string): string => encode(utf8Bytes(text));

/** Bytes of base64 data; line breaks and other characters outside the alphabet are skipped. */
export function base64Bytes(data: string): Uint8Array {
  const digits = data.replace(/[^A-Za-z0-9+/]/g, "");
  // A single digit left over holds less than a byte.
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return decode(whole.padEnd(Math.ceil(whole.length / 4) * 4, "="));
}

/** Text that base64 data stands for; bytes that are not UTF-8 become one character each. */
export function decodeBase64(data: string): string {
  const bytes = base64Bytes(data);
  return utf8Text(bytes) ?? Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

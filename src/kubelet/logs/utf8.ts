/** Lengths and cuts in UTF-8 bytes: the kubelet's limits are in bytes, strings here are in UTF-16. */

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** The beginning of a text that fits into so many bytes; a character that does not fit whole is left out. */
export function cutUtf8(text: string, limit: number): string {
  // No unit takes more than three bytes.
  if (text.length * 3 <= limit) return text;
  let bytes = 0;
  let at = 0;
  for (const char of text) {
    bytes += bytesOf(char.codePointAt(0) as number);
    if (bytes > limit) return text.slice(0, at);
    at += char.length;
  }
  return text;
}

/** The end of a text that fits into so many bytes; a character that does not fit whole is left out. */
export function lastUtf8(text: string, limit: number): string {
  let bytes = 0;
  let at = text.length;
  while (at > 0) {
    const low = text.charCodeAt(at - 1);
    const width = low >= 0xdc00 && low <= 0xdfff && at > 1 ? 2 : 1;
    bytes += bytesOf(text.codePointAt(at - width) as number);
    if (bytes > limit) return text.slice(at);
    at -= width;
  }
  return text;
}

/** Base64 of UTF-8 text, as Secret data holds it. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function utf8(text: string): number[] {
  const out: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) out.push(code);
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      out.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return out;
}

export function encodeBase64(text: string): string {
  const bytes = utf8(text);
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    out += ALPHABET[word >> 18];
    out += ALPHABET[(word >> 12) & 63];
    out += left > 1 ? ALPHABET[(word >> 6) & 63] : "=";
    out += left > 2 ? ALPHABET[word & 63] : "=";
  }
  return out;
}

/** Text of base64 data; bytes that are not UTF-8 become U+FFFD. Characters outside the alphabet are skipped. */
export function decodeBase64(data: string): string {
  const bytes: number[] = [];
  let word = 0;
  let bits = 0;
  for (const char of data) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) continue;
    word = (word << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((word >> bits) & 0xff);
      word &= (1 << bits) - 1;
    }
  }
  return fromUtf8(bytes);
}

function fromUtf8(bytes: readonly number[]): string {
  let out = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    const extra =
      first < 0x80
        ? 0
        : first >= 0xc2 && first < 0xe0
          ? 1
          : first >= 0xe0 && first < 0xf0
            ? 2
            : first >= 0xf0 && first < 0xf5
              ? 3
              : -1;
    const rest = extra > 0 ? bytes.slice(i + 1, i + 1 + extra) : [];
    if (extra < 0 || rest.length < extra || rest.some((b) => (b & 0xc0) !== 0x80)) {
      out += "\uFFFD";
      i++;
      continue;
    }
    const code = rest.reduce(
      (sum, b) => (sum << 6) | (b & 63),
      extra === 0 ? first : first & (0x3f >> extra),
    );
    out += String.fromCodePoint(code);
    i += 1 + extra;
  }
  return out;
}

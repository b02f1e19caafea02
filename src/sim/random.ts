/**
 * Chance without a stream: a draw is a hash of (seed, purpose, object, n), so that adding or leaving out one
 * input leaves every other object's draws as they were.
 */

/** 32-bit FNV-1a over the UTF-16 units of a string, from the given start value. */
function fnv1a(text: string, start: number): number {
  let h = start >>> 0;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return h >>> 0;
}

/** Final mix of murmur3: spreads every input bit over the word. */
function mix(word: number): number {
  let h = word;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** A number in [0, 1) that depends on nothing but its arguments. */
export function hashDraw(seed: number, purpose: string, object: string, n: number): number {
  const text = `${purpose}\u0000${object}\u0000${n}`;
  const high = mix(fnv1a(text, 0x811c9dc5 ^ Math.imul(seed | 0, 0x9e3779b1)));
  const low = mix(fnv1a(text, mix((seed | 0) + 0x7f4a7c15)));
  return (high * 0x200000 + (low >>> 11)) / 0x20000000000000;
}

/** `digits` hexadecimal digits that depend on nothing but the arguments (ids of containers, UIDs). */
export function hashHex(seed: number, purpose: string, object: string, n: number, digits: number): string {
  let out = "";
  for (let i = 0; out.length < digits; i++) {
    const word = mix(
      fnv1a(`${purpose}\u0000${object}\u0000${n}\u0000${i}`, 0x811c9dc5 ^ Math.imul(seed | 0, 0x9e3779b1)),
    );
    out += word.toString(16).padStart(8, "0");
  }
  return out.slice(0, digits);
}

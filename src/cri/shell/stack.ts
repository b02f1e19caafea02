/** What a frame is putting together: words, lists of words, finished strings. */
import type { Frame } from "./state.ts";
import type { Frag } from "./words.ts";

export function add(f: Frame, frags: readonly Frag[]): void {
  const last = f.words.length - 1;
  f.words = [...f.words.slice(0, last), [...(f.words[last] ?? []), ...frags]];
}

export function push(f: Frame, items: readonly string[]): void {
  const last = f.lists.length - 1;
  f.lists = [...f.lists.slice(0, last), [...(f.lists[last] ?? []), ...items]];
}

export function popWord(f: Frame): readonly Frag[] {
  const word = f.words[f.words.length - 1] ?? [];
  f.words = f.words.slice(0, -1);
  return word;
}

export function popStr(f: Frame): string {
  const text = f.strs[f.strs.length - 1] ?? "";
  f.strs = f.strs.slice(0, -1);
  return text;
}

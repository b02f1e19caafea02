/** A unified diff without file headers, three lines of context, as Go's difflib prints it. */

interface Change {
  readonly kind: " " | "-" | "+";
  readonly line: string;
}

/** Common ends are cut off first; what is left between them is compared by longest common subsequence. */
function changes(a: readonly string[], b: readonly string[]): Change[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  const same = (line: string): Change => ({ kind: " ", line });
  return [...a.slice(0, start).map(same), ...middle(left, right), ...a.slice(a.length - end).map(same)];
}

/** Above this many cells the middle is shown as replaced whole. */
const CELLS = 4_000_000;

function middle(a: readonly string[], b: readonly string[]): Change[] {
  if (a.length * b.length > CELLS) {
    return [
      ...a.map((line): Change => ({ kind: "-", line })),
      ...b.map((line): Change => ({ kind: "+", line })),
    ];
  }
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const down = best[(i + 1) * width + j] ?? 0;
      const across = best[i * width + j + 1] ?? 0;
      best[i * width + j] = a[i] === b[j] ? (best[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(down, across);
    }
  }
  const out: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ kind: " ", line: a[i++] ?? "" });
      j++;
    } else if (
      i < a.length &&
      (j >= b.length || (best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0))
    ) {
      out.push({ kind: "-", line: a[i++] ?? "" });
    } else out.push({ kind: "+", line: b[j++] ?? "" });
  }
  return out;
}

const CONTEXT = 3;

/** `@@ -125,7 +125,7 @@`: a length of one is left out, an empty range names the line before it. */
function range(start: number, length: number): string {
  if (length === 1) return `${start + 1}`;
  return `${length === 0 ? start : start + 1},${length}`;
}

export function unifiedDiff(a: readonly string[], b: readonly string[]): string {
  const all = changes(a, b);
  const wanted = new Set<number>();
  all.forEach((change, i) => {
    if (change.kind === " ") return;
    for (let k = Math.max(0, i - CONTEXT); k <= Math.min(all.length - 1, i + CONTEXT); k++) wanted.add(k);
  });
  let out = "";
  let oldLine = 0;
  let newLine = 0;
  for (let i = 0; i < all.length; ) {
    if (!wanted.has(i)) {
      oldLine++;
      newLine++;
      i++;
      continue;
    }
    let end = i;
    while (wanted.has(end)) end++;
    const hunk = all.slice(i, end);
    const olds = hunk.filter((c) => c.kind !== "+").length;
    const news = hunk.filter((c) => c.kind !== "-").length;
    out += `@@ -${range(oldLine, olds)} +${range(newLine, news)} @@\n`;
    out += hunk.map((c) => `${c.kind}${c.line}\n`).join("");
    oldLine += olds;
    newLine += news;
    i = end;
  }
  return out;
}

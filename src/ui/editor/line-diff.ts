/** Two texts line by line: what went, what came, and some lines around it. */
export interface DiffLine {
  readonly kind: "same" | "gone" | "new" | "gap";
  readonly text: string;
  /** Line number in the old and the new text. */
  readonly before?: number;
  readonly after?: number;
}

/** Longer texts are compared from their differing ends only. */
const MAX_CELLS = 4_000_000;

/** Longest common subsequence after equal heads and tails are set aside; gaps stand for far equal lines. */
export function diffLines(before: string, after: string, context = 3): DiffLine[] {
  const a = before.replace(/\n$/, "").split("\n");
  const b = after.replace(/\n$/, "").split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const [ma, mb] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const lines: DiffLine[] = a.slice(0, head).map((text, i) => same(text, i, i));
  lines.push(...middle(ma, mb, head));
  for (let i = tail; i > 0; i--) lines.push(same(a[a.length - i] ?? "", a.length - i, b.length - i));
  return fold(lines, context);
}

const same = (text: string, i: number, j: number): DiffLine => ({
  kind: "same",
  text,
  before: i + 1,
  after: j + 1,
});

function middle(a: readonly string[], b: readonly string[], head: number): DiffLine[] {
  const gone = (i: number): DiffLine => ({ kind: "gone", text: a[i] ?? "", before: head + i + 1 });
  const came = (j: number): DiffLine => ({ kind: "new", text: b[j] ?? "", after: head + j + 1 });
  if (a.length * b.length > MAX_CELLS) return [...a.map((_, i) => gone(i)), ...b.map((_, j) => came(j))];
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const out: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) out.push(same(a[i]!, head + i++, head + j++));
    else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) out.push(gone(i++));
    else out.push(came(j++));
  }
  while (i < a.length) out.push(gone(i++));
  while (j < b.length) out.push(came(j++));
  return out;
}

function fold(lines: readonly DiffLine[], context: number): DiffLine[] {
  const near = new Set<number>();
  for (const [i, line] of lines.entries()) {
    if (line.kind !== "same") for (let d = -context; d <= context; d++) near.add(i + d);
  }
  const out: DiffLine[] = [];
  for (const [i, line] of lines.entries()) {
    if (near.has(i)) out.push(line);
    else if (out.at(-1)?.kind !== "gap") out.push({ kind: "gap", text: "" });
  }
  return near.size === 0 ? [] : out;
}

/** Paths into objects, as checks write them: `status.phase`, `spec.containers[0].image`, `status.conditions[?(@.type=='Ready')].status`. */

type Step =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly all: true }
  | { readonly filter: string; readonly equals: string };

const TOKEN =
  /\.?([^.[\]]+)|\[\?\(@\.([^=!]+?)\s*==\s*(?:'([^']*)'|"([^"]*)"|([^)]*))\)\]|\[(-?\d+)\]|\[\*\]|\['([^']*)'\]|\["([^"]*)"\]/gy;

/** The steps of a path, or null where it cannot be read. */
export function parsePath(path: string): readonly Step[] | null {
  const steps: Step[] = [];
  TOKEN.lastIndex = 0;
  const text = path.replace(/^\$/, "").replace(/^\./, "");
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const m = TOKEN.exec(text);
    if (!m) return null;
    at = TOKEN.lastIndex;
    if (m[1] !== undefined) steps.push({ key: m[1] });
    else if (m[2] !== undefined)
      steps.push({ filter: m[2].trim(), equals: (m[3] ?? m[4] ?? m[5] ?? "").trim() });
    else if (m[6] !== undefined) steps.push({ index: Number(m[6]) });
    else if (m[7] !== undefined || m[8] !== undefined) steps.push({ key: m[7] ?? m[8] ?? "" });
    else steps.push({ all: true });
  }
  return steps;
}

const field = (value: unknown, key: string): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)[key]
    : undefined;

/**
 * The value at a path; undefined where there is none. A filter takes the first element that fits; `[*]` gives the
 * list of what follows it.
 */
export function valueAt(root: unknown, path: string): unknown {
  const steps = parsePath(path);
  return steps ? walk(root, steps) : undefined;
}

function walk(root: unknown, steps: readonly Step[]): unknown {
  let value = root;
  for (const [i, step] of steps.entries()) {
    if (value === undefined || value === null) return undefined;
    if ("key" in step) value = field(value, step.key);
    else if (!Array.isArray(value)) return undefined;
    else if ("index" in step) value = value.at(step.index);
    else if ("all" in step) return value.map((item) => walk(item, steps.slice(i + 1)));
    else value = value.find((item) => String(walk(item, parsePath(step.filter) ?? [])) === step.equals);
  }
  return value;
}

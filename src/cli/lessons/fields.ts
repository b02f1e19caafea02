/** The field that an author probably meant: the names that a schema knows at a place, and the nearest of them. */

interface Schema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly value?: Schema;
  readonly options?: readonly Schema[];
}

/** Schemas behind optionals and unions. */
function plain(schema: Schema): readonly Schema[] {
  if (schema.wrapped) return plain(schema.wrapped);
  if (Array.isArray(schema.options) && schema.options.every((o) => typeof o === "object"))
    return schema.options.flatMap(plain);
  return [schema];
}

/** Names of the fields at a path such as `spec.steps[0].goal[1]`. */
function namesAt(schema: Schema, path: readonly string[]): string[] {
  const [first, ...rest] = path;
  return plain(schema).flatMap((s) => {
    if (first === undefined) return Object.keys(s.entries ?? {});
    const inner = s.entries?.[first] ?? s.item ?? s.value;
    return inner ? namesAt(inner, rest) : [];
  });
}

/** Edits between two words: letters put in, taken out, changed or swapped. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let k = 1; k <= b.length; k++) {
      const cost = a[i - 1] === b[k - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![k]! + 1, row[k - 1]! + 1, rows[i - 1]![k - 1]! + cost);
      if (i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1])
        best = Math.min(best, rows[i - 2]![k - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The nearest of some names, if one is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const [best] = [...new Set(names)]
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(1, Math.floor(word.length / 3)))
    .sort((x, y) => x.far - y.far);
  return best?.name;
}

/** For an unknown field: what it was probably to be, and what there is. */
export function likelyField(
  schema: unknown,
  code: string,
  field: string | number | undefined,
): { readonly likely?: string; readonly names?: string } {
  if (code !== "scenario.unknown-field" || typeof field !== "string") return {};
  const path = field.replace(/\[(?:'([^']*)'|(\d+))\]/g, ".$1$2").split(".");
  const names = [...new Set(namesAt(schema as Schema, path.slice(0, -1)))];
  const likely = nearest(path.at(-1) ?? "", names);
  return { names: names.join(", "), ...(likely ? { likely } : {}) };
}

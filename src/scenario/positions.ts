/** Where things stand in a YAML file. */
import { type Document, isMap, isPair, isScalar, isSeq, type LineCounter, type Node } from "yaml";

export interface Placed {
  readonly document: Document;
  readonly lines: LineCounter;
}

export type Path = readonly (string | number)[];

/** Line and column, from 1, of the node at a path, or of the nearest one above it that exists. `key`: of the key itself. */
export function positionOf(
  { document, lines }: Placed,
  path: Path,
  key = false,
): { line: number; column: number } {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const [i, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      );
      if (!pair) break;
      const target = key && i === path.length - 1 ? pair.key : (pair.value ?? pair.key);
      node = pair.value;
      offset = (target as Node | null)?.range?.[0] ?? offset;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = (node as Node | null)?.range?.[0] ?? offset;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** What the file says at a path, as text: quoted where it is text. */
export function writtenAt({ document }: Placed, path: Path): string {
  const node = document.getIn(path);
  const value =
    node !== null && typeof node === "object" && "toJSON" in node ? (node as Node).toJSON() : node;
  return JSON.stringify(value) ?? "nothing";
}

/** `spec.timeline[2].at`, `spec.expect[0].fields['a.b']`. */
export function pathText(path: Path): string {
  return path.reduce<string>((out, part) => {
    if (typeof part === "number") return `${out}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${out}['${part}']`;
    return out ? `${out}.${part}` : part;
  }, "");
}

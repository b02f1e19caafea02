/** Text cut to its room, with an ellipsis. Widths are measured once for each text and weight. */

const widths = new Map<string, number>();
let canvas: CanvasRenderingContext2D | null = null;

/** Width of a text at size 1, in the page's own font. */
function unitWidth(text: string, weight: number): number {
  const key = `${weight} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  canvas ??= document.createElement("canvas").getContext("2d");
  if (!canvas) return text.length * 0.58;
  canvas.font = `${weight} 100px ${getComputedStyle(document.body).fontFamily}`;
  const width = canvas.measureText(text).width / 100;
  if (widths.size > 4000) widths.clear();
  widths.set(key, width);
  return width;
}

export const textWidth = (text: string, size: number, weight: number): number =>
  unitWidth(text, weight) * size;

/** What a controller adds to a name: it tells pods of one owner apart, so it stays. */
export const OWN_END = /-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

export function clipText(text: string, room: number, size: number, weight: number): string {
  if (textWidth(text, size, weight) <= room) return text;
  const end = OWN_END.exec(text)?.[0].slice(1);
  if (end !== undefined) {
    const head = clipText(text.slice(0, -end.length), room - textWidth(end, size, weight), size, weight);
    if (head.length > 3) return `${head}${end}`;
  }
  let low = 0;
  let high = text.length;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (textWidth(`${text.slice(0, mid).trimEnd()}…`, size, weight) <= room) low = mid;
    else high = mid - 1;
  }
  return low === 0 ? "" : `${text.slice(0, low).trimEnd()}…`;
}

/** Widths change when the font arrives. */
if (typeof document !== "undefined") document.fonts?.ready.then(() => widths.clear());

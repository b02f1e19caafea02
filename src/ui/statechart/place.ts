/**
 * A layered layout, of our own because ours are small: states in layers along the flow, each edge through every layer
 * between, its label a place in one of them, so that nothing lies on anything. Sugiyama's three steps: layers without
 * cycles, order with few crossings, places near the neighbours (isotonic regression within a layer).
 */

export interface Box {
  readonly id: string;
  /** Extent across the flow and along it. */
  readonly across: number;
  readonly along: number;
}

export interface Link {
  readonly from: string;
  readonly to: string;
  /** Extent of its label; 0 across: none. */
  readonly across: number;
  readonly along: number;
}

export interface Placed {
  /** Middles. */
  readonly boxes: ReadonlyMap<string, { readonly across: number; readonly along: number }>;
  /** By number of the link: the points it goes through, and the middle of its label. */
  readonly links: readonly {
    readonly points: readonly (readonly [across: number, along: number])[];
    readonly label: readonly [across: number, along: number];
  }[];
  readonly across: number;
  readonly along: number;
}

const GAP = 14;
const LAYER_GAP = 12;
const SWEEPS = 8;

interface Slot {
  readonly id: string;
  readonly layer: number;
  readonly across: number;
  readonly along: number;
  place: number;
  readonly before: Slot[];
  readonly after: Slot[];
}

export function place(boxes: readonly Box[], links: readonly Link[], first: string): Placed {
  const order = boxes.map((b) => b.id);
  const flow = orient(order, links, first);
  const layerOf = layersOf(order, flow);
  const slots = new Map<string, Slot>();
  const layers: Slot[][] = [];
  const slot = (id: string, layer: number, across: number, along: number): Slot => {
    const made: Slot = { id, layer, across, along, place: 0, before: [], after: [] };
    (layers[layer] ??= []).push(made);
    slots.set(id, made);
    return made;
  };
  // Labels have the odd layers to themselves.
  for (const b of boxes) slot(b.id, 2 * (layerOf.get(b.id) ?? 0), b.across, b.along);
  const ways = flow.map(({ from, to, link }, n) => {
    if (from === to) return null;
    const a = slots.get(from)!;
    const b = slots.get(to)!;
    const middle = a.layer + 1 + 2 * Math.floor((b.layer - a.layer - 2) / 4);
    const way: Slot[] = [a];
    for (let layer = a.layer + 1; layer < b.layer; layer++) {
      const labelled = layer === middle && link.across > 0;
      way.push(slot(`${n}:${layer}`, layer, labelled ? link.across : 4, labelled ? link.along : 0));
    }
    way.push(b);
    for (let i = 1; i < way.length; i++) {
      way[i - 1]!.after.push(way[i]!);
      way[i]!.before.push(way[i - 1]!);
    }
    return { way, label: slots.get(`${n}:${middle}`) ?? a };
  });

  for (const layer of layers) pack(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wish = new Map(layer.map((s) => [s, middleOf(down ? s.before : s.after) ?? s.place]));
      layer.sort((a, b) => wish.get(a)! - wish.get(b)!);
      settle(layer, (s) => wish.get(s)!);
    }
  }
  for (let round = 0; round < 4; round++)
    for (const layer of round % 2 === 0 ? [...layers].reverse() : layers)
      settle(layer, (s) => middleOf([...s.before, ...s.after]) ?? s.place);

  const least = Math.min(...layers.flat().map((s) => s.place - s.across / 2));
  const tops: number[] = [];
  let along = 0;
  for (const [i, layer] of layers.entries()) {
    tops[i] = along;
    along += Math.max(0, ...layer.map((s) => s.along)) + LAYER_GAP;
  }
  const middle = (s: Slot): number =>
    tops[s.layer]! + Math.max(0, ...layers[s.layer]!.map((o) => o.along)) / 2;
  const at = (s: Slot): readonly [number, number] => [s.place - least, middle(s)];
  return {
    boxes: new Map(
      boxes.map((b) => [b.id, { across: at(slots.get(b.id)!)[0], along: at(slots.get(b.id)!)[1] }]),
    ),
    links: flow.map(({ from, reversed, link }, n) => {
      const found = ways[n];
      if (!found) {
        const s = slots.get(from)!;
        const [x, y] = at(s);
        return { points: [[x, y]], label: [x + s.across / 2 + 16 + link.across / 2, y] };
      }
      const points = found.way.map(at);
      return { points: reversed ? points.reverse() : points, label: at(found.label) };
    }),
    across: Math.max(
      ...layers.flat().map((s) => s.place - least + s.across / 2),
      ...flow.map(({ from, to, link }) => {
        const s = slots.get(from)!;
        return from === to ? s.place - least + s.across / 2 + 20 + link.across : 0;
      }),
    ),
    along: Math.max(0, along - LAYER_GAP),
  };
}

/** Links along the flow: those that would close a cycle are turned round. */
function orient(ids: readonly string[], links: readonly Link[], first: string) {
  const done = new Set<string>();
  const open = new Set<string>();
  const back = new Set<Link>();
  const visit = (id: string): void => {
    open.add(id);
    for (const link of links) {
      if (link.from !== id || link.to === id) continue;
      if (open.has(link.to)) back.add(link);
      else if (!done.has(link.to)) visit(link.to);
    }
    open.delete(id);
    done.add(id);
  };
  for (const id of [first, ...ids]) if (ids.includes(id) && !done.has(id)) visit(id);
  return links.map((link) => {
    const reversed = back.has(link);
    return {
      from: reversed ? link.to : link.from,
      to: reversed ? link.from : link.to,
      reversed,
      link,
    };
  });
}

/** Longest way from the beginning. */
function layersOf(
  ids: readonly string[],
  flow: readonly { readonly from: string; readonly to: string }[],
): ReadonlyMap<string, number> {
  const layer = new Map(ids.map((id) => [id, 0]));
  for (let round = 0; round < ids.length; round++) {
    let moved = false;
    for (const { from, to } of flow) {
      if (from === to || layer.get(to)! > layer.get(from)!) continue;
      layer.set(to, layer.get(from)! + 1);
      moved = true;
    }
    if (!moved) break;
  }
  return layer;
}

const middleOf = (slots: readonly Slot[]): number | undefined =>
  slots.length === 0 ? undefined : slots.reduce((sum, s) => sum + s.place, 0) / slots.length;

const apart = (a: Slot, b: Slot): number => (a.across + b.across) / 2 + GAP;

function pack(layer: Slot[]): void {
  layer.forEach((s, i) => {
    s.place = i === 0 ? 0 : layer[i - 1]!.place + apart(layer[i - 1]!, s);
  });
}

/** Places as near to the wishes as order and distances allow (pool adjacent violators). */
function settle(layer: readonly Slot[], wish: (slot: Slot) => number): void {
  const offsets: number[] = [];
  const blocks: { sum: number; count: number }[] = [];
  layer.forEach((s, i) => {
    offsets[i] = i === 0 ? 0 : offsets[i - 1]! + apart(layer[i - 1]!, s);
    blocks.push({ sum: wish(s) - offsets[i]!, count: 1 });
    for (;;) {
      const b = blocks.at(-1)!;
      const a = blocks.at(-2);
      if (!a || a.sum / a.count <= b.sum / b.count) break;
      blocks.splice(-2, 2, { sum: a.sum + b.sum, count: a.count + b.count });
    }
  });
  let i = 0;
  for (const { sum, count } of blocks)
    for (let n = 0; n < count; n++, i++) layer[i]!.place = sum / count + offsets[i]!;
}

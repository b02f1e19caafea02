/** A machine's definition as a graph to be drawn: what runs, read from what runs. */
import type { AnyStateMachine, AnyStateNode } from "xstate";

export interface ChartState {
  /** Path with dots: `listing.sandboxes`. */
  readonly id: string;
  readonly name: string;
  /** The composite around it; null at the top. */
  readonly parent: string | null;
  readonly final: boolean;
  /** The state that a composite is entered by; null for a plain one. */
  readonly initial: string | null;
}

export interface ChartEdge {
  readonly from: string;
  readonly to: string;
  /** One line for each event that leads this way: its name, or the delay's, and the guard in brackets. */
  readonly labels: readonly EdgeLabel[];
}

export interface EdgeLabel {
  /** The event as the machine knows it; of a delay also the name of its timer. */
  readonly event: string;
  readonly text: string;
  readonly guard: string;
  readonly kind: "event" | "delay" | "always";
}

export interface Graph {
  readonly states: readonly ChartState[];
  readonly edges: readonly ChartEdge[];
  readonly initial: string;
}

/** Edges that leave every state of the machine begin here. */
export const ANY = "*";

const idOf = (node: AnyStateNode): string => node.path.join(".");

const guardName = (guard: unknown): string => {
  if (typeof guard === "string") return guard;
  const type = (guard as { type?: unknown } | undefined)?.type;
  return typeof type === "string" ? type : "";
};

type Transition = NonNullable<AnyStateNode["always"]>[number];

/** `xstate.after.interval.lease.waiting` by the delay's own name; numbers as seconds. */
function delayName(delay: unknown): string {
  if (typeof delay === "number") return delay < 1000 ? `${delay} ms` : `${delay / 1000} s`;
  return typeof delay === "string" ? delay : "after";
}

export function graphOf(machine: AnyStateMachine): Graph {
  const states: ChartState[] = [];
  const edges = new Map<string, { from: string; to: string; labels: EdgeLabel[] }>();
  const add = (from: AnyStateNode, transition: Transition, label: Omit<EdgeLabel, "guard">): void => {
    const target = transition.target?.[0] as AnyStateNode | undefined;
    if (!target || (target === from && !transition.reenter)) return;
    const source = from.parent ? idOf(from) : ANY;
    const to = idOf(target);
    const edge = edges.get(`${source}>${to}`) ?? { from: source, to, labels: [] };
    edges.set(`${source}>${to}`, edge);
    const guard = guardName(transition.guard);
    if (!edge.labels.some((l) => l.event === label.event && l.guard === guard))
      edge.labels.push({ ...label, guard });
  };
  const walk = (node: AnyStateNode): void => {
    if (node.parent)
      states.push({
        id: idOf(node),
        name: node.key,
        parent: node.parent.parent ? idOf(node.parent) : null,
        final: node.type === "final",
        initial: node.type === "compound" ? idOf(node.initial.target[0] as AnyStateNode) : null,
      });
    const delayed = new Map(node.after.map((t) => [t.eventType, delayName(t.delay)]));
    for (const list of node.transitions.values())
      for (const t of list as Transition[]) {
        const delay = delayed.get(t.eventType as never);
        add(
          node,
          t,
          delay === undefined
            ? { event: t.eventType, text: t.eventType, kind: "event" }
            : { event: t.eventType, text: delay, kind: "delay" },
        );
      }
    for (const t of node.always ?? []) add(node, t as Transition, { event: "", text: "", kind: "always" });
    for (const child of Object.values(node.states)) walk(child as AnyStateNode);
  };
  walk(machine.root);
  const initial = machine.root.initial?.target?.[0] as AnyStateNode | undefined;
  return { states, edges: [...edges.values()], initial: initial ? idOf(initial) : (states[0]?.id ?? "") };
}

/** The states that a value names, the composites around the innermost included. */
export function activeStates(value: unknown): readonly string[] {
  const out: string[] = [];
  let at = value;
  let path = "";
  while (at !== undefined && at !== null) {
    const [key, below] =
      typeof at === "string"
        ? [at, undefined]
        : (Object.entries(at as Record<string, unknown>)[0] ?? ["", undefined]);
    if (key === "") break;
    path = path ? `${path}.${key}` : key;
    out.push(path);
    at = below;
  }
  return out;
}

/** Folds composites, the largest first, until at most `limit` states are in view; `open` ones stay open. */
export function folded(graph: Graph, limit: number, open: ReadonlySet<string>): ReadonlySet<string> {
  const inside = (id: string): number => graph.states.filter((s) => s.id.startsWith(`${id}.`)).length;
  const out = new Set<string>();
  const composites = graph.states
    .filter((s) => s.initial !== null && !open.has(s.id))
    .sort((a, b) => inside(b.id) - inside(a.id));
  let seen = graph.states.length;
  for (const { id } of composites) {
    if (seen <= limit) break;
    if ([...out].some((o) => id.startsWith(`${o}.`))) continue;
    out.add(id);
    seen -= inside(id);
  }
  return out;
}

/** The graph with what lies in folded composites drawn together. */
export function fold(graph: Graph, closed: ReadonlySet<string>): Graph {
  const shown = (id: string): string => {
    for (const c of closed) if (id.startsWith(`${c}.`)) return c;
    return id;
  };
  const edges = new Map<string, { from: string; to: string; labels: EdgeLabel[] }>();
  for (const e of graph.edges) {
    const from = shown(e.from);
    const to = shown(e.to);
    if (from === to && e.from !== e.to) continue;
    const known = edges.get(`${from}>${to}`);
    if (known) known.labels.push(...e.labels);
    else edges.set(`${from}>${to}`, { from, to, labels: [...e.labels] });
  }
  return {
    initial: shown(graph.initial),
    edges: [...edges.values()],
    states: graph.states
      .filter((s) => shown(s.id) === s.id)
      .map((s) => (closed.has(s.id) ? { ...s, initial: null } : s)),
  };
}

const FEW_WAYS = 5;

/** What stands around the live state: where it may go, whence it may have come, and the last transition's two ends. */
export function around(graph: Graph, live: readonly string[], last: readonly string[]): Graph {
  const at = live.at(-1);
  if (at === undefined) return graph;
  const ends = new Set([at, last.at(-1)]);
  // Where most states lead here, it tells nothing that they do.
  const few = graph.edges.filter((e) => e.to === at).length <= FEW_WAYS;
  const edges = graph.edges.filter((e) => e.from === ANY || ends.has(e.from) || (few && e.to === at));
  const near = new Set([...live, ...last, ...edges.flatMap((e) => [e.from, e.to])]);
  const own = (id: string): boolean => near.has(id) || [...near].some((n) => n.startsWith(`${id}.`));
  const states = graph.states.filter((s) => own(s.id));
  if (states.length === graph.states.length) return graph;
  const kept = new Set(states.map((s) => s.id));
  return {
    states,
    edges: edges.filter((e) => (e.from === ANY || kept.has(e.from)) && kept.has(e.to)),
    initial: kept.has(graph.initial) ? graph.initial : at,
  };
}

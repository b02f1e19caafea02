/**
 * A machine definition made ready for stepping. XState defines, types and draws our machines; this walks them, with
 * the same semantics (of the transitions for an event the innermost with a passing guard; exits from the inside out,
 * the transition's own actions, entries from the outside in; then transitions without an event), but with the exits
 * and entries of each transition worked out once. Parallel regions, histories, actors and raised events are not made
 * use of and are refused; a test holds every machine against XState itself.
 */
import type { AnyStateMachine, AnyStateNode } from "xstate";
import { type ChartAction, type ChartGuard, readAction, readGuard, type Scope } from "./chart-actions.ts";
import type { SimEvent } from "./types.ts";

/** An action that the machine itself does not know how to do, in order. */
export interface WantedAction {
  readonly type: string;
  readonly event: SimEvent;
  readonly params: unknown;
}

/** Where a step has led. `done`: to the end of the machine. */
export interface Stepped {
  readonly value: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each machine has a context of its own
  readonly context: any;
  readonly done: boolean;
  readonly wanted: readonly WantedAction[];
}

interface Leaf {
  readonly node: AnyStateNode;
  readonly value: unknown;
  /** The state and those around it, innermost first, the root last. */
  readonly chain: readonly AnyStateNode[];
  readonly plans: Map<string, readonly Plan[]>;
  always?: readonly Plan[];
}

/** A transition as it is taken in one state. */
interface Plan {
  readonly guard: ChartGuard | undefined;
  readonly actions: readonly ChartAction[];
  readonly to: Leaf;
  readonly done: boolean;
}

type Transition = AnyStateNode["always"] extends readonly (infer T)[] | undefined ? T : never;

const NOTHING: readonly never[] = [];

const isBelow = (node: AnyStateNode, above: AnyStateNode): boolean => {
  for (let at = node.parent; at; at = at.parent) if (at === above) return true;
  return false;
};

/** Down to the state that is entered by default. */
function* defaultsBelow(node: AnyStateNode): Generator<AnyStateNode> {
  for (let at = node; at.type === "compound"; ) {
    at = at.initial.target[0] as AnyStateNode;
    yield at;
  }
}

export class Chart {
  readonly #machine: AnyStateMachine;
  readonly #leaves = new Map<AnyStateNode, Leaf>();
  /** Leaves of one name below the root: most values are a string. */
  readonly #byName = new Map<string, Leaf>();

  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
    this.#read(machine.root as AnyStateNode);
  }

  #read(node: AnyStateNode): void {
    const refused =
      node.type === "parallel" ||
      node.type === "history" ||
      node.invoke.length > 0 ||
      node.initial?.actions.length ||
      (node.type === "final" && node.parent !== this.#machine.root) ||
      [...node.transitions.keys()].some((k) => k.includes("*"));
    if (refused) throw new Error(`${node.id}: a kind of state that is not stepped here`);
    if (node.type === "compound") {
      for (const child of Object.values(node.states) as AnyStateNode[]) this.#read(child);
      return;
    }
    const chain: AnyStateNode[] = [];
    for (let at: AnyStateNode | undefined = node; at; at = at.parent) chain.push(at);
    let value: unknown = node.key;
    for (const around of chain.slice(1, -1)) value = { [around.key]: value };
    const leaf: Leaf = { node, value, chain, plans: new Map() };
    this.#leaves.set(node, leaf);
    if (typeof value === "string") this.#byName.set(value, leaf);
  }

  #leafOf(value: unknown): Leaf {
    let node = this.#machine.root as AnyStateNode;
    if (typeof value === "string") {
      const leaf = this.#byName.get(value);
      if (leaf) return leaf;
    }
    for (let rest = value; node.type === "compound"; ) {
      const key = typeof rest === "string" ? rest : Object.keys(rest as object)[0]!;
      node = node.states[key] as AnyStateNode;
      rest = typeof rest === "string" ? undefined : (rest as Record<string, unknown>)[key];
    }
    return this.#leaves.get(node)!;
  }

  // --- transitions as they are taken in a state ----------------------------------------------------------------

  #plansFor(leaf: Leaf, type: string): readonly Plan[] {
    let plans = leaf.plans.get(type);
    if (!plans) {
      plans = leaf.chain.flatMap((node) =>
        (node.transitions.get(type) ?? []).map((t) => this.#plan(leaf, t)),
      );
      leaf.plans.set(type, plans);
    }
    return plans;
  }

  #alwaysIn(leaf: Leaf): readonly Plan[] {
    leaf.always ??= leaf.chain.flatMap((node) => (node.always ?? []).map((t) => this.#plan(leaf, t)));
    return leaf.always;
  }

  #plan(leaf: Leaf, t: Transition): Plan {
    const guard = readGuard(this.#machine, t.guard);
    const own = t.actions.map((a) => readAction(this.#machine, a));
    const target = t.target?.[0] as AnyStateNode | undefined;
    if (!target) return { guard, actions: own, to: leaf, done: false };
    const source = t.source as AnyStateNode;
    const domain = domainOf(source, target, t.reenter);
    const exits = leaf.chain.filter((n) => isBelow(n, domain) || (t.reenter && n === source && n === domain));
    const entered = new Set<AnyStateNode>(defaultsBelow(target));
    if (source !== target || source !== domain || t.reenter) entered.add(target);
    for (let at = target.parent; at && at !== domain; at = at.parent)
      if (isBelow(at, domain)) entered.add(at);
    const entries = [...entered].sort((a, b) => a.order - b.order);
    const to = this.#leaves.get([...defaultsBelow(target)].at(-1) ?? target)!;
    const done = to.node.type === "final";
    const nodeActions = [
      ...exits.flatMap((n) => n.exit.map((a) => readAction(this.#machine, a))),
      ...own,
      ...entries.flatMap((n) => n.entry.map((a) => readAction(this.#machine, a))),
      ...(done ? to.chain.flatMap((n) => n.exit.map((a) => readAction(this.#machine, a))) : NOTHING),
    ];
    return { guard, actions: nodeActions, to, done };
  }

  // --- stepping ------------------------------------------------------------------------------------------------

  start(input: unknown): Stepped {
    const event: SimEvent = { type: "xstate.init", input };
    const { context: made } = this.#machine.config as { context?: unknown };
    const context = typeof made === "function" ? { ...made({ input }) } : (made ?? {});
    const root = this.#machine.root as AnyStateNode;
    const down = [root, ...defaultsBelow(root)];
    const to = this.#leaves.get(down.at(-1)!)!;
    const actions = down.flatMap((n) => n.entry.map((a) => readAction(this.#machine, a)));
    return this.#settle(
      { context, event, wanted: [], assigned: false },
      { guard: undefined, actions, to, done: false },
    );
  }

  step(value: unknown, context: unknown, event: SimEvent): Stepped {
    const leaf = this.#leafOf(value);
    const run: Scope = { context, event, wanted: [], assigned: false };
    const plan = passing(this.#plansFor(leaf, event.type), run);
    return this.#settle(run, plan ?? { guard: undefined, actions: NOTHING, to: leaf, done: false });
  }

  /** Takes a transition, and then those without an event. */
  #settle(run: Scope, first: Plan): Stepped {
    let plan = first;
    for (let stays = false; ; ) {
      run.assigned = false;
      for (const action of plan.actions) action(run);
      // What leads nowhere and changes nothing would be taken for ever.
      if (plan.done || (stays && !run.assigned)) break;
      const next = passing(this.#alwaysIn(plan.to), run);
      if (!next) break;
      stays = next.to === plan.to;
      plan = next;
    }
    return { value: plan.to.value, context: run.context, done: plan.done, wanted: run.wanted };
  }
}

const charts = new WeakMap<AnyStateMachine, Chart>();

export function chartOf(machine: AnyStateMachine): Chart {
  let chart = charts.get(machine);
  if (!chart) charts.set(machine, (chart = new Chart(machine)));
  return chart;
}

/** The innermost state around source and target that the transition does not leave. */
function domainOf(source: AnyStateNode, target: AnyStateNode, reenter: boolean): AnyStateNode {
  if (!reenter && (target === source || isBelow(target, source))) return source;
  for (let at = target.parent; at; at = at.parent) if (isBelow(source, at)) return at;
  if (reenter) throw new Error(`${source.id}: a root that enters itself again is not stepped here`);
  return source.machine.root as AnyStateNode;
}

function passing(plans: readonly Plan[], run: Scope): Plan | undefined {
  for (const plan of plans) if (!plan.guard || plan.guard(run)) return plan;
  return undefined;
}

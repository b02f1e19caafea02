/** From a selection to the record that explains it, and from there back to the first input. Pure. */
import type { TraceRecord } from "../../sim/index.ts";
import type { State } from "../parts/states.ts";
import type { PodView } from "../store/select/pods.ts";
import type { Selection } from "../store/view.ts";
import { TraceView } from "../store/world.ts";
import { shortName } from "../words/records.ts";
import { troubled } from "./diagnosis.ts";

/** Records that say how a thing came to be as it is, the most telling first. */
const TELLING =
  /^(event\.|podworker\.|pleg\.Container(Started|Died)|status\.patch|input\.|scheduler\.|kubelet\.|cri\.(StartContainer|RunPodSandbox|PullImage|StopContainer|CreateContainer)|prober\.)/;

/** The record that decided a state of a pod: the newest of a kind, unless a newer one undid it. */
const DECIDING: Partial<Record<State, { readonly by: RegExp; readonly until?: RegExp }>> = {
  running: { by: /^(event\.Unhealthy|syncloop\.PROBE|container\.start)$/ },
  ready: { by: /^status\.patch$/ },
  waiting: { by: /^event\.(BackOff|Failed)$/, until: /^container\.start$/ },
  terminating: { by: /^(event\.Killing|podworker\.SyncTerminatingPod)$/ },
  // Of an image both are told: that the pull failed, and then that the wait is no start either.
  failed: { by: /^(event\.(Failed|Evicted|BackOff|OutOf.*|Node.*)|container\.exit)$/ },
  succeeded: { by: /^container\.exit$/ },
};

/** What speaks of a pod, or of one container of it and of the pod as a whole. */
function speaksOf(id: string): (object: string) => boolean {
  const [kind, namespace, name, container] = id.split("/");
  if (kind !== "pod" || container === undefined)
    return (object) => object === id || object.startsWith(`${id}/`);
  const pod = `pod/${namespace}/${name}`;
  return (object) => object === id || object === pod;
}

function decidingOf(id: string, state: State, trace: TraceView): TraceRecord | undefined {
  const rule = DECIDING[state];
  if (!rule) return undefined;
  const about = speaksOf(id);
  const found = trace.records.findLast(
    (r) =>
      about(r.object) &&
      (rule.by.test(r.type) || rule.until?.test(r.type) === true) &&
      !/^Error: \w+(BackOff|Pull)$/.test(String(r.data["message"] ?? "")),
  );
  return found && rule.by.test(found.type) ? found : undefined;
}

/** The record that explains a selection best; of a pod the one that decided its state, else the newest that tells. */
export function headOf(selection: Selection, trace: TraceView, state?: State): TraceRecord | undefined {
  if (selection.kind === "record") return trace.get(selection.seq);
  const { id } = selection;
  if (selection.kind === "component")
    return trace.records.findLast((r) => (r.from === id || r.to === id) && r.type !== "reply");
  const about = speaksOf(id);
  return (
    (state && decidingOf(id, state, trace)) ??
    trace.records.findLast((r) => about(r.object) && TELLING.test(r.type))
  );
}

interface Explained {
  readonly of: string;
  readonly last: TraceRecord;
  readonly head: TraceRecord | undefined;
}

/** Remembers what it found, so that of a run that goes on only the new records are looked at. */
export class Explainer {
  #known: Explained | null = null;

  headOf(selection: Selection, trace: TraceView, state?: State): TraceRecord | undefined {
    const of = `${JSON.stringify(selection)} ${state}`;
    const known = this.#known;
    const last = trace.last;
    if (!last) return undefined;
    let head: TraceRecord | undefined;
    if (known?.of === of && trace.get(known.last.seq) === known.last) {
      const fresh = new TraceView(trace.after(known.last.seq));
      const found = fresh.records.length > 0 ? touches(selection, fresh) : false;
      head = found ? headOf(selection, trace, state) : known.head;
    } else head = headOf(selection, trace, state);
    this.#known = { of, last, head };
    return head;
  }
}

/** Whether any of these records could explain a selection. */
function touches(selection: Selection, fresh: TraceView): boolean {
  if (selection.kind === "record") return false;
  const { id } = selection;
  if (selection.kind === "component") return fresh.records.some((r) => r.from === id || r.to === id);
  const about = speaksOf(id);
  return fresh.records.some((r) => about(r.object));
}

/** The chain, without the answers that only carry something on. */
export function whyOf(
  selection: Selection | null,
  trace: TraceView,
  state?: State,
  by?: Explainer,
): TraceRecord[] {
  const head = selection && (by ? by.headOf(selection, trace, state) : headOf(selection, trace, state));
  if (!head) return [];
  return trace.chain(head.seq).filter((r, i, all) => i === 0 || i === all.length - 1 || r.type !== "reply");
}

/** What one would run on a real cluster. */
export function commandsFor(selection: Selection | null, pod: PodView | undefined): string[] {
  if (selection?.kind !== "object") return [];
  const [kind, namespace] = selection.id.split("/");
  const name = shortName(selection.id);
  if (kind === "node")
    return [
      `kubectl describe node ${name}`,
      `kubectl get events --field-selector involvedObject.name=${name}`,
    ];
  if (!pod) return [];
  const ns = namespace === "default" ? "" : ` -n ${namespace}`;
  const c = troubled(pod, selection.id.split("/")[3]) ?? pod.containers.find((x) => x.kind === "regular");
  const commands = [`kubectl describe pod ${name}${ns}`];
  if (c && (c.status?.containerID || c.status?.lastState?.terminated)) {
    const which = pod.containers.length > 1 ? ` -c ${c.name}` : "";
    // Of a container that has just ended, `--previous` is the run before, whose log may be gone.
    const previous = c.restarts > 0 && !c.status.state?.terminated ? " --previous" : "";
    commands.push(`kubectl logs ${name}${ns}${which}${previous}`);
  }
  if (!pod.node) commands.push(`kubectl get nodes`);
  return commands;
}

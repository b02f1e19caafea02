/** From a selection to the record that explains it, and from there back to the first input. Pure. */
import type { TraceRecord } from "../../sim/index.ts";
import { podOf } from "../store/select/pods.ts";
import type { Selection } from "../store/view.ts";
import type { Tables, TraceView } from "../store/world.ts";
import { shortName } from "../words/records.ts";

/** Records that say how a thing came to be as it is, the most telling first. */
const TELLING =
  /^(event\.|podworker\.|pleg\.|status\.patch|input\.|scheduler\.|kubelet\.|cri\.(StartContainer|RunPodSandbox|PullImage|StopContainer|CreateContainer)|prober\.)/;

/** The newest record that tells of an object or went through a component. */
export function headOf(selection: Selection, trace: TraceView): TraceRecord | undefined {
  if (selection.kind === "record") return trace.get(selection.seq);
  const { id } = selection;
  const about =
    selection.kind === "component"
      ? (r: TraceRecord) => (r.from === id || r.to === id) && r.type !== "reply"
      : (r: TraceRecord) => (r.object === id || r.object.startsWith(`${id}/`)) && TELLING.test(r.type);
  return trace.records.findLast(about);
}

/** The chain, without the answers that only carry something on. */
export function whyOf(selection: Selection | null, trace: TraceView): TraceRecord[] {
  const head = selection && headOf(selection, trace);
  if (!head) return [];
  return trace.chain(head.seq).filter((r, i, all) => i === 0 || i === all.length - 1 || r.type !== "reply");
}

/** What one would run on a real cluster. */
export function commandsFor(selection: Selection | null, tables: Tables): string[] {
  if (selection?.kind !== "object") return [];
  const [kind, namespace] = selection.id.split("/");
  const name = shortName(selection.id);
  if (kind === "node")
    return [
      `kubectl describe node ${name}`,
      `kubectl get events --field-selector involvedObject.name=${name}`,
    ];
  const pod = podOf(tables, selection.id);
  if (!pod) return [];
  const ns = namespace === "default" ? "" : ` -n ${namespace}`;
  const container =
    pod.containers.length > 1
      ? ` -c ${pod.containers.find((c) => c.state === "waiting" || c.state === "failed")?.name ?? pod.containers[0]?.name}`
      : "";
  const commands = [`kubectl describe pod ${name}${ns}`];
  if (pod.restarts > 0) commands.push(`kubectl logs ${name}${ns}${container} --previous`);
  else if (pod.containers.some((c) => c.status?.state?.running))
    commands.push(`kubectl logs ${name}${ns}${container}`);
  if (!pod.node) commands.push(`kubectl get nodes`);
  return commands;
}

/** One live line for each plate of the hall's stage, as words that need no translation: names, reasons, operations. */
import type { TraceRecord } from "../../sim/index.ts";
import type { State } from "../parts/states.ts";
import { byWorld } from "../store/memo.ts";
import { probesOn } from "../store/select/kubelet.ts";
import { configOf, workersOf } from "../store/select/managers.ts";
import type { World } from "../store/world.ts";
import { shortName } from "../words/records.ts";

/** What the runtime manager did last: the call and whose container it was for. */
const CALLS = /^cri\.(RunPodSandbox|CreateContainer|StartContainer|StopContainer|RemoveContainer|PullImage)$/;

const lastOf = (w: Pick<World, "trace">, test: (r: TraceRecord) => boolean): TraceRecord | undefined =>
  w.trace.records.findLast(test);

export interface PlateLine {
  readonly line: string;
  /** The mark beside the name. */
  readonly mark?: State;
}

export const NO_LINE: PlateLine = { line: "" };

/** Lines by part. */
export const plateLines = byWorld((w, node): Readonly<Record<string, PlateLine>> => {
  const config = configOf(w, node);
  const patch = lastOf(w, (r) => r.type === "status.patch" && r.from.startsWith(`${node}/`));
  const call = lastOf(w, (r) => CALLS.test(r.type) && r.from.startsWith(`${node}/`));
  const probe = probesOn(w, node)[0];
  const worker = [...workersOf(w, node)].sort((a, b) => b.lastSeq - a.lastSeq)[0];
  const name = (object: string | undefined): string => (object === undefined ? "" : shortName(object));
  return {
    "pod-config": { line: config ? name(config.object) : "" },
    "status-manager": { line: patch ? `PATCH ${name(patch.object)}` : "" },
    kuberuntime: { line: call ? call.type.slice(4) : "" },
    prober: probe?.last
      ? { line: probe.pod.name, mark: probe.last.data["result"] === "success" ? "ready" : "failed" }
      : NO_LINE,
    "pod-workers": { line: worker ? worker.pod.name : "" },
  };
});

/** Texts of the events of an in-place resize (pkg/kubelet/events/resize.go). */
import type { Container } from "../../api/types.ts";
import type { Pod } from "../types.ts";

/** `PREFIX: {…}` with what each container asks for. */
export function podResizeMessage(prefix: string, pod: Pod, generation: number, error = ""): string {
  const init = (pod.spec?.initContainers ?? []).map(allocation);
  const summary = {
    ...(init.length > 0 ? { initContainers: init } : {}),
    containers: (pod.spec?.containers ?? []).map(allocation),
    generation,
    ...(error === "" ? {} : { error }),
  };
  return `${prefix}: ${JSON.stringify(summary)}`;
}

function allocation({ name, resources }: Container): unknown {
  const limits = sorted(resources?.limits);
  const requests = sorted(resources?.requests);
  return { name, resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) } };
}

function sorted(list: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  const entries = Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

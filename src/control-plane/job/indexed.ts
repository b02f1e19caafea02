/** Indexed Jobs: each completion has a number, which its pods know (pkg/controller/job/indexed_job_utils.go). */
import type { Job, Pod, PodSpec } from "../../api/types.ts";

const INDEX = "batch.kubernetes.io/job-completion-index";

export const isIndexed = (job: Job): boolean => job.spec?.completionMode === "Indexed";

/** The index a pod works for; null where it names none that the job has. */
export function indexOf(job: Job, pod: Pod): number | null {
  const text = pod.metadata?.annotations?.[INDEX] ?? "";
  const index = Number(text);
  return /^\d+$/.test(text) && index < (job.spec?.completions ?? 0) ? index : null;
}

const indexesOf = (job: Job, pods: readonly Pod[]): Set<number> =>
  new Set(pods.map((p) => indexOf(job, p)).filter((i): i is number => i !== null));

/** Indexes that some pod has brought to success. */
export const succeededIndexes = (job: Job, pods: readonly Pod[]): Set<number> =>
  indexesOf(
    job,
    pods.filter((p) => p.status?.phase === "Succeeded"),
  );

/** The lowest indexes that nobody works on or has done. */
export function firstPendingIndexes(job: Job, pods: readonly Pod[], active: readonly Pod[]): number[] {
  const taken = new Set([...succeededIndexes(job, pods), ...indexesOf(job, active)]);
  return Array.from({ length: job.spec?.completions ?? 0 }, (_, i) => i).filter((i) => !taken.has(i));
}

/** `0,2-4` for status.completedIndexes. */
export function indexText(indexes: ReadonlySet<number>): string {
  const runs: [number, number][] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs
    .map(([from, to]) => (from === to ? `${from}` : `${from}${to === from + 1 ? "," : "-"}${to}`))
    .join(",");
}

/** What a pod of an index has besides the template: name, label, annotation, host name, JOB_COMPLETION_INDEX. */
export function indexedTemplate(name: string, index: number, spec: PodSpec | undefined) {
  const variable = {
    name: "JOB_COMPLETION_INDEX",
    valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: `metadata.labels['${INDEX}']` } },
  };
  const told = <C extends { readonly env?: readonly { readonly name: string }[] }>(container: C): C =>
    container.env?.some((e) => e.name === variable.name)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    generateName: `${name}-${index}-`,
    marks: { [INDEX]: String(index) },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      containers: (spec?.containers ?? []).map(told),
      ...(spec?.initContainers ? { initContainers: spec.initContainers.map(told) } : {}),
    },
  };
}

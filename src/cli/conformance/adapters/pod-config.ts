import { applyDefaults } from "../../../api/defaults/index.ts";
import { decodeSinglePod, generatePodName } from "../../../kubelet/config/manifest.ts";
import { type KnownPod, mergePods } from "../../../kubelet/config/merge.ts";
import {
  getPodSource,
  getValidatedSources,
  isCriticalPod,
  isMirrorPod,
  isNodeCriticalPod,
  isStaticPod,
  noSourceText,
  preemptable,
} from "../../../kubelet/config/static.ts";
import { validateStaticPod } from "../../../kubelet/config/validate.ts";
import type { PodSource } from "../../../kubelet/types.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

export const podConfig: Adapter = (given) => {
  const sources: string[] = given.sources ?? [];
  const steps: any[] = given.steps ?? [];
  const known = new Map<string, ReadonlyMap<string, KnownPod>>();
  return steps.map(({ source, pods }: { source: PodSource; pods?: any[] }) => {
    const before = known.get(source) ?? new Map();
    const merged = mergePods(before, pods ?? [], source, {
      firstSet: !known.has(source),
      seenAt: "2026-01-05T09:00:00Z",
    });
    const after = new Map([...before, ...merged.changed]);
    for (const uid of merged.gone) after.delete(uid);
    known.set(source, after);
    return {
      updates: merged.updates.map((update) => ({
        ...update,
        pods: update.pods
          .map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`)
          .sort(),
      })),
      seenAllSources: sources.every((name: string) => known.has(name)),
    };
  });
};

/** The text of a manifest: the vectors hold it as JSON, written with blanks after colons and commas. */
function manifestText(value: any): string {
  if (Array.isArray(value)) return `[${value.map(manifestText).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, v]) => `${JSON.stringify(key)}: ${manifestText(v)}`)
    .join(", ")}}`;
}

function decode({ manifest, from, nodeName }: any): unknown {
  const result = decodeSinglePod(
    manifestText(manifest),
    { from, source: "/etc/kubernetes/manifests/pod.yaml", nodeName: nodeName ?? "" },
    { setDefaults: applyDefaults, validate: validateStaticPod },
  );
  return result.ok ? { error: false, pod: result.pod } : { error: true, message: result.error };
}

export const staticPod: Adapter = {
  run: (given) => {
    switch (given.op) {
      case "sources": {
        const result = getValidatedSources(given.sources);
        return result.ok ? { error: false, sources: result.sources } : { error: true, message: result.error };
      }
      case "source": {
        const source = getPodSource(given.pod);
        return source === undefined
          ? { error: true, message: noSourceText(given.pod) }
          : { error: false, source };
      }
      case "classify": {
        const { pod } = given;
        return {
          mirror: isMirrorPod(pod),
          static: isStaticPod(pod),
          critical: isCriticalPod(pod),
          nodeCritical: isNodeCriticalPod(pod),
        };
      }
      case "preemptable":
        return { preemptable: preemptable(given.preemptor, given.preemptee) };
      case "name":
        return { name: generatePodName(given.podName, given.nodeName) };
      case "decode":
        return decode(given);
      default:
        throw new Error(`unknown op ${given.op}`);
    }
  },
  compare: (expect, actual, given) => {
    if (!matches(expect, actual)) return false;
    const wanted = expect.pod?.metadata?.annotations;
    if (!wanted) return true;
    const found = actual.pod.metadata.annotations;
    // Without a UID in the manifest the annotation of the derived one stands beside the expected ones.
    const derived = given.manifest.metadata.uid ? 0 : 1;
    return (
      Object.keys(found).length === Object.keys(wanted).length + derived &&
      found["kubernetes.io/config.hash"] === actual.pod.metadata.uid
    );
  },
};

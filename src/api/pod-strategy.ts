/** What the server does to a pod beside defaults and checks: `pkg/registry/core/pod/strategy.go`, `pkg/api/pod/util.go`. */
import type { Container, Pod } from "./types.ts";

/** A container without the fields whose gates are off. */
function withoutDisabled<T extends { lifecycle?: Container["lifecycle"] }>(container: T): T {
  if (container.lifecycle?.stopSignal === undefined) return container;
  const { stopSignal: _, ...lifecycle } = container.lifecycle;
  return { ...container, lifecycle };
}

/** Drops fields that stand behind gates which are off in 1.36: stop signals, trust bundles, pod certificates, groups. */
export function dropDisabledFields<T extends Pod>(pod: T): T {
  const { spec } = pod;
  if (!spec) return pod;
  const out = { ...spec, containers: (spec.containers ?? []).map(withoutDisabled) };
  if (spec.initContainers) out.initContainers = spec.initContainers.map(withoutDisabled);
  if (spec.volumes) {
    out.volumes = spec.volumes.map((volume) => {
      if (!volume.projected?.sources?.some((s) => s.clusterTrustBundle ?? s.podCertificate)) return volume;
      const sources = volume.projected.sources.map(
        ({ clusterTrustBundle: _, podCertificate: __, ...rest }) => rest,
      );
      return { ...volume, projected: { ...volume.projected, sources } };
    });
  }
  delete out.schedulingGroup;
  return { ...pod, spec: out };
}

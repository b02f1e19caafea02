/** What the server does to a pod beside defaults and checks: `pkg/registry/core/pod/strategy.go`, `pkg/api/pod/util.go`. */
import { deepEqual } from "./plain.ts";
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

const APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
const LOCALHOST = "localhost/";

type AppArmorProfile = NonNullable<NonNullable<Container["securityContext"]>["appArmorProfile"]>;

/** The profile that an annotation of old asks for, where it is a valid one. */
function appArmorProfileOf(annotation: string | undefined): AppArmorProfile | undefined {
  if (annotation === "unconfined") return { type: "Unconfined" };
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  if (!annotation?.startsWith(LOCALHOST)) return undefined;
  const localhostProfile = annotation.slice(LOCALHOST.length);
  if (
    localhostProfile === "" ||
    localhostProfile.trim() !== localhostProfile ||
    localhostProfile.length > 4095
  )
    return undefined;
  return { type: "Localhost", localhostProfile };
}

/** Containers get the AppArmor profile of their annotation, unless they or the pod ask for one already. */
export function applyAppArmorVersionSkew<T extends Pod>(pod: T): T {
  const { spec, metadata } = pod;
  const annotations = metadata?.annotations ?? {};
  if (!spec || spec.os?.name === "windows" || !Object.keys(annotations).some((k) => k.startsWith(APP_ARMOR)))
    return pod;
  const own = spec.securityContext?.appArmorProfile;
  const filled = (containers: readonly Container[]): Container[] =>
    containers.map((c) => {
      const profile = appArmorProfileOf(annotations[`${APP_ARMOR}${c.name}`]);
      if (!profile || c.securityContext?.appArmorProfile || deepEqual(profile, own)) return c;
      return { ...c, securityContext: { ...c.securityContext, appArmorProfile: profile } };
    });
  return {
    ...pod,
    spec: {
      ...spec,
      containers: filled(spec.containers ?? []),
      ...(spec.initContainers ? { initContainers: filled(spec.initContainers) } : {}),
    },
  };
}

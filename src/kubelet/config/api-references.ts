/** Objects of the API that a pod refers to; static pods may not (pkg/api/pod/util.go: HasAPIObjectReference). */
import type { Container, EphemeralContainer, Pod, Volume } from "../../api/types.ts";

type Reference = { readonly resource: string } | { readonly error: string };
type AnyContainer = Container | EphemeralContainer;

const WITHOUT_API = [
  "awsElasticBlockStore",
  "azureDisk",
  "cephfs",
  "cinder",
  "downwardAPI",
  "emptyDir",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "gitRepo",
  "hostPath",
  "image",
  "iscsi",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
] as const;

const NEEDS: readonly (readonly [string, string])[] = [
  ["configMap", "configmaps (via configmap volumes)"],
  ["secret", "secrets (via secret volumes)"],
  ["csi", "csidrivers (via CSI volumes)"],
  ["glusterfs", "endpoints (via glusterFS volumes)"],
  ["persistentVolumeClaim", "persistentvolumeclaims"],
  ["ephemeral", "persistentvolumeclaims (via ephemeral volumes)"],
  ["azureFile", "secrets (via azureFile volumes)"],
];

const PROJECTED: readonly (readonly [string, string])[] = [
  ["configMap", "configmaps (via projected volumes)"],
  ["secret", "secrets (via projected volumes)"],
  ["serviceAccountToken", "serviceaccounts (via projected volumes)"],
  ["clusterTrustBundle", "clustertrustbundles"],
  ["podCertificate", "podcertificates"],
];

const containersOf = (pod: Pod): readonly AnyContainer[] => [
  ...(pod.spec?.initContainers ?? []),
  ...(pod.spec?.containers ?? []),
  ...(pod.spec?.ephemeralContainers ?? []),
];

/** Names of the secrets a pod needs: pull secrets, environment, volumes (VisitPodSecretNames). */
export function podSecretNames(pod: Pod): string[] {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name) names.add(name);
  };
  for (const { name } of pod.spec?.imagePullSecrets ?? []) add(name);
  for (const container of containersOf(pod)) {
    for (const { secretRef } of container.envFrom ?? []) add(secretRef?.name);
    for (const { valueFrom } of container.env ?? []) add(valueFrom?.secretKeyRef?.name);
  }
  for (const volume of pod.spec?.volumes ?? []) {
    add(volume.secret?.secretName);
    for (const source of volume.projected?.sources ?? []) add(source.secret?.name);
    for (const name of driverSecrets(volume)) add(name);
  }
  return [...names];
}

function driverSecrets(volume: Volume): (string | undefined)[] {
  return [
    volume.azureFile?.secretName,
    volume.cephfs?.secretRef?.name,
    volume.cinder?.secretRef?.name,
    volume.flexVolume?.secretRef?.name,
    volume.rbd?.secretRef?.name,
    volume.scaleIO?.secretRef?.name,
    volume.iscsi?.secretRef?.name,
    volume.storageos?.secretRef?.name,
    volume.csi?.nodePublishSecretRef?.name,
  ];
}

/** Names of the config maps a pod needs (VisitPodConfigmapNames). */
export function podConfigMapNames(pod: Pod): string[] {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name) names.add(name);
  };
  for (const container of containersOf(pod)) {
    for (const { configMapRef } of container.envFrom ?? []) add(configMapRef?.name);
    for (const { valueFrom } of container.env ?? []) add(valueFrom?.configMapKeyRef?.name);
  }
  for (const volume of pod.spec?.volumes ?? []) {
    add(volume.configMap?.name);
    for (const source of volume.projected?.sources ?? []) add(source.configMap?.name);
  }
  return [...names];
}

/** The first kind of object that a pod needs from the API, or undefined. */
export function apiObjectReference(pod: Pod): Reference | undefined {
  if (pod.spec?.serviceAccountName) return { resource: "serviceaccounts" };
  if (podSecretNames(pod).length > 0) return { resource: "secrets" };
  if (podConfigMapNames(pod).length > 0) return { resource: "configmaps" };
  if ((pod.spec?.resourceClaims ?? []).length > 0) return { resource: "resourceclaims" };
  for (const volume of pod.spec?.volumes ?? []) {
    const found = volumeReference(volume);
    if (found) return found;
  }
  return undefined;
}

function volumeReference(volume: Volume): Reference | undefined {
  const fields = volume as unknown as Record<string, unknown>;
  if (WITHOUT_API.some((name) => fields[name])) return undefined;
  const need = NEEDS.find(([name]) => fields[name]);
  if (need) return { resource: need[1] };
  if (!volume.projected) return { error: `unknown volume type for volume  "${volume.name}"` };
  for (const source of volume.projected.sources ?? []) {
    const from = source as unknown as Record<string, unknown>;
    const needed = PROJECTED.find(([name]) => from[name]);
    if (needed) return { resource: needed[1] };
    if (!from["downwardAPI"]) return { error: `unknown source for projected volume "${volume.name}"` };
  }
  return undefined;
}

/**
 * Which pods may use an image that is there: records of how the kubelet pulled it
 * (pkg/kubelet/images/pullmanager/image_pull_manager.go; policy NeverVerifyPreloadedImages).
 */
import { parseImageName } from "../../api/image-reference.ts";
import type { PullCredential } from "./credentials.ts";

export interface PulledSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly hash: string;
}
export type PulledServiceAccount = Omit<PulledSecret, "hash">;

/** How an image may be reached under one repository name. */
export interface PulledCredentials {
  /** Pulled without a credential of a pod: all pods of the node may use it. */
  readonly node?: boolean;
  readonly secrets?: readonly PulledSecret[];
  readonly serviceAccounts?: readonly PulledServiceAccount[];
}

/** Record of one image (by the runtime's image id); credentials by repository as written, without tag and digest. */
export interface PulledRecord {
  readonly credentials: Readonly<Record<string, PulledCredentials>>;
}

/** The name as written, without tag and digest. */
export function trimImageTagDigest(image: string): string {
  const parsed = parseImageName(image);
  if (!parsed.ok) return image;
  const { tag, digest } = parsed.reference;
  let name = digest !== "" && image.endsWith(`@${digest}`) ? image.slice(0, -digest.length - 1) : image;
  if (tag !== "" && name.endsWith(`:${tag}`)) name = name.slice(0, -tag.length - 1);
  return name;
}

export interface PullQuestion {
  readonly image: string;
  readonly record: PulledRecord | undefined;
  /** A pull of this image was begun and not recorded as done. */
  readonly intent: boolean;
  readonly podCredentials: readonly PullCredential[];
}

/** Whether a pod has to pull an image that is present (MustAttemptImagePull). */
export function mustAttemptImagePull({ image, record, intent, podCredentials }: PullQuestion): boolean {
  if (!record) return intent;
  const cached = record.credentials[trimImageTagDigest(image)];
  if (!cached) return true;
  if (cached.node) return false;
  const sources = podCredentials.flatMap((c) => (c.source ? [{ ...c.source, hash: c.hash }] : []));
  const known = cached.secrets ?? [];
  const bySecret = sources.some(
    (own) =>
      own.kind === "secret" &&
      known.some((k) => (k.hash !== "" && k.hash === own.hash) || sameObject(k, own)),
  );
  if (bySecret) return false;
  const account = sources.find((own) => own.kind === "serviceAccount");
  return !(account && (cached.serviceAccounts ?? []).some((k) => sameObject(k, account)));
}

/** The record after a pull with that credential; undefined: with none, or with one of the node. */
export function recordImagePulled(
  record: PulledRecord | undefined,
  image: string,
  used: PullCredential | undefined,
): PulledRecord {
  const name = trimImageTagDigest(image);
  const before = record?.credentials[name];
  if (before?.node) return record as PulledRecord;
  return { credentials: { ...record?.credentials, [name]: merged(before ?? {}, used) } };
}

function merged(before: PulledCredentials, used: PullCredential | undefined): PulledCredentials {
  if (!used?.source) return { node: true };
  const { kind, namespace, name, uid } = used.source;
  const object = { namespace, name, uid };
  if (kind === "serviceAccount") {
    const others = (before.serviceAccounts ?? []).filter((a) => !sameObject(a, object));
    return { ...before, serviceAccounts: [...others, object].sort(byCoordinates) };
  }
  const others = (before.secrets ?? []).filter((s) => !sameObject(s, object));
  return { ...before, secrets: [...others, { ...object, hash: used.hash }].sort(byCoordinates) };
}

function sameObject(a: PulledServiceAccount, b: PulledServiceAccount): boolean {
  return a.uid === b.uid && a.namespace === b.namespace && a.name === b.name;
}

function byCoordinates(a: PulledServiceAccount, b: PulledServiceAccount): number {
  const key = (o: PulledServiceAccount): string => `${o.namespace}\n${o.name}\n${o.uid}`;
  return key(a) < key(b) ? -1 : 1;
}

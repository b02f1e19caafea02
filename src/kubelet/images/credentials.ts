/** Credentials a pod has for an image, out of its pull secrets (pkg/credentialprovider: keyring). */
import { parseImageName } from "../../api/image-reference.ts";
import type { Secret } from "../../api/types.ts";
import { decodeBase64 } from "../../sim/bytes.ts";
import { fnv64a } from "../kuberuntime/fnv64.ts";

/** Where a credential comes from; a credential of the node has no source. */
export interface CredentialSource {
  readonly kind: "secret" | "serviceAccount";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface PullCredential {
  readonly username: string;
  readonly password: string;
  readonly source?: CredentialSource;
  /** Tells two credentials apart without holding them. */
  readonly hash: string;
}

interface AuthEntry {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
}

const HUB = "index.docker.io";

/** All that fit the image, the most exact registry path first. */
export function lookupCredentials(image: string, secrets: readonly Secret[]): PullCredential[] {
  const parsed = parseImageName(image);
  if (!parsed.ok) return [];
  const repository = parsed.reference.repository;
  const found: { registry: string; credential: PullCredential }[] = [];
  for (const secret of secrets) {
    for (const [registry, entry] of Object.entries(authsOf(secret))) {
      const path = registryPath(registry);
      if (matches(path, repository)) found.push({ registry: path, credential: credentialOf(entry, secret) });
    }
  }
  return found
    .sort((a, b) => (a.registry < b.registry ? 1 : a.registry > b.registry ? -1 : 0))
    .map((f) => f.credential);
}

function authsOf(secret: Secret): Record<string, AuthEntry> {
  const [key, wrapped] =
    secret.type === "kubernetes.io/dockerconfigjson" ? [".dockerconfigjson", true] : [".dockercfg", false];
  const data = secret.data?.[key];
  if (data === undefined) return {};
  try {
    const parsed = JSON.parse(decodeBase64(data)) as { auths?: Record<string, AuthEntry> } & Record<
      string,
      AuthEntry
    >;
    return (wrapped ? parsed.auths : parsed) ?? {};
  } catch {
    return {};
  }
}

function credentialOf(entry: AuthEntry, secret: Secret): PullCredential {
  const [user, ...rest] = entry.auth ? decodeBase64(entry.auth).split(":") : [];
  const username = entry.username ?? user ?? "";
  const password = entry.password ?? rest.join(":");
  const { namespace = "", name = "", uid = "" } = secret.metadata ?? {};
  return {
    username,
    password,
    hash: fnv64a(`${username}:${password}`),
    source: { kind: "secret", namespace, name, uid },
  };
}

/** Registry and path of an entry's key, without scheme, version and the final slash. */
function registryPath(key: string): string {
  return key
    .replace(/^https?:\/\//, "")
    .replace(/\/(v1|v2)\/?$/, "")
    .replace(/\/$/, "");
}

function matches(registry: string, repository: string): boolean {
  const hub = repository.startsWith("docker.io/");
  if (hub && (registry === HUB || registry === "docker.io")) return true;
  const [host = "", ...path] = registry.split("/");
  const [imageHost = "", ...imagePath] = repository.split("/");
  const wanted = host.split(".");
  const given = imageHost.split(".");
  if (wanted.length !== given.length || !wanted.every((part, i) => globMatches(part, given[i] as string)))
    return false;
  return imagePath.join("/").startsWith(path.join("/"));
}

function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${source}$`).test(text);
}

/** Names of images, as containerd resolves them (github.com/distribution/reference: ParseDockerRef). */

export interface ImageName {
  /** `docker.io`, `registry.k8s.io`, `localhost:5000`. */
  readonly domain: string;
  /** `library/nginx`. */
  readonly path: string;
  /** Both together. */
  readonly repository: string;
  /** "" when only a digest is given. */
  readonly tag: string;
  readonly digest: string;
}

/** Null when it is no name of an image. */
export function parseImageName(text: string): ImageName | null {
  const [named = "", digest = ""] = text.split("@");
  if (digest !== "" && !/^sha256:[0-9a-f]{64}$/.test(digest)) return null;
  const slash = named.indexOf("/");
  const first = slash < 0 ? "" : named.slice(0, slash);
  const hasDomain = first === "localhost" || /[.:]/.test(first) || first.toLowerCase() !== first;
  let domain = hasDomain ? first : "docker.io";
  let rest = hasDomain ? named.slice(slash + 1) : named;
  if (domain === "index.docker.io") domain = "docker.io";
  const colon = rest.lastIndexOf(":");
  let tag = "";
  if (colon >= 0) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) return null;
  }
  if (!/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(rest)) return null;
  if (domain === "docker.io" && !rest.includes("/")) rest = `library/${rest}`;
  if (tag === "" && digest === "") tag = "latest";
  // With both, the digest decides (ParseDockerRef drops the tag).
  return { domain, path: rest, repository: `${domain}/${rest}`, tag: digest === "" ? tag : "", digest };
}

/** `docker.io/library/nginx:1.29`, or with `@sha256:…`. */
export function fullName(name: ImageName): string {
  return name.digest !== "" ? `${name.repository}@${name.digest}` : `${name.repository}:${name.tag}`;
}

/** Whether a tag reads as a version: `1.29`, `v3.10.1`, `8.4-alpine`, `2026-01-05`. */
export function looksLikeVersion(tag: string): boolean {
  return /^v?\d+([._-][0-9A-Za-z]+)*$/.test(tag) || /^[a-z]+-?v?\d+(\.\d+)+([-._][0-9A-Za-z]+)*$/.test(tag);
}

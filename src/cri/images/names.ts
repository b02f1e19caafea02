/** Image names as containerd resolves them. */

export interface ImageName {
  /** Registry host, with its port if one is given. */
  readonly domain: string;
  /** `library/nginx`. */
  readonly path: string;
  /** Empty when only a digest is given. */
  readonly tag: string;
  readonly digest: string;
  /** `docker.io/library/nginx:1.27`. */
  readonly full: string;
}

const resolved = new Map<string, ImageName>();

/** Short names get docker.io, one-part names `library/`, names without tag and digest `latest`. */
export function resolveName(name: string): ImageName {
  const known = resolved.get(name);
  if (known) return known;
  if (resolved.size > 1000) resolved.clear();
  const made = resolve(name);
  resolved.set(name, made);
  return made;
}

function resolve(name: string): ImageName {
  let rest = name;
  let digest = "";
  const at = rest.indexOf("@");
  if (at >= 0) {
    digest = rest.slice(at + 1);
    rest = rest.slice(0, at);
  }
  let tag = "";
  const colon = rest.lastIndexOf(":");
  if (colon > rest.lastIndexOf("/")) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
  }
  const slash = rest.indexOf("/");
  const first = slash < 0 ? "" : rest.slice(0, slash);
  const hosted =
    first !== "" && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  let domain = hosted ? first : "docker.io";
  let path = hosted ? rest.slice(slash + 1) : rest;
  if (domain === "index.docker.io") domain = "docker.io";
  if (domain === "docker.io" && !path.includes("/")) path = `library/${path}`;
  if (tag === "" && digest === "") tag = "latest";
  return {
    domain,
    path,
    tag,
    digest,
    full: `${domain}/${path}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`,
  };
}

/** `docker.io/library/nginx` of a resolved name. */
export function repository(name: ImageName): string {
  return `${name.domain}/${name.path}`;
}

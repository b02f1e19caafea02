/** As much of Go's net/url as a probe needs. */

export interface ProbeUrl {
  readonly scheme: string;
  /** Host name or address, without brackets. */
  readonly host: string;
  /** Empty: none is written. */
  readonly port: string;
  /** As it is sent, with what had to be escaped. */
  readonly path: string;
  /** What stands after `?`; undefined when there is none. */
  readonly query?: string;
}

/** `scheme://host:port/path?query`, as it stands in messages and in the request line. */
export function urlText(url: ProbeUrl): string {
  const host = url.host.includes(":") ? `[${url.host}]` : url.host;
  return `${url.scheme}://${host}${url.port ? `:${url.port}` : ""}${requestPath(url, "")}`;
}

/** Path and query as sent; an empty path is `/` unless said otherwise. */
export function requestPath(url: ProbeUrl, empty = "/"): string {
  const path = url.path === "" ? empty : url.path.startsWith("/") ? url.path : `/${url.path}`;
  return url.query === undefined ? path : `${path}?${url.query}`;
}

/** Path and query of `httpGet.path`; scheme and host that somebody wrote into it do not count. */
export function parseProbePath(text: string): Pick<ProbeUrl, "path" | "query"> {
  const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s.exec(text);
  const path = escapePath(parts?.[2] ?? text);
  const query = parts?.[3];
  return query === undefined ? { path } : { path, query };
}

/** Characters that cannot stand in a path are escaped; `%XX` stays as written. */
function escapePath(path: string): string {
  return path.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~$&+,/:;=@%!*'()[\]]/gu, (c) =>
    encodeURIComponent(c),
  );
}

/** Where a Location header leads. */
export function resolveReference(base: ProbeUrl, location: string): { url: ProbeUrl; absolute: boolean } {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/s.exec(location);
  const [, scheme, authority, rawPath = "", query] = match ?? [];
  const absolute = scheme !== undefined;
  const withQuery = query === undefined ? {} : { query };
  if (authority !== undefined) {
    const hostPort = authority.slice(authority.lastIndexOf("@") + 1);
    const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(hostPort);
    const host = parts?.[1] ?? parts?.[2] ?? hostPort;
    return {
      url: {
        scheme: (scheme ?? base.scheme).toLowerCase(),
        host,
        port: parts?.[3] ?? "",
        path: cleanDots(rawPath),
        ...withQuery,
      },
      absolute,
    };
  }
  const { query: baseQuery, ...plain } = base;
  if (rawPath === "") {
    const kept = query ?? baseQuery;
    return { url: { ...plain, ...(kept === undefined ? {} : { query: kept }) }, absolute };
  }
  const directory = base.path.slice(0, base.path.lastIndexOf("/") + 1) || "/";
  return {
    url: { ...plain, path: cleanDots(rawPath.startsWith("/") ? rawPath : directory + rawPath), ...withQuery },
    absolute,
  };
}

function cleanDots(path: string): string {
  if (!/(^|\/)\.\.?(\/|$)/.test(path)) return path;
  const out: string[] = [];
  const parts = path.split("/");
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    if (part === ".." && out.length > 1) out.pop();
    if (part !== "." && part !== "..") out.push(part);
    else if (last) out.push("");
  }
  return out.join("/");
}

/** Port of a URL as a number. */
export function portNumber(url: ProbeUrl): number {
  return url.port ? Number(url.port) : url.scheme === "https" ? 443 : 80;
}

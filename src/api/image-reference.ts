/** Names of container images, as `github.com/distribution/reference` and the kubelet's image manager read them. */

export interface ImageReference {
  /** Normalised: `docker.io/library/nginx`. */
  readonly repository: string;
  /** "" where there is none; `latest` where neither tag nor digest was written. */
  readonly tag: string;
  readonly digest: string;
}

export type ImageReferenceResult =
  | { readonly ok: true; readonly reference: ImageReference }
  | { readonly ok: false; readonly error: string };

const PART = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*";
const REMOTE = `${PART}(?:/${PART})*`;
const LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const REFERENCE = new RegExp(`^((?:${DOMAIN}/)?${REMOTE})(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const NAME = new RegExp(`^(?:(${DOMAIN})/)?(${REMOTE})$`);

const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const LONGEST = 255;

/** Domain (Docker Hub unless one is written) and the rest. */
function splitDomain(name: string): [domain: string, rest: string] {
  const slash = name.indexOf("/");
  if (slash < 0) return ["docker.io", `library/${name}`];
  const first = name.slice(0, slash);
  const others = name.slice(slash + 1);
  const isDomain = first === "localhost" || /[.:]/.test(first) || first.toLowerCase() !== first;
  let domain = isDomain ? first : "docker.io";
  const rest = isDomain ? others : name;
  if (domain === "index.docker.io") domain = "docker.io";
  return [domain, domain === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest];
}

function digestError(digest: string): string | null {
  const colon = digest.indexOf(":");
  const length = DIGEST_LENGTHS[digest.slice(0, colon)];
  if (length === undefined) {
    return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(digest)
      ? "unsupported digest algorithm"
      : "invalid checksum digest format";
  }
  const encoded = digest.slice(colon + 1);
  if (encoded.length !== length) return "invalid checksum digest length";
  return /^[a-f0-9]*$/.test(encoded) ? null : "invalid checksum digest format";
}

function parseNormalized(image: string): ImageReferenceResult {
  const fail = (error: string): ImageReferenceResult => ({ ok: false, error });
  if (/^[a-f0-9]{64}$/.test(image))
    return fail(`invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`);
  // A name is at most a few hundred characters; the grammar need not see more.
  if (image.length > 4096) return fail("invalid reference format");
  const [domain, rest] = splitDomain(image);
  const colon = rest.indexOf(":");
  const remote = colon < 0 ? rest : rest.slice(0, colon);
  if (remote.toLowerCase() !== remote)
    return fail(`invalid reference format: repository name (${remote}) must be lowercase`);
  const whole = `${domain}/${rest}`;
  const match = REFERENCE.exec(whole);
  if (!match)
    return fail(
      REFERENCE.test(whole.toLowerCase()) ? "repository name must be lowercase" : "invalid reference format",
    );
  const repository = match[1] ?? "";
  const tag = match[2] ?? "";
  const digest = match[3] ?? "";
  if ((NAME.exec(repository)?.[2] ?? repository).length > LONGEST)
    return fail(`repository name must not be more than ${LONGEST} characters`);
  const wrong = digest === "" ? null : digestError(digest);
  if (wrong) return fail(wrong);
  return { ok: true, reference: { repository, tag, digest } };
}

/** Repository, tag and digest of an image as written in a pod (`pkg/util/parsers.ParseImageName`). */
export function parseImageName(image: string): ImageReferenceResult {
  const parsed = parseNormalized(image);
  if (!parsed.ok)
    return { ok: false, error: `couldn't parse image name ${JSON.stringify(image)}: ${parsed.error}` };
  const { reference } = parsed;
  if (reference.tag === "" && reference.digest === "")
    return { ok: true, reference: { ...reference, tag: "latest" } };
  return parsed;
}

export type ImageToPull =
  | { readonly ok: true; readonly image: string }
  | { readonly ok: false; readonly error: string };

/** The name handed to the runtime: as written, with `:latest` where neither tag nor digest was (`applyDefaultImageTag`). */
export function applyDefaultImageTag(image: string): ImageToPull {
  const parsed = parseImageName(image);
  if (!parsed.ok) return parsed;
  const { tag, digest } = parsed.reference;
  if (digest === "" && tag !== "" && !image.endsWith(`:${tag}`))
    return { ok: true, image: `${image}:${tag}` };
  return { ok: true, image };
}

/** The full name under which containerd keeps an image: `docker.io/library/nginx:1.27`; a digest wins over a tag. */
export function normalizeImageName(image: string): string {
  const parsed = parseImageName(image);
  if (!parsed.ok) return image;
  const { repository, tag, digest } = parsed.reference;
  return digest === "" ? `${repository}:${tag}` : `${repository}@${digest}`;
}

/**
 * The image registries as a cluster's nodes see them: the built-in catalogue, the images of the scenario, and the
 * faults of both. What a name leads to, how long that takes, and what the registry says when it leads nowhere.
 */
import type { Simulation } from "../sim/index.ts";
import { hashHex } from "../sim/random.ts";
import type { Cell } from "../sim/table.ts";
import type { Json, Ms } from "../sim/types.ts";
import { CATALOGUE, type CatalogueEntry, REGISTRIES } from "./catalogue.ts";
import type { CriError } from "./contract.ts";
import { fullName, type ImageName, looksLikeVersion, parseImageName } from "./image-name.ts";
import { imageRoot } from "./image-root.ts";
import type { DirNode } from "../node/fs.ts";
import type { Flavor, Signal } from "./os/contract.ts";
import { bytes } from "./programs/values.ts";

/** An image of a scenario file (`spec.images`); durations in ms. */
export interface DeclaredImage {
  readonly name: string;
  readonly size?: string;
  readonly shell?: boolean;
  readonly user?: string;
  readonly pull?: { readonly latency?: Ms; readonly bandwidth?: string; readonly error?: "not found" | "unauthorized" | "timeout" };
  // biome-ignore lint/suspicious/noExplicitAny: the behaviour is read by the program that plays it
  readonly run?: any;
}

/** What the runtime needs to know of an image to run it. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly workdir: string;
  readonly user: string;
  readonly stopSignal: Signal;
  readonly root: DirNode;
  readonly flavor: Flavor;
  readonly shell: "ash" | "dash" | "bash";
  readonly behavior?: Json;
}

export interface RegistryImage {
  /** `REPOSITORY:TAG`. */
  readonly source: string;
  readonly id: string;
  readonly digest: string;
  readonly repository: string;
  readonly tag: string;
  readonly sizeBytes: number;
}

export type Resolution =
  | { readonly ok: true; readonly image: RegistryImage; readonly latencyMs?: Ms; readonly downloadMs: Ms }
  | { readonly ok: false; readonly error: CriError; readonly afterMs: Ms };

interface Faults {
  readonly down: boolean;
  readonly factor: number;
  readonly missing: readonly string[];
}

export interface Registry {
  resolve(text: string, options: { readonly auth: boolean; readonly resolver: string }): Resolution;
  /** Whatever its source, an image can be run: an unknown one runs until SIGTERM. */
  config(source: string): ImageConfig;
  /** The image a name stands for, registry reachable or not: for images that nodes have from the start. */
  preload(text: string): RegistryImage | null;
  readonly isDown: () => boolean;
  readonly faults: {
    set(kind: "registry-down" | "registry-slow" | "image-missing", fields: Readonly<Record<string, unknown>>): void;
    clear(kind: string, fields?: Readonly<Record<string, unknown>>): void;
  };
}

const Mi = 1024 * 1024;
const BANDWIDTH = 50 * Mi;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const NO_FAULTS: Faults = { down: false, factor: 1, missing: [] };

/** What the registry of a host is really reached at. */
const hostOf = (domain: string): string => (domain === "docker.io" ? "registry-1.docker.io" : domain);

function catalogued(repository: string): CatalogueEntry | undefined {
  return CATALOGUE.find((e) => e.repositories.includes(repository));
}

/** The entry as that tag has it: alpine variants are built on another base. */
function variant(entry: CatalogueEntry, tag: string): CatalogueEntry {
  let out = entry;
  if (entry.base === "debian" && /(^|-)alpine/.test(tag)) out = { ...out, base: "alpine", size: entry.size * 0.3, tools: [...(entry.tools ?? []), "wget"] };
  else if (/(^|-)slim$/.test(tag)) out = { ...out, size: entry.size * 0.4 };
  // nginx asks for QUIT since 1.20.
  const minor = /^1\.(\d+)/.exec(tag);
  if (out.stopSignal === "QUIT" && minor && Number(minor[1]) < 20) out = { ...out, stopSignal: "TERM" };
  return out;
}

export function createRegistry(sim: Simulation, images: readonly DeclaredImage[] = []): Registry {
  const faults: Cell<Faults> = sim.cell<Faults>("registry/faults", NO_FAULTS);
  const declared = new Map<string, DeclaredImage>();
  for (const image of images) {
    const name = parseImageName(image.name);
    if (name) declared.set(fullName(name), image);
  }
  const domains = new Set([...REGISTRIES, ...[...declared.keys()].map((k) => parseImageName(k)!.domain)]);
  const configs = new Map<string, ImageConfig>();

  const find = (name: ImageName): DeclaredImage | CatalogueEntry | undefined => {
    const own = declared.get(fullName(name));
    if (own) return own;
    const entry = catalogued(name.repository);
    if (!entry) return undefined;
    if (name.digest !== "") return undefined;
    return name.tag === "latest" || entry.tags?.includes(name.tag) || looksLikeVersion(name.tag) ? entry : undefined;
  };

  /** Digests lead back to the tags that have them. */
  const byDigest = (name: ImageName): ImageName | undefined => {
    const tags = [...(catalogued(name.repository)?.tags ?? []), "latest", ...[...declared.keys()].map((k) => parseImageName(k)!).filter((n) => n.repository === name.repository).map((n) => n.tag)];
    const tag = tags.find((t) => imageOf(name.repository, t, 0).digest === name.digest);
    return tag ? { ...name, tag, digest: "" } : undefined;
  };

  const imageOf = (repository: string, tag: string, sizeBytes: number): RegistryImage => {
    const source = `${repository}:${tag}`;
    return { source, repository, tag, sizeBytes, id: `sha256:${hashHex(0, "image-config", source, 0, 64)}`, digest: `sha256:${hashHex(0, "image-manifest", source, 0, 64)}` };
  };

  const sizeOf = (found: DeclaredImage | CatalogueEntry | undefined, name: ImageName): number => {
    if (!found) return 20 * Mi;
    if ("name" in found) return bytes(found.size, 20 * Mi);
    const size = variant(found, name.tag).size * Mi;
    // Versions differ a little.
    return Math.round(size * (0.97 + 0.06 * (Number.parseInt(hashHex(0, "image-size", `${name.repository}:${name.tag}`, 0, 4), 16) / 65536)));
  };

  const missing = (name: ImageName): boolean => faults.get().missing.some((m) => {
    const other = parseImageName(m);
    return other !== null && other.repository === name.repository && (!/:[^/]*$/.test(m) || other.tag === name.tag);
  });

  const fail = (name: ImageName, code: string, text: string, afterMs: Ms): Resolution => ({
    ok: false,
    error: { code, desc: `failed to pull and unpack image "${fullName(name)}": failed to resolve image: ${text}` },
    afterMs,
  });

  return {
    isDown: () => faults.get().down,
    resolve: (text, { auth, resolver }) => {
      const parsed = parseImageName(text);
      if (!parsed) return { ok: false, error: { code: "InvalidArgument", desc: `failed to parse image reference "${text}": invalid reference format` }, afterMs: 0 };
      const host = hostOf(parsed.domain);
      const ref = parsed.digest !== "" ? parsed.digest : parsed.tag;
      const request = `failed to do request: Head "https://${host}/v2/${parsed.path}/manifests/${ref}"`;
      const bare = host.replace(/:\d+$/, "");
      const port = /:(\d+)$/.exec(host)?.[1] ?? "443";
      const { down, factor } = faults.get();
      const numeric = /^\d+\.\d+\.\d+\.\d+$/.test(bare) ? bare : bare === "localhost" ? "127.0.0.1" : null;
      if (!domains.has(parsed.domain)) {
        if (numeric?.startsWith("127.")) return fail(parsed, "Unknown", `${request}: dial tcp ${numeric}:${port}: connect: connection refused`, 0);
        if (numeric) return fail(parsed, "Unknown", `${request}: dial tcp ${numeric}:${port}: i/o timeout`, 30_000);
        return fail(parsed, "Unknown", `${request}: dial tcp: lookup ${bare} on ${resolver}:53: no such host`, 5);
      }
      const address = numeric ?? `${["34.98", "104.18", "151.101"][host.length % 3]}.${hashByte(host, 0)}.${hashByte(host, 1)}`;
      if (down) return fail(parsed, "Unknown", `${request}: dial tcp ${address}:${port}: connect: connection refused`, 0);
      const name = parsed.digest !== "" ? (byDigest(parsed) ?? parsed) : parsed;
      const found = find(name);
      const own = found && "name" in found ? found : undefined;
      if (own?.pull?.error === "timeout") return fail(parsed, "Unknown", `${request}: dial tcp ${address}:${port}: i/o timeout`, 30_000);
      if (own?.pull?.error === "unauthorized" && !auth) return fail(parsed, "Unknown", denied(parsed, host), 0);
      const known = found && own?.pull?.error !== "not found" && !missing(name);
      if (!known) {
        const repositoryKnown = catalogued(name.repository) !== undefined || [...declared.keys()].some((k) => k.startsWith(`${name.repository}:`));
        if (repositoryKnown || parsed.domain === "registry.k8s.io") return fail(parsed, "NotFound", `${fullName(parsed)}: not found`, 0);
        return fail(parsed, "Unknown", denied(parsed, host), 0);
      }
      const image = imageOf(name.repository, name.tag, sizeOf(found, name));
      const bandwidth = own?.pull?.bandwidth ? bytes(own.pull.bandwidth.replace(/\/s$/, ""), BANDWIDTH) : BANDWIDTH;
      return {
        ok: true,
        image,
        ...(own?.pull?.latency !== undefined ? { latencyMs: own.pull.latency * factor } : {}),
        downloadMs: Math.round((image.sizeBytes / Math.max(1, bandwidth)) * 1000 * factor),
      };
    },
    preload: (text) => {
      const parsed = parseImageName(text);
      if (!parsed) return null;
      const name = parsed.digest !== "" ? (byDigest(parsed) ?? { ...parsed, tag: "latest" }) : parsed;
      return imageOf(name.repository, name.tag, sizeOf(find(name) ?? catalogued(name.repository), name));
    },
    config: (source) => {
      let config = configs.get(source);
      if (!config) {
        const name = parseImageName(source)!;
        const found = find(name) ?? catalogued(name.repository);
        config = !found || "name" in found ? declaredConfig(found) : entryConfig(variant(found, name.tag));
        configs.set(source, config);
      }
      return config;
    },
    faults: {
      set: (kind, fields) => {
        if (kind === "registry-down") faults.update((f) => ({ ...f, down: true }));
        else if (kind === "registry-slow") faults.update((f) => ({ ...f, factor: Number(fields.factor ?? 10) }));
        else faults.update((f) => ({ ...f, missing: [...f.missing.filter((m) => m !== fields.image), String(fields.image ?? "")] }));
      },
      clear: (kind, fields) => {
        if (kind === "registry-down") faults.update((f) => ({ ...f, down: false }));
        else if (kind === "registry-slow") faults.update((f) => ({ ...f, factor: 1 }));
        else if (kind === "image-missing") faults.update((f) => ({ ...f, missing: fields?.image === undefined ? [] : f.missing.filter((m) => m !== fields.image) }));
      },
    },
  };
}

const hashByte = (host: string, n: number): number => Number.parseInt(hashHex(0, "registry-address", host, n, 2), 16) % 254;

/** What a registry says to a client that may not see a repository, or that asks for one that is not there. */
function denied(name: ImageName, host: string): string {
  const url = `https://${host}/v2/${name.path}/manifests/${name.tag || name.digest}`;
  switch (name.domain) {
    case "docker.io":
      return "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed";
    case "quay.io":
      return `unexpected status from HEAD request to ${url}: 401 UNAUTHORIZED`;
    case "gcr.io":
    case "us-docker.pkg.dev":
      return `unexpected status from HEAD request to ${url}: 403 Forbidden`;
    default:
      return `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${host}/token?scope=repository%3A${name.path.replace(/\//g, "%2F")}%3Apull&service=${host}: 401 Unauthorized`;
  }
}

function entryConfig(entry: CatalogueEntry): ImageConfig {
  return {
    entrypoint: entry.entrypoint ?? [],
    cmd: entry.cmd ?? [],
    env: [...(entry.env?.some(([k]) => k === "PATH") ? [] : [["PATH", PATH] as const]), ...(entry.env ?? [])],
    workdir: entry.workdir ?? "/",
    user: entry.user ?? "",
    stopSignal: entry.stopSignal ?? "TERM",
    root: imageRoot(entry),
    flavor: entry.base === "debian" ? "gnu" : "busybox",
    shell: entry.base === "debian" ? "dash" : "ash",
    ...(entry.behavior !== undefined ? { behavior: entry.behavior } : {}),
  };
}

function declaredConfig(image: DeclaredImage | undefined): ImageConfig {
  const entry: CatalogueEntry = {
    repositories: [],
    size: 0,
    base: image?.shell === false ? "scratch" : "busybox",
    programs: { "/app": image?.run ? "declared" : "sleeper" },
    entrypoint: ["/app"],
    ...(image?.user !== undefined ? { user: image.user, ...(/^[a-z]/.test(image.user) ? { users: { [image.user.split(":")[0]!]: 1000 } } : {}) } : {}),
    ...(image?.run ? { behavior: image.run as Json } : {}),
  };
  return entryConfig(entry);
}

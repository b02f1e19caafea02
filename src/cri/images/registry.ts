/** The registries outside: which images there are, how long a pull takes, what goes wrong. One for all nodes. */

import type { Simulation } from "../../sim/index.ts";
import { hashHex } from "../../sim/random.ts";
import type { Json, Ms } from "../../sim/types.ts";
import type { CriError, RuntimeImage } from "../contract.ts";
import { bytes, duration } from "../programs/values.ts";
import { CATALOGUE, declaredSpec, type ImageSpec, looksLikeVersion, REGISTRIES } from "./catalogue.ts";
import { type ImageName, repository, resolveName } from "./names.ts";

/** `spec.images` of a scenario file, as written there. */
export interface DeclaredImage {
  readonly name: string;
  readonly size?: string | number;
  readonly pull?: {
    readonly latency?: string | number;
    readonly bandwidth?: string | number;
    readonly error?: string;
  };
  readonly run?: Json;
  readonly shell?: boolean;
  readonly user?: string;
}

export interface RegistryFaults {
  readonly down: boolean;
  /** 1 = as usual; 10 = ten times as slow. */
  readonly slow: number;
  /** Images that are not to be found. */
  readonly missing: readonly string[];
}

export interface Pull {
  readonly delayMs: Ms;
  readonly error?: CriError;
  readonly image?: RuntimeImage;
}

const Mi = 1024 * 1024;
const LATENCY: Ms = 300;
const BANDWIDTH = 50 * Mi;
/** Address of every registry outside. */
const ADDRESS = "203.0.113.10";

export class Registry {
  readonly #faults;
  /** Images that came to be while the world runs ("let it exist"). */
  readonly #added;
  readonly #declared = new Map<string, ImageSpec>();

  readonly #latencyMs: Ms;
  readonly #msPerMi: Ms;

  /** @param times of a pull: ms until it is resolved, and ms for each MiB */
  constructor(
    sim: Simulation,
    declared: readonly DeclaredImage[] = [],
    times: { readonly pull?: Ms | undefined; readonly pullMebibyte?: Ms | undefined } = {},
  ) {
    this.#latencyMs = times.pull ?? LATENCY;
    this.#msPerMi = times.pullMebibyte ?? (1000 * Mi) / BANDWIDTH;
    this.#faults = sim.cell<RegistryFaults>("registry/faults", { down: false, slow: 1, missing: [] });
    this.#added = sim.table<DeclaredImage>("registry/added");
    for (const d of declared) {
      const name = resolveName(d.name);
      this.#declared.set(name.full, specOf(d));
    }
  }

  faults(): RegistryFaults {
    return this.#faults.get();
  }

  setFaults(change: Partial<RegistryFaults>): void {
    this.#faults.update((f) => ({ ...f, ...change }));
  }

  /** From now on there is an image of that name. */
  add(d: DeclaredImage): void {
    this.#added.set(resolveName(d.name).full, d);
  }

  /** What an image is, whether or not a registry would give it out now. */
  spec(name: ImageName): ImageSpec | undefined {
    const own =
      this.#declared.get(name.full) ??
      (name.digest ? this.#declared.get(`${repository(name)}:${name.tag}`) : undefined);
    if (own) return own;
    const added = this.#added.get(name.full);
    if (added) return specOf(added);
    const found = CATALOGUE.get(repository(name));
    if (!found) return undefined;
    if (name.digest && !name.tag) return found;
    return name.tag === "latest" || found.tags.includes(name.tag) || looksLikeVersion(name.tag)
      ? found
      : undefined;
  }

  image(name: ImageName, spec: ImageSpec): RuntimeImage {
    return imageOf(name, spec);
  }

  /** How a pull would go now. `have`: its layers are on the node already. */
  pull(name: string, auth: boolean, have: boolean): Pull {
    const n = resolveName(name);
    const faults = this.#faults.get();
    const spec = this.spec(n);
    const latency = (spec?.pull?.latencyMs ?? this.#latencyMs) * faults.slow;
    const head = `failed to pull and unpack image "${n.full}": failed to resolve image: `;
    const host = n.domain === "docker.io" ? "registry-1.docker.io" : n.domain;
    const request = `${head}failed to do request: Head "https://${host}/v2/${n.path}/manifests/${n.tag || n.digest}": `;
    const unknown = (desc: string, delayMs: Ms): Pull => ({ delayMs, error: { code: "Unknown", desc } });
    const local = /^(localhost|127\.[\d.]+)(?::(\d+))?$/.exec(n.domain);
    if (local)
      return unknown(`${request}dial tcp 127.0.0.1:${local[2] ?? "443"}: connect: connection refused`, 10);
    const known =
      spec !== undefined ||
      REGISTRIES.has(n.domain) ||
      [...this.#declared.values()].some((s) => s.repository.startsWith(`${n.domain}/`));
    if (!known) {
      if (/^[\d.]+(:\d+)?$/.test(n.domain))
        return unknown(
          `${request}dial tcp ${n.domain.includes(":") ? n.domain : `${n.domain}:443`}: i/o timeout`,
          30_000,
        );
      return unknown(
        `${request}dial tcp: lookup ${n.domain.split(":")[0]} on 192.168.1.1:53: no such host`,
        20,
      );
    }
    if (faults.down) return unknown(`${request}dial tcp ${ADDRESS}:443: connect: connection refused`, 10);
    if (spec?.pull?.error === "timeout")
      return unknown(`${request}dial tcp ${ADDRESS}:443: i/o timeout`, 30_000);
    if (spec?.pull?.error === "unauthorized" && !auth)
      return unknown(
        `${head}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
        latency,
      );
    const missing = faults.missing.some((m) => m === name || resolveName(m).full === n.full);
    if (!spec || missing || spec.pull?.error === "not found")
      return { delayMs: latency, error: { code: "NotFound", desc: `${head}${n.full}: not found` } };
    const msPerMi = spec.pull?.bandwidth ? (1000 * Mi) / spec.pull.bandwidth : this.#msPerMi;
    const transfer = have ? 0 : (spec.sizeBytes / Mi) * msPerMi * faults.slow;
    return { delayMs: latency + transfer, image: imageOf(n, spec) };
  }
}

function specOf(d: DeclaredImage): ImageSpec {
  const name = resolveName(d.name);
  const pull = d.pull
    ? {
        ...(d.pull.latency !== undefined ? { latencyMs: duration(d.pull.latency) } : {}),
        ...(d.pull.bandwidth !== undefined ? { bandwidth: bytes(d.pull.bandwidth) } : {}),
        ...(d.pull.error ? { error: d.pull.error } : {}),
      }
    : undefined;
  const built = CATALOGUE.get(repository(name));
  // A built-in image that only gets another size or pull keeps what it runs.
  if (built && d.run === undefined)
    return {
      ...built,
      tags: [name.tag],
      strict: true,
      sizeBytes: d.size === undefined ? built.sizeBytes : bytes(d.size),
      ...(pull ? { pull } : {}),
    };
  return declaredSpec(repository(name), name.tag, {
    sizeBytes: bytes(d.size, 20 * Mi),
    ...(d.shell !== undefined ? { shell: d.shell } : {}),
    ...(d.user !== undefined ? { user: d.user } : {}),
    ...(d.run !== undefined ? { run: d.run } : {}),
    ...(pull ? { pull } : {}),
  });
}

function imageOf(name: ImageName, spec: ImageSpec): RuntimeImage {
  const key = `${spec.repository}:${name.tag || name.digest}`;
  const numeric = /^\d+/.exec(spec.user)?.[0];
  return {
    id: `sha256:${hashHex(1, "image", key, 0, 64)}`,
    repoTags: name.tag ? [`${repository(name)}:${name.tag}`] : [],
    repoDigests: [`${repository(name)}@${name.digest || `sha256:${hashHex(1, "digest", key, 0, 64)}`}`],
    sizeBytes: spec.sizeBytes,
    ...(numeric !== undefined ? { uid: Number(numeric) } : spec.user ? { username: spec.user } : {}),
  };
}

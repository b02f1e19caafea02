/** Images of a node: what containerd's image service keeps, pulls and removes. */
import type { CriRpcs, CriResult, RuntimeImage } from "./contract.ts";
import { parseImageName } from "./image-name.ts";
import type { RegistryImage } from "./registry.ts";
import { answer, failed, later, ok } from "./runtime/calls.ts";
import { type Context, type ImageRow, vary } from "./runtime/context.ts";
import { hostResolver } from "./runtime/names.ts";
import { type DirNode, layerUsage } from "../node/fs.ts";

/** By id, by name, by digest. */
export function findImage(ctx: Context, text: string): ImageRow | undefined {
  const own = ctx.images.get(text) ?? ctx.images.get(`sha256:${text}`);
  if (own) return own;
  const name = parseImageName(text);
  if (!name) return undefined;
  const wanted = name.digest !== "" ? `${name.repository}@${name.digest}` : `${name.repository}:${name.tag}`;
  for (const row of ctx.images.values()) if (row.view.repoTags.includes(wanted) || row.view.repoDigests.includes(wanted)) return row;
  return undefined;
}

/** Puts an image into the store. */
export function storeImage(ctx: Context, image: RegistryImage, pinned = false): ImageRow {
  const known = ctx.images.get(image.id);
  if (known) return known;
  const { user } = ctx.registry.config(image.source);
  const uid = /^\d+/.exec(user)?.[0];
  const view: RuntimeImage = {
    id: image.id,
    repoTags: [`${image.repository}:${image.tag}`],
    repoDigests: [`${image.repository}@${image.digest}`],
    sizeBytes: image.sizeBytes,
    ...(uid !== undefined ? { uid: Number(uid) } : user !== "" ? { username: user.split(":")[0]! } : { uid: 0 }),
    ...(pinned ? { pinned: true } : {}),
  };
  const row = { view, source: image.source };
  ctx.images.set(image.id, row);
  return row;
}

type PullRequest = CriRpcs["PullImage"]["request"];

export function pullImage(ctx: Context, call: string, request: PullRequest): void {
  const row = ctx.calls.get(call);
  const cause = ctx.sim.record({ from: ctx.ids.containerd, to: "registry", type: "registry.resolve", object: row?.object ?? "", data: { image: request.image } });
  const resolution = ctx.registry.resolve(request.image, { auth: request.auth !== undefined, resolver: hostResolver(ctx) });
  ctx.sim.under(cause, () => {
    // An answer of the registry takes its latency; a refused connection none.
    const answered = resolution.ok || (resolution.afterMs === 0 && resolution.error.code === "NotFound") || / to https:|pull access denied/.test(resolution.ok ? "" : resolution.error.desc);
    const latency = resolution.ok ? (resolution.latencyMs ?? ctx.latencies.pull) : answered ? ctx.latencies.pull : resolution.afterMs;
    later(ctx, call, { type: "imageResolved", request, asked: cause }, vary(ctx, latency));
  });
}

export function imageResolved(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const request = event.request as PullRequest;
  const object = ctx.calls.get(call)?.object ?? "";
  const resolution = ctx.registry.resolve(request.image, { auth: request.auth !== undefined, resolver: hostResolver(ctx) });
  const say = (data: Record<string, unknown>): number => ctx.sim.record({ from: "registry", to: ctx.ids.containerd, type: "reply", object, data: { rpc: "resolve", image: request.image, ...data } });
  if (!resolution.ok) {
    ctx.sim.under(say({ error: resolution.error.desc }), () => answer(ctx, call, { ok: false, error: resolution.error }));
    return;
  }
  const { image } = resolution;
  ctx.sim.under(say({ sizeBytes: image.sizeBytes }), () => {
    // Layers that are there are not fetched again.
    if (ctx.images.has(image.id)) return imagePulled(ctx, call, { image });
    const cause = ctx.sim.record({ from: ctx.ids.containerd, to: "registry", type: "registry.fetch", object, data: { image: request.image, sizeBytes: image.sizeBytes } });
    ctx.sim.under(cause, () => later(ctx, call, { type: "imagePulled", image, request, downloads: true }, resolution.downloadMs));
  });
}

export function imagePulled(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const image = event.image as RegistryImage;
  const needed = image.sizeBytes * (ctx.images.has(image.id) ? 0 : 1);
  if (needed > ctx.machine.stats.node().imagefs.availableBytes) {
    const name = `${image.repository}:${image.tag}`;
    return answer(ctx, call, failed("Unknown", `failed to pull and unpack image "${name}": failed to extract layer ${image.digest}: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount: write /var/lib/containerd/tmpmounts/containerd-mount/usr: no space left on device`));
  }
  storeImage(ctx, image);
  answer<"PullImage">(ctx, call, ok<"PullImage">({ imageRef: image.id, sizeBytes: image.sizeBytes }));
}

/** The registry is gone: what was being fetched from it fails. */
export function failDownloads(ctx: Context): void {
  for (const [call, row] of [...ctx.calls]) {
    if (row.rpc !== "PullImage") continue;
    const image = String(row.data.image ?? "");
    const name = parseImageName(image);
    const shown = name ? `${name.repository}:${name.tag}` : image;
    answer(ctx, call, failed("Unknown", `failed to pull and unpack image "${shown}": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://${name?.domain === "docker.io" ? "registry-1.docker.io" : (name?.domain ?? "")}/v2/${name?.path ?? ""}/blobs/": connection reset by peer`));
  }
}

export function removeImage(ctx: Context, call: string, { image }: CriRpcs["RemoveImage"]["request"]): void {
  const row = findImage(ctx, image);
  if (row) ctx.images.delete(row.view.id);
  answer<"RemoveImage">(ctx, call, ok<"RemoveImage">({}));
}

/** Bytes and inodes of images, and of what containers have written over them. */
export function storageOf(ctx: Context): { readonly images: { bytes: number; inodes: number }; readonly layers: { bytes: number; inodes: number } } {
  let bytes = 0;
  let inodes = 0;
  for (const row of ctx.images.values()) {
    bytes += row.view.sizeBytes;
    inodes += 1000 + Math.round(row.view.sizeBytes / 65536);
  }
  const layers = { bytes: 0, inodes: 0 };
  for (const id of ctx.containers.keys()) {
    const used = layerOf(ctx, id);
    layers.bytes += used.bytes;
    layers.inodes += used.inodes;
  }
  return { images: { bytes, inodes }, layers };
}

const layerUsages = new WeakMap<DirNode, { bytes: number; inodes: number }>();

/** What a container has written over its image. */
export function layerOf(ctx: Context, container: string): { bytes: number; inodes: number } {
  const row = ctx.containers.get(container);
  const layer = ctx.layers.get(container);
  if (!row || !layer) return { bytes: 0, inodes: 0 };
  const { root } = ctx.registry.config(row.source);
  if (layer === root) return { bytes: 0, inodes: 0 };
  let used = layerUsages.get(layer);
  if (!used) {
    used = layerUsage(layer, root);
    layerUsages.set(layer, used);
  }
  return used;
}

export function readImages(ctx: Context, rpc: string, request: { readonly image?: string }): CriResult<"ImageStatus"> | CriResult<"ListImages"> | CriResult<"ImageFsInfo"> | undefined {
  if (rpc === "ImageStatus") {
    if (request.image === "" || (!parseImageName(request.image ?? "") && !findImage(ctx, request.image ?? ""))) return ok<"ImageStatus">({ image: null });
    return ok<"ImageStatus">({ image: findImage(ctx, request.image ?? "")?.view ?? null });
  }
  if (rpc === "ListImages") return ok<"ListImages">({ images: [...ctx.images.values()].map((r) => r.view) });
  if (rpc === "ImageFsInfo") {
    const { images, layers } = storageOf(ctx);
    return ok<"ImageFsInfo">({ usedBytes: images.bytes + layers.bytes, inodesUsed: images.inodes + layers.inodes, capacityBytes: ctx.machine.stats.node().imagefs.capacityBytes });
  }
  return undefined;
}

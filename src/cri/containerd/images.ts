/** The image service: what is on the node's disk, pulls, removal. */
import type { CriError, RuntimeImage } from "../contract.ts";
import { repository, resolveName } from "../images/names.ts";
import type { Containerd } from "./containerd.ts";
import type { CallRow, ImageRow } from "./state.ts";

/** The image that a name, an id or a digest stands for. */
export function findImage(c: Containerd, name: string): ImageRow | undefined {
  const byId = c.images.get(name) ?? c.images.get(`sha256:${name}`);
  if (byId) return byId;
  const n = resolveName(name);
  for (const [, row] of c.images) {
    if (
      n.digest
        ? row.image.repoDigests.includes(`${repository(n)}@${n.digest}`)
        : row.image.repoTags.includes(`${repository(n)}:${n.tag}`)
    )
      return row;
  }
  return undefined;
}

/** Puts an image on the disk, as present before 0 s or just pulled. */
export function addImage(c: Containerd, name: string): RuntimeImage | undefined {
  const n = resolveName(name);
  const spec = c.registry.spec(n);
  if (!spec) return undefined;
  const image = c.registry.image(n, spec);
  const known = c.images.get(image.id);
  const tags = known ? [...new Set([...known.image.repoTags, ...image.repoTags])] : image.repoTags;
  // A tag stands for one image: another that had it keeps only its digest.
  for (const [id, row] of [...c.images]) {
    if (id !== image.id && row.image.repoTags.some((t) => image.repoTags.includes(t)))
      c.images.set(id, {
        ...row,
        image: { ...row.image, repoTags: row.image.repoTags.filter((t) => !image.repoTags.includes(t)) },
      });
  }
  const pinned = n.path === "pause";
  c.images.set(image.id, {
    image: { ...image, repoTags: tags, ...(pinned ? { pinned: true } : {}) },
    name: n.full,
    pulledAt: c.sim.now,
  });
  return c.images.get(image.id)!.image;
}

/** How long the pull takes and how it will end is known when it begins. */
export function pullImage(c: Containerd, call: CallRow): void {
  const { image, auth } = call.request as { image: string; auth?: unknown };
  const have = findImage(c, image) !== undefined;
  const pull = c.registry.pull(image, auth !== undefined, have);
  c.record({
    to: "registry",
    type: "registry.pull",
    object: call.object,
    data: { image, present: have },
    cause: call.seq,
  });
  const { usedBytes, capacityBytes } = c.imageFs();
  const full = !pull.error && !have && pull.image && usedBytes + pull.image.sizeBytes > capacityBytes;
  const error: CriError | undefined = full
    ? {
        code: "Unknown",
        desc: `failed to pull and unpack image "${resolveName(image).full}": failed to extract layer ${pull.image!.id}: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/21/fs: no space left on device`,
      }
    : pull.error;
  c.later(call, c.jittered(pull.delayMs, `pull/${image}`) + c.latencies.cri, error ? { error } : {});
}

export function pulled(c: Containerd, call: CallRow): { imageRef: string; sizeBytes: number } {
  const image = addImage(c, call.request.image)!;
  return { imageRef: image.id, sizeBytes: image.sizeBytes };
}

export function removeImage(c: Containerd, name: string): void {
  const row = findImage(c, name);
  if (!row) return;
  const n = resolveName(name);
  const left = row.image.repoTags.filter((t) => t !== `${repository(n)}:${n.tag}`);
  if (name !== row.image.id && left.length > 0)
    c.images.set(row.image.id, { ...row, image: { ...row.image, repoTags: left } });
  else c.images.delete(row.image.id);
}

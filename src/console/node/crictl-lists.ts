/** Tables of `crictl ps`, `crictl pods` and `crictl images`. */
import type { Context } from "../context.ts";
import type { Flags } from "../kubectl/flags.ts";
import type { Client } from "./crictl-client.ts";
import { ago, shortId, size, splitTag, table } from "./crictl-format.ts";

const STATES: Readonly<Record<string, string>> = {
  created: "Created",
  running: "Running",
  exited: "Exited",
  unknown: "Unknown",
};

export function ps(ctx: Context, client: Client, f: Flags): void {
  const now = ctx.now();
  const whole = f.bool("no-trunc");
  const name = f.has("name") ? new RegExp(f.string("name")) : null;
  const state = f.string("state").toLowerCase();
  let list = client
    .containers()
    .filter(
      (c) => f.bool("all") || state !== "" || f.bool("latest") || f.has("last") || c.state === "running",
    );
  list = list.filter(
    (c) =>
      (!name || name.test(c.name)) &&
      (state === "" || c.state === state) &&
      c.sandboxId.startsWith(f.string("pod")) &&
      c.id.startsWith(f.string("id")),
  );
  list = list.filter(
    (c) =>
      f.list("label").every((l) => c.labels[l.split("=")[0] ?? ""] === l.slice(l.indexOf("=") + 1)) &&
      (!f.has("namespace") || c.pod.namespace === f.string("namespace")),
  );
  list = [...list].sort((a, b) => b.createdAt - a.createdAt);
  if (f.bool("latest")) list = list.slice(0, 1);
  if (f.has("last")) list = list.slice(0, f.int("last", 0));
  if (f.bool("quiet")) {
    ctx.out(list.map((c) => `${c.id}\n`).join(""));
    return;
  }
  if (f.string("output") === "json") {
    ctx.out(
      `${JSON.stringify({ containers: list.map((c) => ({ id: c.id, podSandboxId: c.sandboxId, metadata: { name: c.name, attempt: c.attempt }, image: { image: c.imageId }, imageRef: c.imageRef, state: `CONTAINER_${c.state.toUpperCase()}`, createdAt: String((ctx.host.epochMs + c.createdAt) * 1_000_000), labels: c.labels, annotations: c.annotations })) }, null, 2)}\n`,
    );
    return;
  }
  const rows = list.map((c) => [
    shortId(c.id, whole),
    shortId(c.imageId || c.image, whole),
    ago(now - c.createdAt),
    STATES[c.state] ?? "Unknown",
    c.name,
    String(c.attempt),
    shortId(c.sandboxId, whole),
    c.pod.name,
    c.pod.namespace,
  ]);
  ctx.out(
    table(["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"], rows),
  );
}

export function pods(ctx: Context, client: Client, f: Flags): void {
  const now = ctx.now();
  const whole = f.bool("no-trunc");
  const name = f.has("name") ? new RegExp(f.string("name")) : null;
  const state = f.string("state").toLowerCase();
  let list = client
    .sandboxes()
    .filter(
      (s) =>
        (!name || name.test(s.pod.name)) &&
        (state === "" || s.state.toLowerCase() === state) &&
        s.id.startsWith(f.string("id")) &&
        (!f.has("namespace") || s.pod.namespace === f.string("namespace")),
    );
  list = [...list].sort((a, b) => b.createdAt - a.createdAt);
  if (f.bool("latest")) list = list.slice(0, 1);
  if (f.has("last")) list = list.slice(0, f.int("last", 0));
  if (f.bool("quiet")) {
    ctx.out(list.map((s) => `${s.id}\n`).join(""));
    return;
  }
  const rows = list.map((s) => [
    shortId(s.id, whole),
    ago(now - s.createdAt),
    s.state === "READY" ? "Ready" : "NotReady",
    s.pod.name,
    s.pod.namespace,
    String(s.attempt),
    "(default)",
  ]);
  ctx.out(table(["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"], rows));
}

export function images(ctx: Context, client: Client, f: Flags): void {
  const [filter] = f.args;
  const rows: string[][] = [];
  for (const image of client.images()) {
    const tags =
      image.repoTags.length > 0 ? image.repoTags : [`${image.repoDigests[0]?.split("@")[0] ?? "<none>"}`];
    for (const full of tags) {
      if (filter && !full.includes(filter)) continue;
      if (f.bool("quiet")) {
        ctx.out(`${image.id}\n`);
        continue;
      }
      const { image: name, tag } = splitTag(full);
      const digest = image.repoDigests[0]?.split("@")[1] ?? "<none>";
      rows.push([
        name,
        tag,
        ...(f.bool("digests") ? [shortId(digest, f.bool("no-trunc"))] : []),
        shortId(image.id, f.bool("no-trunc")),
        size(image.sizeBytes),
        ...(f.bool("pinned") ? [String(image.pinned ?? false)] : []),
      ]);
    }
  }
  if (f.bool("quiet")) return;
  rows.sort((a, b) => (`${a[0]}:${a[1]}` < `${b[0]}:${b[1]}` ? -1 : 1));
  ctx.out(
    table(
      [
        "IMAGE",
        "TAG",
        ...(f.bool("digests") ? ["DIGEST"] : []),
        "IMAGE ID",
        "SIZE",
        ...(f.bool("pinned") ? ["PINNED"] : []),
      ],
      rows,
    ),
  );
}

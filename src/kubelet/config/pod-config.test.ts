import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { createNodeWorld, MANIFESTS } from "../testing/node-world.ts";
import { decodeSinglePod } from "./manifest.ts";
import { type KnownPod, mergePods } from "./merge.ts";

const pod = (uid: string, more: object = {}): Pod => ({
  metadata: { name: uid, namespace: "d", uid },
  spec: { containers: [{ name: "c" }] },
  ...more,
});
const first = { firstSet: true, seenAt: "2026-01-05T09:00:00Z" };
const rules = { setDefaults: (p: Pod) => p, validate: () => [] };
const decode = (text: string, source = "/m/a.yaml") =>
  decodeSinglePod(text, { from: "file", source, nodeName: "N1" }, rules);
const YAML = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: i}]}\n";

/** What is known after a merge. */
function merged(before: ReadonlyMap<string, KnownPod>, set: readonly Pod[], options = first) {
  const result = mergePods(before, set, "api", options);
  const known = new Map(before);
  for (const uid of result.gone) known.delete(uid);
  for (const [uid, row] of result.changed) known.set(uid, row);
  return { ...result, known };
}

describe("merging a source's set", () => {
  it("keeps a pod that the set shows unchanged as it is", () => {
    const shown = pod("a");
    const before = merged(new Map(), [shown]).known;
    const { changed, updates } = merged(before, [shown], { ...first, firstSet: false });
    expect(updates).toEqual([]);
    expect(changed.size).toBe(0);
  });

  it("does not see a change of finalizers", () => {
    const before = merged(new Map(), [pod("a")]).known;
    const changed = pod("a", { metadata: { name: "a", namespace: "d", uid: "a", finalizers: ["x/y"] } });
    expect(merged(before, [changed], { ...first, firstSet: false }).updates).toEqual([]);
  });

  it("finds the same changes in whatever order the pods are known", () => {
    const pods = fc.array(
      fc.record({
        uid: fc.constantFrom("a", "b", "c", "d"),
        name: fc.constantFrom("a", "b", "c", "d", "e"),
        image: fc.constantFrom("i", "j"),
        phase: fc.constantFrom("Pending", "Running"),
      }),
      { maxLength: 5 },
    );
    // The same object stands for the same pod unchanged, as a watch's cache has it.
    const seen = new Map<string, Pod>();
    const podOf = (shape: { uid: string; name: string; image: string; phase: string }): Pod => {
      const key = JSON.stringify(shape);
      const { uid, name, image, phase } = shape;
      const made = seen.get(key) ?? {
        metadata: { name, namespace: "d", uid },
        spec: { containers: [{ name: "c", image }] },
        status: { phase },
      };
      seen.set(key, made);
      return made;
    };
    fc.assert(
      fc.property(fc.array(pods, { maxLength: 8 }), (sets) => {
        let known: ReadonlyMap<string, KnownPod> = new Map();
        for (const set of sets.map((shapes) => shapes.map(podOf))) {
          const backwards = new Map([...known].reverse());
          const one = merged(known, set);
          const other = merged(backwards, set);
          const sorted = ({ updates }: typeof one) =>
            updates.map(({ op, pods: list }) => [op, list.map((p) => JSON.stringify(p)).sort()]);
          expect(sorted(one)).toEqual(sorted(other));
          expect(Object.fromEntries(one.known)).toEqual(Object.fromEntries(other.known));
          expect(one.duplicates).toEqual(other.duplicates);
          known = one.known;
        }
      }),
    );
  });

  it("keeps the time of the first sight over an update", () => {
    const before = merged(new Map(), [pod("a")]).known;
    const changed = pod("a", { spec: { containers: [{ name: "c", image: "new" }] } });
    const { updates } = merged(before, [changed], {
      firstSet: false,
      seenAt: "2027-01-01T00:00:00Z",
    });
    expect(updates[0]?.op).toBe("UPDATE");
    expect(updates[0]?.pods[0]?.metadata?.annotations?.["kubernetes.io/config.seen"]).toBe(
      "2026-01-05T09:00:00Z",
    );
  });
});

describe("a manifest", () => {
  it("gets a UID from its content, its path and the node", () => {
    const [one, other, elsewhere] = [
      decode(YAML),
      decode(YAML.replace("image: i", "image: j")),
      decode(YAML, "/m/b.yaml"),
    ];
    if (!one.ok || !other.ok || !elsewhere.ok) throw new Error("not decoded");
    expect(one.pod.metadata?.uid).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set([one, other, elsewhere].map((d) => d.pod.metadata?.uid)).size).toBe(3);
    expect(decode(YAML)).toEqual(one);
    expect(one.pod.metadata?.name).toBe("web-n1");
  });

  it("must hold a pod", () => {
    expect(decode("kind: Pod\nmetadata: {name: x}")).toMatchObject({
      ok: false,
      parsed: false,
      error: expect.stringMatching(/^Object 'apiVersion' is missing in /),
    });
    expect(decode(": : :")).toMatchObject({ ok: false, parsed: false });
  });
});

describe("the static pod directory", () => {
  it("ignores hidden files, keeps a pod whose file breaks until the next list, and drops it then", () => {
    const world = createNodeWorld({
      config: { fileCheckFrequencyMs: 20_000 },
      manifests: { ".hidden.yaml": YAML, "web.yaml": YAML },
    });
    const names = (): string[] => world.kubelet.podManager.pods().map((p) => p.metadata?.name ?? "");
    world.run(21_000);
    expect(names()).toEqual(["web-node-1"]);
    world.host.fs.write(`${MANIFESTS}/web.yaml`, "kind: [broken");
    world.run(21_100);
    expect(names()).toEqual(["web-node-1"]);
    expect(world.records("config.BadManifest")[0]?.data["path"]).toBe(`${MANIFESTS}/web.yaml`);
    world.run(45_000);
    expect(names()).toEqual([]);
  });
});

import { applyDefaultImageTag } from "../../../api/image-reference.ts";
import type { Container, Pod } from "../../../api/types.ts";
import type { RuntimeImage } from "../../../cri/contract.ts";
import type { PullCredential } from "../../../kubelet/images/credentials.ts";
import { evalCRIPullErr } from "../../../kubelet/images/ensure-image-exists.ts";
import type { ImageGcOperation } from "../../../kubelet/images/image-gc.machine.ts";
import { type ImageGcPolicy, validateImageGcPolicy } from "../../../kubelet/images/image-gc.ts";
import { createImageGc, type ImageGcAnswer } from "../../../kubelet/images/image-gc-manager.ts";
import { createImageManager } from "../../../kubelet/images/image-manager.ts";
import type { StartError } from "../../../kubelet/types.ts";
import type { ReplyTo } from "../../../sim/types.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";
import { failed, ok, stubKubelet } from "./runtime-stub.ts";

type Given = any;

const image = (id: string): RuntimeImage => ({ id, repoTags: [], repoDigests: [], sizeBytes: 1 });

function podWith(uid: string): Pod {
  return { metadata: { name: "pod", namespace: "test-ns", uid }, spec: { containers: [] } } as Pod;
}

function credentialsOf(given: Given): PullCredential[] {
  const { secrets = [], serviceAccount, node } = given ?? {};
  const own: PullCredential[] = [
    ...secrets.map((s: Given) => ({
      username: "u",
      password: "p",
      hash: s.uid,
      source: { kind: "secret", ...s },
    })),
    ...(serviceAccount
      ? [{ username: "u", password: "p", hash: "", source: { kind: "serviceAccount", ...serviceAccount } }]
      : []),
  ];
  return node ? [{ username: "u", password: "p", hash: "" }, ...own] : own;
}

/** What the vector's pull manager answers: the pod may use the image with a credential listed for it, by its coordinates. */
function mustAttempt(given: Given): ((image: string, own: readonly PullCredential[]) => boolean) | undefined {
  if (!given || given.allowAll) return () => false;
  return (image, own) => {
    const listed = (kind: string, allowed: Given[] | null | undefined) =>
      own.some(
        ({ source }) =>
          source?.kind === kind && allowed?.some((a) => matches(coordinates(a), source) === true),
      );
    return !(
      listed("secret", given.allowedSecrets?.[image]) ||
      listed("serviceAccount", given.allowedServiceAccounts?.[image])
    );
  };
}

function coordinates({ namespace = "", name = "", uid = "" }: Given): Given {
  return { namespace, name, uid };
}

function pullSteps(given: Given): unknown {
  const local = new Set<string>(given.localImages ?? []);
  const waiting: ReplyTo[] = [];
  let asked = 0;
  const { sim, k, events, calls } = stubKubelet(
    (rpc, request, reply) => {
      if (rpc === "ImageStatus") {
        if (given.inspectError) return failed(given.inspectError);
        return ok<"ImageStatus">({ image: local.has(request.image) ? image(request.image) : null });
      }
      if (given.parallel) {
        waiting.push(reply);
        return null;
      }
      if (given.pullError) return failed(given.pullError);
      local.add(request.image);
      return ok<"PullImage">({ imageRef: request.image, sizeBytes: 1 });
    },
    {
      registryPullQps: given.qps ?? 0,
      registryBurst: given.burst ?? 0,
      featureGates: given.featureGates ?? {},
      ...(given.parallel
        ? { serializeImagePulls: false, maxParallelImagePulls: given.parallel.maxParallelImagePulls }
        : {}),
    },
  );
  const backoff = given.backoff ?? { initialSeconds: 10, maxSeconds: 300 };
  const manager = createImageManager(k, {
    credentials: () => credentialsOf(given.podCredentials),
    backoff: { initialMs: backoff.initialSeconds * 1000, maxMs: backoff.maxSeconds * 1000 },
    mustAttemptImagePull: mustAttempt(given.pullManager),
  });
  let answer: { error?: StartError; image?: unknown } = {};
  sim.component("test", (event) => {
    answer = event as unknown as typeof answer;
  });
  const ask = (pod: Pod, policy: string): void => {
    const container = { name: "c", image: given.image ?? "image", imagePullPolicy: policy } as Container;
    manager.ensureImageExists(pod, container, { pod }, { to: "test", event: { type: "done" } });
  };

  if (given.parallel) {
    return (given.parallel.steps ?? []).map((step: Given) => {
      for (let i = 0; i < (step.request ?? 0); i++) ask(podWith(`pod-${asked++}`), "Always");
      sim.run({ until: sim.now });
      for (let i = 0; i < (step.unblock ?? 0); i++) {
        const reply = waiting.shift();
        if (reply) sim.reply(reply, { result: ok<"PullImage">({ imageRef: "image", sizeBytes: 1 }) });
        sim.run({ until: sim.now });
      }
      return { pullImageCalls: calls.filter((c) => c.rpc === "PullImage").length };
    });
  }
  return (given.steps ?? []).map((step: Given) => {
    sim.run({ until: sim.now + (step.advanceSeconds ?? 0) * 1000 });
    events.length = 0;
    calls.length = 0;
    answer = {};
    ask(podWith("pod"), given.imagePullPolicy);
    sim.run({ until: sim.now });
    const started = events.some((e) => e.reason === "Pulling");
    let pulled = false;
    return {
      error: answer.error?.reason ?? null,
      runtimeCalls: calls
        // One request is one call there, however many credentials are tried.
        .filter((c, i) => c.rpc !== "PullImage" || calls[i - 1]?.rpc !== "PullImage")
        .map((c) => {
          if (c.rpc === "PullImage") pulled = true;
          if (c.rpc !== "ImageStatus") return c.rpc;
          return pulled ? "GetImageSize" : "GetImageRef";
        }),
      events: events.map((e) => e.reason),
      message: answer.error?.message ?? "",
      eventMessage: events.at(-1)?.message,
      pullStarted: started,
      pullFinished: started && !answer.error,
    };
  });
}

/** `messageContains` is asked of the message. */
function withMessages(expected: unknown, actual: any): any {
  if (Array.isArray(expected) && Array.isArray(actual))
    return actual.map((a, i) => withMessages(expected[i], a));
  const want = (expected as { messageContains?: string } | undefined)?.messageContains;
  if (want === undefined || !actual?.message?.includes(want)) return actual;
  return { ...actual, messageContains: want };
}

function gcSteps(given: Given): unknown {
  const policy: ImageGcPolicy = {
    highThresholdPercent: given.policy?.highThresholdPercent ?? 0,
    lowThresholdPercent: given.policy?.lowThresholdPercent ?? 0,
    minAgeMs: (given.policy?.minAgeSeconds ?? 0) * 1000,
    maxAgeMs: (given.policy?.maxAgeSeconds ?? 0) * 1000,
  };
  if (given.op === "policy") return { error: validateImageGcPolicy(policy) };
  let images: RuntimeImage[] = [];
  let inUse: string[] = [];
  let fs: Given;
  const { sim, k, events } = stubKubelet((rpc, request) => {
    switch (rpc) {
      case "ListImages":
        return ok<"ListImages">({ images });
      case "ListContainers":
        return ok<"ListContainers">({ containers: inUse.map((imageId) => ({ imageId })) as never });
      case "RemoveImage":
        images = images.filter((i) => i.id !== request.image);
        return ok<"RemoveImage">({});
      default:
        if (fs?.error) return failed(fs.error);
        return ok<"ImageFsInfo">({ usedBytes: 0, inodesUsed: 0, capacityBytes: 0 });
    }
  });
  const gc = createImageGc(k, {
    policy,
    beganMs: () => 0,
    imageFs: () => ({ capacityBytes: fs?.capacityBytes ?? 0, availableBytes: fs?.availableBytes ?? 0 }),
  });
  let answer: ImageGcAnswer = { error: null, freed: 0, removed: [] };
  sim.component("test", (event) => {
    answer = event as unknown as ImageGcAnswer;
  });
  return (given.steps ?? []).map((step: Given) => {
    sim.run({ until: sim.now + (step.advanceSeconds ?? 0) * 1000 });
    if (step.images)
      images = step.images.map((i: Given) => ({
        ...image(i.id ?? ""),
        sizeBytes: i.size ?? 0,
        pinned: i.pinned === true,
      }));
    inUse = step.inUse ?? inUse;
    fs = step.fs ?? fs;
    events.length = 0;
    gc.run(operationOf(step), { to: "test", event: { type: "done" } });
    sim.run({ until: sim.now });
    return {
      error: answer.error,
      freed: answer.freed,
      removed: answer.removed,
      left: images.map((i) => i.id),
      events: events.map((e) => `${e.type} ${e.reason} ${e.message}`),
      records: Object.fromEntries(
        Object.entries(gc.records()).map(([id, r]) => [
          id,
          { firstDetected: seconds(r.firstDetected), lastUsed: seconds(r.lastUsed) },
        ]),
      ),
    };
  });
}

function operationOf(step: Given): ImageGcOperation {
  switch (step.op) {
    case "detectInitial":
      return { kind: "detect", initial: true };
    case "detect":
      return { kind: "detect" };
    case "freeSpace":
      return { kind: "freeSpace", bytesToFree: step.bytesToFree ?? 0 };
    case "deleteUnused":
      return { kind: "deleteUnused" };
    default:
      return { kind: "collect" };
  }
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

/** Expectations of a case's steps, where it has some. */
function expectationOf(given: Given, expect: unknown): unknown {
  const steps = given.parallel?.steps ?? given.steps;
  return steps ? steps.map((step: Given) => step.expect ?? {}) : expect;
}

export const imageAdapters: Record<string, Adapter> = {
  "image-pull": {
    run: (given) => {
      if (given.applyDefaultTag !== undefined) {
        const named = applyDefaultImageTag(given.applyDefaultTag);
        return named.ok ? { image: named.image } : { error: named.error };
      }
      if (!given.pullErrorOnly) return pullSteps(given);
      const { image: name, error } = given.pullErrorOnly;
      const { reason, message } = evalCRIPullErr(name ?? "", error ?? "");
      return { error: reason, message };
    },
    compare: (expect, actual, given) => {
      const wanted = expectationOf(given, expect);
      const shown = withMessages(wanted, actual);
      return { ok: matches(wanted, shown), actual: shown };
    },
  },
  "image-gc": { run: gcSteps, sets: ["*.removed", "*.left"] },
};

/** The image manager: who may use which image, and the pulls of the node (pkg/kubelet/images/image_manager.go). */
import { applyDefaultImageTag } from "../../api/image-reference.ts";
import type { Container, EphemeralContainer, Pod } from "../../api/types.ts";
import { MachineTable } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { EventTarget, ImageManager, Kubelet } from "../contract.ts";
import {
  type BackoffEntry,
  hasExpired,
  isInBackOffSinceUpdate,
  nextBackoff,
} from "../kuberuntime/backoff.ts";
import { podObject, type StartError } from "../types.ts";
import { lookupCredentials, type PullCredential } from "./credentials.ts";
import {
  alreadyPresent,
  backOffPulling,
  evalCRIPullErr,
  IMAGE_BACKOFF,
  type ImageEvent,
  imageBackoffKey,
  inspectFailed,
  invalidImageName,
  neverPull,
  pullErrorText,
  pulled,
  pullFailed,
  pulling,
  pullPolicy,
} from "./ensure-image-exists.ts";
import { createImageGc, type ImageGc } from "./image-gc-manager.ts";
import { mustAttemptImagePull, type PulledRecord, recordImagePulled } from "./pull-manager.ts";
import { type PullContext, type PullEvent, pullerMachine } from "./puller.machine.ts";
import { type TokenBucket, tryAccept } from "./rate-limit.ts";

/** Pulls under way and waiting, by key of their machine, in order. */
interface PullQueue {
  readonly running: readonly string[];
  readonly waiting: readonly string[];
  readonly next: number;
}

type MustAttemptImagePull = (image: string, podCredentials: readonly PullCredential[]) => boolean;

export interface ImageManagerOptions {
  /** Credentials of a pod for an image; by default out of its pull secrets. */
  readonly credentials?: (pod: Pod, image: string) => readonly PullCredential[];
  readonly backoff?: { readonly initialMs: number; readonly maxMs: number };
  /** Whether a pod has to pull an image that is present; by default out of the records of how images were pulled. */
  readonly mustAttemptImagePull?: MustAttemptImagePull | undefined;
}

export interface KubeletImageManager extends ImageManager {
  readonly gc: ImageGc;
}

export function createImageManager(k: Kubelet, options: ImageManagerOptions = {}): KubeletImageManager {
  const { sim } = k;
  const name = `${k.nodeName}/images`;
  const queue = sim.cell<PullQueue>(`${name}/queue`, { running: [], waiting: [], next: 1 });
  const backoffs = sim.table<BackoffEntry>(`${name}/backoff`);
  const lastErrors = sim.table<StartError>(`${name}/last-error`);
  const bucket = sim.cell<TokenBucket | undefined>(`${name}/rate`, undefined);
  // These two are files on disk: they outlive the process.
  const records = sim.table<PulledRecord>(`${name}/pulled`);
  const intents = sim.table<number>(`${name}/pulling`);
  const backoffConfig = options.backoff ?? IMAGE_BACKOFF;
  const credentials = options.credentials ?? podCredentials;
  // An image that is gone leaves no record of who pulled it.
  const gc = createImageGc(k, { onRemoved: (id) => records.delete(id) });

  const machines: MachineTable<PullContext, PullEvent & SimEvent> = new MachineTable(
    sim,
    `${name}/puller`,
    pullerMachine,
    {
      inspect: ({ context, key, raise }) => {
        if (pullPolicy(context.container) === "Always") raise({ type: "pullNeeded" });
        else
          k.cri.call(
            "ImageStatus",
            { image: context.image },
            { to: machines.name, key, event: { type: "inspected" } },
            about(context),
          );
      },
      judgePresence: ({ context, event, raise }) => {
        const { result } = event as PullEvent & { type: "inspected" };
        if (!result.ok) return refuse(context, inspectFailed(result.error), raise);
        const present = result.value.image ?? undefined;
        const never = pullPolicy(context.container) === "Never";
        if (!present && never) return refuse(context, neverPull(context.requested), raise);
        if (!present) return void raise({ type: "pullNeeded" });
        const verify = k.config.featureGates["KubeletEnsureSecretPulledImages"] !== false;
        if (verify && mustPull(context, present.id)) {
          if (never) return refuse(context, neverPull(context.requested), raise);
          raise({ type: "pullNeeded" });
          return { present };
        }
        say(context, alreadyPresent(context.requested, verify));
        answer(context, { imageRef: present.id, image: present });
        raise({ type: "usable" });
        return { present };
      },
      checkBackOff: ({ context, raise }) => {
        const key = imageBackoffKey(context.pod, context.requested);
        if (isInBackOffSinceUpdate(backoffConfig, backoffs.get(key), sim.now)) {
          const held = backOffPulling(context.requested, lastErrors.get(key));
          say(context, held.event);
          answer(context, { error: held.error });
          raise({ type: "heldBack" });
          return undefined;
        }
        lastErrors.delete(key);
        intents.set(context.requested, (intents.get(context.requested) ?? 0) + 1);
        say(context, pulling(context.requested));
        raise({ type: "wait" });
        return { requestedAt: sim.now };
      },
      enqueue: ({ key }) => {
        queue.update((q) => ({ ...q, waiting: [...q.waiting, key] }));
        startWaiting();
      },
      pull: ({ context, key }) => {
        const reply: ReplyTo = { to: machines.name, key, event: { type: "answer" } };
        // The limit counts requests; the credentials of one are tried without asking it again.
        if (context.attempt === 0 && !takeToken()) {
          sim.reply(reply, { result: { ok: false, error: { code: "Unknown", desc: "pull QPS exceeded" } } });
        } else {
          const { name = "", namespace = "", uid = "" } = context.pod.metadata ?? {};
          const used = context.credentials[context.attempt];
          const auth = used
            ? { secret: used.source?.name ?? "", username: used.username, password: used.password }
            : undefined;
          const request = { image: context.image, pod: { name, namespace, uid }, ...(auth ? { auth } : {}) };
          k.cri.call("PullImage", request, reply, about(context));
        }
        return context.attempt === 0 ? { pullStartedAt: sim.now } : undefined;
      },
      judgePull: ({ context, event, raise }) => {
        const { result } = event as PullEvent & { type: "answer" };
        if (result.ok) {
          raise({ type: "pulled" });
          return { imageRef: result.value.imageRef };
        }
        const errors = [...context.errors, pullErrorText(result.error)];
        if (context.attempt + 1 < context.credentials.length) {
          raise({ type: "nextCredential" });
          return { errors, attempt: context.attempt + 1 };
        }
        fail(context, errors.length === 1 ? (errors[0] as string) : `[${errors.join(", ")}]`);
        raise({ type: "failed" });
        return { errors };
      },
      readSize: ({ context, key }) => {
        k.cri.call(
          "ImageStatus",
          { image: context.image },
          { to: machines.name, key, event: { type: "sized" } },
          about(context),
        );
      },
      finish: ({ context, event }) => {
        const { result } = event as PullEvent & { type: "sized" };
        const image = result.ok ? (result.value.image ?? undefined) : undefined;
        const took = sim.now - context.pullStartedAt;
        say(context, pulled(context.requested, took, sim.now - context.requestedAt, image?.sizeBytes ?? 0));
        const ref = image?.id ?? context.imageRef;
        records.set(
          ref,
          recordImagePulled(records.get(ref), context.requested, context.credentials[context.attempt]),
        );
        endIntent(context.requested);
        for (const [key, entry] of [...backoffs])
          if (hasExpired(backoffConfig, entry, sim.now)) backoffs.delete(key);
        answer(context, { imageRef: ref, ...(image ? { image } : {}) });
      },
      leaveQueue: ({ key }) => {
        queue.update((q) => ({ ...q, running: q.running.filter((other) => other !== key) }));
        startWaiting();
      },
    },
  );

  /** Pulls at a time: one, or as many as the configuration allows; less than one means no limit. */
  const { maxParallelImagePulls: most } = k.config;
  const limit = k.config.serializeImagePulls ? 1 : most && most >= 1 ? most : Number.POSITIVE_INFINITY;

  function takeToken(): boolean {
    const taken = tryAccept(
      bucket.get(),
      { qps: k.config.registryPullQps, burst: k.config.registryBurst },
      sim.now,
    );
    bucket.set(taken.bucket);
    return taken.ok;
  }

  function startWaiting(): void {
    for (;;) {
      const q = queue.get();
      const [first, ...rest] = q.waiting;
      if (first === undefined || q.running.length >= limit) return;
      queue.set({ ...q, running: [...q.running, first], waiting: rest });
      machines.send(first, { type: "turn" });
    }
  }

  function podCredentials(pod: Pod, image: string): readonly PullCredential[] {
    const namespace = pod.metadata?.namespace ?? "";
    const secrets = (pod.spec?.imagePullSecrets ?? []).flatMap((ref) => {
      const found = ref.name ? k.objects.secret(namespace, ref.name) : undefined;
      return found?.ok ? [found.value] : [];
    });
    return secrets.length === 0 ? [] : lookupCredentials(image, secrets);
  }

  function mustPull(context: PullContext, imageId: string): boolean {
    if (options.mustAttemptImagePull)
      return options.mustAttemptImagePull(context.requested, context.credentials);
    return mustAttemptImagePull({
      image: context.requested,
      record: records.get(imageId),
      intent: (intents.get(context.requested) ?? 0) > 0,
      podCredentials: context.credentials,
    });
  }

  function fail(context: PullContext, text: string): void {
    const key = imageBackoffKey(context.pod, context.requested);
    say(context, pullFailed(context.requested, text));
    backoffs.set(key, nextBackoff(backoffConfig, backoffs.get(key), sim.now, sim.now));
    const error = evalCRIPullErr(context.requested, text);
    lastErrors.set(key, error);
    endIntent(context.requested);
    answer(context, { error });
  }

  function endIntent(image: string): void {
    const left = (intents.get(image) ?? 1) - 1;
    if (left > 0) intents.set(image, left);
    else intents.delete(image);
  }

  function refuse(
    context: PullContext,
    why: { event: ImageEvent; error: StartError },
    raise: (event: PullEvent) => void,
  ): void {
    say(context, why.event);
    answer(context, { error: why.error });
    raise({ type: "refused" });
  }

  function say(context: Pick<PullContext, "target">, event: ImageEvent): void {
    k.events.event(context.target, event.type, event.reason, event.message);
  }

  function answer(context: Pick<PullContext, "reply">, fields: Readonly<Record<string, unknown>>): void {
    sim.reply(context.reply, fields);
  }

  function about(context: PullContext): { data: Record<string, unknown> } {
    return { data: { pod: podObject(context.pod), container: context.container.name, image: context.image } };
  }

  return {
    gc,
    ensureImageExists(
      pod: Pod,
      container: Container | EphemeralContainer,
      target: EventTarget,
      reply: ReplyTo,
    ): void {
      const requested = container.image ?? "";
      const named = applyDefaultImageTag(requested);
      if (!named.ok) {
        const why = invalidImageName(requested, named.error);
        say({ target }, why.event);
        answer({ reply }, { error: why.error });
        return;
      }
      const n = queue.get().next;
      queue.update((q) => ({ ...q, next: n + 1 }));
      const input: PullContext = {
        pod,
        container,
        target,
        reply,
        requested,
        image: named.image,
        credentials: credentials(pod, named.image),
        attempt: 0,
        errors: [],
        requestedAt: sim.now,
        pullStartedAt: sim.now,
        imageRef: "",
      };
      machines.start(String(n), input);
    },
    imageList: () => gc.imageList(),
    deleteUnusedImages: (reply) => gc.run({ kind: "deleteUnused" }, reply),
    start(opts) {
      gc.start(opts);
    },
    stop() {
      for (const key of [...machines.keys()]) machines.stop(key);
      queue.update((q) => ({ running: [], waiting: [], next: q.next }));
      for (const table of [backoffs, lastErrors]) for (const key of [...table.keys()]) table.delete(key);
      bucket.set(undefined);
      gc.stop();
    },
  };
}

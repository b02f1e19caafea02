/** Collects unused images, and keeps the list of images that the node status shows. */
import type { RuntimeImage } from "../../cri/contract.ts";
import { MachineTable } from "../../sim/index.ts";
import type { Ms, ReplyTo, SimEvent } from "../../sim/types.ts";
import type { Kubelet, Lifecycle } from "../contract.ts";
import { pullErrorText } from "./ensure-image-exists.ts";
import {
  type ImageGcContext,
  type ImageGcEvent,
  type ImageGcOperation,
  imageGcMachine,
} from "./image-gc.machine.ts";
import {
  detectImages,
  freeableImages,
  freeOldImagesError,
  freeSpaceError,
  type ImageGcPolicy,
  type ImageRecords,
  imagesInEvictionOrder,
  insufficientSpace,
  oldImages,
  spaceToFree,
} from "./image-gc.ts";

const DETECT_PERIOD_MS: Ms = 300_000;
const COLLECT_PERIOD_MS: Ms = 300_000;
const LIST_PERIOD_MS: Ms = 30_000;

/** What a pass answers with. */
export interface ImageGcAnswer {
  readonly error: string | null;
  readonly freed: number;
  readonly removed: readonly string[];
}

export interface ImageGc extends Required<Lifecycle> {
  /** Starts a pass; the answer is an `ImageGcAnswer`. */
  run(operation: ImageGcOperation, reply: ReplyTo | null): void;
  records(): ImageRecords;
  imageList(): readonly RuntimeImage[];
}

export interface ImageGcOptions {
  readonly policy?: ImageGcPolicy;
  readonly beganMs?: () => Ms;
  readonly onRemoved?: (imageId: string) => void;
  /** State of the file system that holds the images. */
  readonly imageFs?: () => { readonly capacityBytes: number; readonly availableBytes: number };
}

interface Loop {
  readonly list: readonly RuntimeImage[];
  readonly lastFailed: boolean;
  readonly passes: number;
}

export function createImageGc(k: Kubelet, options: ImageGcOptions = {}): ImageGc {
  const { sim } = k;
  const name = `${k.nodeName}/images/gc`;
  const records = sim.cell<ImageRecords>(`${name}/records`, {});
  const loop = sim.cell<Loop>(`${name}/loop`, { list: [], lastFailed: false, passes: 0 });
  const policy: ImageGcPolicy = options.policy ?? {
    highThresholdPercent: k.config.imageHighThresholdPercent,
    lowThresholdPercent: k.config.imageLowThresholdPercent,
    minAgeMs: k.config.imageMinimumGcAgeMs,
    maxAgeMs: 0,
  };
  const imageFs = options.imageFs ?? (() => k.host.stats.node().imagefs);
  const began = options.beganMs ?? (() => k.startedAt());

  const machines: MachineTable<ImageGcContext, ImageGcEvent & SimEvent> = new MachineTable(
    sim,
    `${name}/pass`,
    imageGcMachine,
    {
      listImages: ({ key }) =>
        k.cri.call("ListImages", {}, { to: machines.name, key, event: { type: "images" } }, { quiet: true }),
      takeImages: ({ context, event, raise }) => {
        const { result } = event as ImageGcEvent & { type: "images" };
        if (!result.ok) return finish(context, raise, pullErrorText(result.error));
        raise({ type: "listed" });
        return { images: result.value.images };
      },
      listContainers: ({ key }) =>
        k.cri.call(
          "ListContainers",
          {},
          { to: machines.name, key, event: { type: "containers" } },
          { quiet: true },
        ),
      detect: ({ context, event, raise }) => {
        const { result } = event as ImageGcEvent & { type: "containers" };
        if (!result.ok) return finish(context, raise, pullErrorText(result.error));
        const inUse = new Set(result.value.containers.map((c) => c.imageId));
        const { operation } = context;
        const detectTime = operation.kind === "detect" && operation.initial ? null : context.freeTime;
        records.set(detectImages(records.get(), context.images, inUse, detectTime, sim.now));
        if (operation.kind === "detect") return finish(context, raise, null);
        const candidates = imagesInEvictionOrder(records.get(), inUse);
        if (operation.kind === "collect") {
          raise({ type: "freeOld" });
          return { candidates, toRemove: oldImages(candidates, policy, context.freeTime, began()) };
        }
        raise({ type: "freeSpace" });
        const bytesToFree = operation.kind === "freeSpace" ? operation.bytesToFree : Number.MAX_SAFE_INTEGER;
        return { candidates, bytesToFree, toRemove: freeableImages(candidates, policy, context.freeTime) };
      },
      removeNextOld: ({ context, key, raise }) => {
        if (removeFirst(context, key)) return;
        if (context.errors.length > 0)
          return finish(context, raise, freeOldImagesError(policy.maxAgeMs, context.errors));
        raise({ type: "oldFreed" });
      },
      noteOldRemoved: ({ context, event, raise }) => {
        const patch = noteRemoved(context, event);
        raise({ type: "next" });
        return { ...patch, candidates: context.candidates.filter((c) => !patch.removed.includes(c.id)) };
      },
      readImageFs: ({ key }) =>
        k.cri.call(
          "ImageFsInfo",
          {},
          { to: machines.name, key, event: { type: "imageFs" } },
          { quiet: true },
        ),
      judgeSpace: ({ context, event, raise }) => {
        const { result } = event as ImageGcEvent & { type: "imageFs" };
        if (!result.ok) return finish(context, raise, pullErrorText(result.error));
        const fs = imageFs();
        const space = spaceToFree(policy, fs);
        if (space.error !== undefined) {
          k.events.event({ node: k.nodeName }, "Warning", "InvalidDiskCapacity", space.error);
          return finish(context, raise, space.error);
        }
        if (space.usagePercent < policy.highThresholdPercent) return finish(context, raise, null);
        raise({ type: "freeSpace" });
        return {
          bytesToFree: space.amountToFree,
          usagePercent: space.usagePercent,
          capacityBytes: fs.capacityBytes,
          freed: 0,
          toRemove: freeableImages(context.candidates, policy, context.freeTime),
        };
      },
      removeNext: ({ context, key, raise }) => {
        // At least one image goes, however little is asked for.
        const enough = context.freed > 0 && context.freed >= context.bytesToFree;
        if (!enough && removeFirst(context, key)) return;
        if (context.errors.length > 0) {
          return finish(context, raise, freeSpaceError(context.bytesToFree, context.freed, context.errors));
        }
        if (context.operation.kind !== "collect" || context.freed >= context.bytesToFree)
          return finish(context, raise, null);
        const message = insufficientSpace(context.usagePercent, context.capacityBytes, context.freed);
        k.events.event({ node: k.nodeName }, "Warning", "FreeDiskSpaceFailed", message);
        return finish(context, raise, message);
      },
      noteRemoved: ({ context, event, raise }) => {
        raise({ type: "next" });
        return noteRemoved(context, event);
      },
    },
  );

  /** Asks the runtime to remove the first image of the step; false when none is left. */
  function removeFirst(context: ImageGcContext, key: string): boolean {
    const [first] = context.toRemove;
    if (!first) return false;
    const reply: ReplyTo = { to: machines.name, key, event: { type: "imageRemoved" } };
    k.cri.call("RemoveImage", { image: first.id }, reply, { data: { image: first.id } });
    return true;
  }

  function noteRemoved(context: ImageGcContext, event: SimEvent) {
    const { result } = event as ImageGcEvent & { type: "imageRemoved" };
    const [first, ...rest] = context.toRemove;
    const { id = "", sizeBytes = 0 } = first ?? {};
    if (!result.ok) {
      return {
        toRemove: rest,
        removed: context.removed,
        freed: context.freed,
        errors: [...context.errors, pullErrorText(result.error)],
      };
    }
    const { [id]: _, ...others } = records.get();
    records.set(others);
    options.onRemoved?.(id);
    return {
      toRemove: rest,
      removed: [...context.removed, id],
      freed: context.freed + sizeBytes,
      errors: context.errors,
    };
  }

  function finish(context: ImageGcContext, raise: (event: ImageGcEvent) => void, error: string | null): void {
    const answer: ImageGcAnswer = { error, freed: context.freed, removed: context.removed };
    if (context.reply) sim.reply(context.reply, { ...answer });
    raise({ type: "finished" });
  }

  const gc: ImageGc = {
    run(operation, reply) {
      const { passes } = loop.get();
      loop.update((l) => ({ ...l, passes: l.passes + 1 }));
      const input: ImageGcContext = {
        operation,
        reply,
        freeTime: sim.now,
        images: [],
        candidates: [],
        toRemove: [],
        removed: [],
        errors: [],
        bytesToFree: 0,
        freed: 0,
        usagePercent: 0,
        capacityBytes: 0,
      };
      machines.start(String(passes), input);
    },
    records: () => records.get(),
    imageList: () => loop.get().list,
    start({ warm }) {
      const phase = (what: string, period: Ms): Ms =>
        warm ? Math.floor(sim.draw(`image-gc.${what}`, k.nodeName) * period) : 0;
      tick("detect", phase("detect", DETECT_PERIOD_MS));
      tick("list", warm ? 0 : phase("list", LIST_PERIOD_MS));
      if (policy.highThresholdPercent < 100 || policy.maxAgeMs > 0)
        tick("collect", phase("collect", COLLECT_PERIOD_MS));
    },
    stop() {
      sim.cancelAll({ to: name });
      for (const key of [...machines.keys()]) machines.stop(key);
      records.set({});
      loop.update((l) => ({ ...l, list: [], lastFailed: false }));
    },
  };

  function tick(what: "detect" | "list" | "collect", delayMs: Ms): void {
    sim.send({ to: name }, { type: what }, { delayMs, timer: what, cause: null });
  }

  sim.component(name, (event) => {
    switch (event.type) {
      case "detect":
        tick("detect", DETECT_PERIOD_MS);
        gc.run({ kind: "detect" }, null);
        return;
      case "list":
        tick("list", LIST_PERIOD_MS);
        k.cri.call("ListImages", {}, { to: name, event: { type: "list.answer" } }, { quiet: true });
        return;
      case "list.answer":
        if (!k.running() || !event["result"].ok) return;
        loop.update((l) => ({ ...l, list: bySize(event["result"].value.images) }));
        return;
      case "collect":
        tick("collect", COLLECT_PERIOD_MS);
        gc.run({ kind: "collect" }, { to: name, event: { type: "collected" } });
        return;
      case "collected": {
        const error = event["error"] as string | null;
        // A first failure may come from statistics that are not there yet: it is only logged.
        if (error !== null && loop.get().lastFailed)
          k.events.event({ node: k.nodeName }, "Warning", "ImageGCFailed", error);
        loop.update((l) => ({ ...l, lastFailed: error !== null }));
        return;
      }
    }
  });
  return gc;
}

function bySize(images: readonly RuntimeImage[]): RuntimeImage[] {
  return [...images].sort((a, b) => b.sizeBytes - a.sizeBytes);
}

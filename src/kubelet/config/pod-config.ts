/** PodConfig: the sources of pods, merged into one stream of changes (pkg/kubelet/config/config.go). */
import type { WatchMessage } from "../../api/contract.ts";
import { applyDefaults } from "../../api/defaults/index.ts";
import type { FileOp, HttpResult } from "../../node/contract.ts";
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { Kubelet, PodConfig } from "../contract.ts";
import type { Pod, PodSource } from "../types.ts";
import { formatPod } from "../types.ts";
import { createFileSource } from "./file-source.ts";
import { readBody, splitUrl } from "./http-source.ts";
import type { PodRules } from "./manifest.ts";
import { type KnownPod, mergePods } from "./merge.ts";
import { type SourceContext, type SourceEvent, sourceMachine } from "./source.machine.ts";
import { validateStaticPod } from "./validate.ts";

const RULES: PodRules = { setDefaults: (pod) => applyDefaults(pod), validate: validateStaticPod };
const HTTP_TIMEOUT_MS = 10_000;

interface Seen {
  /** Sources that have sent a set. */
  readonly seen: readonly PodSource[];
  /** Sources of which the loop has handled a message. */
  readonly handled: readonly PodSource[];
  readonly apiWatch: string | null;
  readonly lastBody: string | null;
}
const NOTHING: Seen = { seen: [], handled: [], apiWatch: null, lastBody: null };

export function createPodConfig(k: Kubelet): PodConfig {
  const { sim, nodeName, config } = k;
  const name = `${nodeName}/pod-config`;
  const state = sim.cell<Seen>(`${nodeName}/config`, NOTHING);
  const api = sim.table<Pod>(`${nodeName}/config/api`);
  const known = (source: PodSource) => sim.table<KnownPod>(`${nodeName}/config/known/${source}`);
  const directory = config.staticPodPath.replace(/\/+$/, "");
  const files = createFileSource(k, directory, RULES);
  const sources: readonly PodSource[] = [
    ...(directory ? (["file"] as const) : []),
    ...(config.staticPodUrl ? (["http"] as const) : []),
    "api",
  ];
  const warm = sim.cell<boolean>(`${nodeName}/config/warm`, false);

  /** A source's full set goes in; what changed goes to the loop. */
  function merge(source: PodSource, pods: readonly Pod[]): void {
    const { seen } = state.get();
    const firstSet = !seen.includes(source);
    if (firstSet) state.update((s) => ({ ...s, seen: [...s.seen, source] }));
    const rows = known(source);
    const seenAt = new Date(k.host.wallClock()).toISOString().replace(/\.?0+Z$/, "Z");
    const merged = mergePods(rows, pods, source, { firstSet, seenAt });
    for (const uid of merged.gone) rows.delete(uid);
    for (const [uid, row] of merged.changed) rows.set(uid, row);
    for (const pod of merged.duplicates) {
      const podName = pod.metadata?.name ?? "";
      const message = `Error validating pod ${formatPod(pod)} from ${source} due to duplicate pod name "${podName}", ignoring`;
      k.events.event({ pod }, "Warning", "FailedValidation", message);
    }
    for (const update of merged.updates) k.syncLoop.config(update);
  }

  function takeApi(watch: WatchMessage): void {
    const key = ({ metadata }: { metadata?: { namespace?: string; name?: string } }): string =>
      `${metadata?.namespace}/${metadata?.name}`;
    if (watch.type === "SYNCED") {
      for (const old of [...api.keys()]) api.delete(old);
      for (const pod of watch.objects as readonly Pod[]) api.set(key(pod), pod);
    } else if (watch.type === "DELETED") {
      api.delete(key(watch.object));
    } else {
      api.set(key(watch.object), watch.object as Pod);
    }
    merge("api", [...api.values()]);
  }

  function takeUrl(result: HttpResult): void {
    const answer = readBody(config.staticPodUrl, result, state.get().lastBody, nodeName, RULES);
    if (result.ok && result.response.body !== "")
      state.update((s) => ({ ...s, lastBody: result.response.body }));
    if ("pods" in answer) merge("http", answer.pods);
    if ("error" in answer && answer.error) {
      sim.record({
        from: k.id("pod-config"),
        to: k.id("pod-config"),
        type: "config.BadUrl",
        object: `node/${nodeName}`,
        data: { url: config.staticPodUrl, error: answer.error },
      });
    }
  }

  const told = (source: PodSource) => ({ to: name, key: source, event: { type: "TOLD" } });
  const effects: Record<string, Effect<SourceContext, SourceEvent>> = {
    tryStart({ key, raise }) {
      if (key !== "api" || warm.get() || k.objects.node()) raise({ type: "START" });
    },
    open({ key }) {
      if (key === "file") k.host.fs.watch(directory, told("file"));
      if (key !== "api") return;
      const apiWatch = k.api.watch({ kind: "Pod", fieldSelector: `spec.nodeName=${nodeName}` }, told("api"));
      state.update((s) => ({ ...s, apiWatch }));
    },
    read({ key }) {
      if (key === "file") merge("file", files.list());
      if (key !== "http") return;
      k.host.network.http({ ...splitUrl(config.staticPodUrl), timeoutMs: HTTP_TIMEOUT_MS }, told("http"));
    },
    take({ key, event }) {
      const message = event as { watch?: WatchMessage; path?: string; op?: FileOp; result?: HttpResult };
      if (key === "api" && message.watch) takeApi(message.watch);
      else if (key === "http" && message.result) takeUrl(message.result);
      else if (key === "file" && message.path !== undefined && message.op) {
        const pods = files.changed(message.path, message.op);
        if (pods) merge("file", pods);
      }
    },
  };
  const machine = new MachineTable<SourceContext, SourceEvent>(sim, name, sourceMachine, effects, {
    rootTimers: true,
  });

  return {
    allSourcesReady() {
      const { seen, handled } = state.get();
      return sources.every((source) => seen.includes(source) && handled.includes(source));
    },
    addSource(source) {
      if (!state.get().handled.includes(source))
        state.update((s) => ({ ...s, handled: [...s.handled, source] }));
    },
    start(options) {
      warm.set(options.warm);
      for (const source of sources) {
        const periodMs =
          source === "file"
            ? config.fileCheckFrequencyMs
            : source === "http"
              ? config.httpCheckFrequencyMs
              : 0;
        const phaseMs = options.warm
          ? Math.round(sim.draw(`config.${source}`, nodeName) * periodMs)
          : periodMs;
        machine.start(source, { periodMs, phaseMs });
      }
    },
    stop() {
      const { apiWatch } = state.get();
      if (apiWatch) k.api.unwatch(apiWatch);
      if (directory) k.host.fs.unwatch(directory, name);
      for (const source of sources) {
        machine.stop(source);
        for (const uid of [...known(source).keys()]) known(source).delete(uid);
      }
      for (const key of [...api.keys()]) api.delete(key);
      files.clear();
      state.set(NOTHING);
    },
  };
}

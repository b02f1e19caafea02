/** The reduced form of a recording that is shown beside the run that plays it. */
import { stringify } from "yaml";
import type { ContainerState, ContainerStatus, PodSpec } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { scenarioText } from "../serialize.ts";
import { adaptRecording, START_MS } from "./adapt.ts";
import { normalizeMessage } from "./compare-events.ts";
import { listOf, type RecordedStatus, type Recording } from "./recording.ts";
import type {
  Ghost,
  GhostContainer,
  GhostEntry,
  GhostEvent,
  GhostMoment,
  GhostPod,
  GhostSegment,
  GhostSegmentKind,
} from "./types.ts";

const ms = (seconds: number): Ms => START_MS + Math.round(seconds * 1000);

interface Look {
  readonly kind: GhostSegmentKind;
  readonly label: string;
}

const deleting = (s: RecordedStatus): boolean =>
  s.status?.deletionTimestamp !== undefined && s.status.deletionTimestamp !== null;
const finished = (s: RecordedStatus): boolean =>
  s.status?.phase === "Succeeded" || s.status?.phase === "Failed";

/** A container that has ended waits for its next start, unless the pod is finished or it never starts again. */
function lookOf(
  state: ContainerState | undefined,
  ready: boolean,
  status: RecordedStatus,
  again: boolean,
): Look {
  if (state?.running)
    return { kind: deleting(status) ? "terminating" : ready ? "ready" : "running", label: "" };
  if (state?.terminated) {
    if (again && !finished(status)) return { kind: "waiting", label: state.terminated.reason ?? "" };
    return {
      kind: state.terminated.exitCode === 0 ? "succeeded" : "failed",
      label: state.terminated.reason ?? "",
    };
  }
  const reason = state?.waiting?.reason ?? "";
  const beginning = reason === "" || reason === "ContainerCreating" || reason === "PodInitializing";
  return { kind: beginning ? "creating" : "waiting", label: beginning ? "" : reason };
}

function segmentsOf(looks: readonly (readonly [at: number, look: Look])[], end: Ms | null): GhostSegment[] {
  const out: { -readonly [K in keyof GhostSegment]: GhostSegment[K] }[] = [];
  for (const [at, look] of looks) {
    const last = out.at(-1);
    if (last && last.kind === look.kind && last.label === look.label) continue;
    if (last) last.to = ms(at);
    out.push({ ...look, from: ms(at), to: end });
  }
  return out.filter((s) => s.to === null || s.to > s.from);
}

type Seen = readonly (readonly [RecordedStatus, ContainerStatus])[];

/** Starts, exits and first readiness by the restart count; a life too short to be seen is known from the next one. */
function momentsOf(seen: Seen): GhostMoment[] {
  const out: GhostMoment[] = [];
  const last = seen.at(-1)?.[1].restartCount ?? 0;
  for (let nth = 0; nth <= last; nth++) {
    const add = (kind: GhostMoment["kind"], found: (c: ContainerStatus) => boolean): void => {
      const hit = seen.find(([, c]) => found(c));
      if (hit) out.push({ kind, nth, at: ms(hit[0].at) });
    };
    const count = (c: ContainerStatus): number => c.restartCount ?? 0;
    add(
      "started",
      (c) => count(c) > nth || (count(c) === nth && Boolean(c.state?.running ?? c.state?.terminated)),
    );
    add("ready", (c) => count(c) === nth && Boolean(c.state?.running) && c.ready);
    add("exited", (c) => count(c) > nth || (count(c) === nth && Boolean(c.state?.terminated)));
  }
  return out;
}

/** Whether a container is to be started again after such an exit, by the spec as it was submitted. */
function restarts(spec: PodSpec | undefined, name: string, code: number): boolean {
  const init = spec?.initContainers?.find((c) => c.name === name);
  const own = init ?? spec?.containers?.find((c) => c.name === name);
  // Of what was made by other means (files, templates that changed) the usual policy is assumed.
  if (spec && !own) return false;
  const policy = own?.restartPolicy ?? spec?.restartPolicy ?? "Always";
  if (init && init.restartPolicy !== "Always") return policy !== "Never" && code !== 0;
  return policy === "Always" || (policy === "OnFailure" && code !== 0);
}

/** Spec of a recorded pod: the submitted pod of that name, the only one, or a job's template. */
function specOf(recording: Recording, pod: string | undefined): PodSpec | undefined {
  const manifests = listOf(recording.manifest) as readonly {
    readonly kind?: string;
    readonly metadata?: { readonly name?: string };
    readonly spec?: PodSpec & { readonly template?: { readonly spec?: PodSpec } };
  }[];
  const pods = manifests.filter((m) => m.kind === "Pod");
  const found = pods.find((m) => m.metadata?.name === pod) ?? pods[0];
  return found?.spec ?? manifests.find((m) => m.spec?.template)?.spec?.template?.spec;
}

function containerOf(
  name: string,
  statuses: readonly RecordedStatus[],
  end: Ms | null,
  spec: PodSpec | undefined,
): GhostContainer {
  const seen: (readonly [RecordedStatus, ContainerStatus])[] = [];
  for (const s of statuses) {
    const all = [
      ...(s.status?.initContainerStatuses ?? []),
      ...(s.status?.containerStatuses ?? []),
      ...(s.status?.ephemeralContainerStatuses ?? []),
    ];
    const own = all.find((c) => c.name === name);
    if (own) seen.push([s, own]);
  }
  const last = seen.at(-1)?.[1].restartCount ?? 0;
  const looks = seen.map(([s, c], i) => {
    const resumes = seen.slice(i + 1).some(([, later]) => later.state?.running ?? later.state?.waiting);
    const wanted = !deleting(s) && restarts(spec, name, c.state?.terminated?.exitCode ?? 0);
    const again = (c.restartCount ?? 0) < last || resumes || wanted;
    return [s.at, lookOf(c.state, c.ready, s, again)] as const;
  });
  const first = statuses[0]?.at;
  const before: (readonly [number, Look])[] =
    first !== undefined && looks[0] && looks[0][0] > first ? [[first, { kind: "creating", label: "" }]] : [];
  return { name, segments: segmentsOf([...before, ...looks], end), moments: momentsOf(seen) };
}

function podLook(s: RecordedStatus): Look {
  const phase = s.status?.phase ?? "";
  const label = s.status?.reason ?? (phase === "Pending" ? "Pending" : "");
  if (finished(s)) return { kind: phase === "Failed" ? "failed" : "succeeded", label };
  if (deleting(s)) return { kind: "terminating", label };
  return { kind: phase === "Running" ? "running" : "creating", label };
}

/** One mark for each version of an event, as the simulated lane has them. */
function eventsOf(recording: Recording, pod: string | undefined): GhostEvent[] {
  return recording.events
    .filter((e) => e.pod === pod && e.at >= -0.5 && e.reason !== "CgroupV1" && e.reason !== "Starting")
    .map((e) => ({
      at: ms(e.at),
      warning: e.type === "Warning",
      reason: e.reason,
      message: normalizeMessage(e.message),
    }));
}

function podOf(recording: Recording, pod: string | undefined): GhostPod {
  const all = recording.statuses.filter((s) => s.pod === pod);
  const goneAt = all.find((s) => s.deleted)?.at;
  const statuses = all.filter((s) => !s.deleted && s.status !== undefined);
  const names = new Set(
    statuses.flatMap((s) =>
      [
        ...(s.status?.initContainerStatuses ?? []),
        ...(s.status?.containerStatuses ?? []),
        ...(s.status?.ephemeralContainerStatuses ?? []),
      ].map((c) => c.name),
    ),
  );
  // A pod of the same name that came again is a life of its own; its statuses follow the first one's end.
  const end = goneAt === undefined || statuses.some((s) => s.at > goneAt) ? null : ms(goneAt);
  return {
    name: pod ?? null,
    containers: [...names].map((name) => containerOf(name, statuses, end, specOf(recording, pod))),
    segments: segmentsOf(
      statuses.map((s) => [s.at, podLook(s)] as const),
      end,
    ),
    moments: end === null ? [] : [{ kind: "gone", nth: 0, at: end }],
    events: eventsOf(recording, pod),
  };
}

const idOf = (recording: Recording): string => recording.id.replace(/^golden\//, "");

/** What was submitted as YAML: the manifest, or where there was none what the actions brought. */
function manifestText(recording: Recording): string {
  const yaml = (object: unknown): string => (typeof object === "string" ? object : stringify(object));
  const brought = (recording.actions ?? []).flatMap(({ do: verb, args }): unknown[] => {
    if (verb === "create") return [args["object"]];
    if (verb !== "file" || typeof args["content"] !== "string") return [];
    const json = args["content"].trimStart().startsWith("{");
    return [json ? JSON.parse(args["content"]) : args["content"]];
  });
  const submitted = listOf(recording.manifest);
  return (submitted.length > 0 ? submitted : brought.slice(0, 1)).map(yaml).join("---\n");
}

/** A recording in the form in which the page shows it. */
export function ghostOf(recording: Recording): Ghost {
  const adapted = adaptRecording(recording);
  const pods = [...new Set(recording.statuses.map((s) => s.pod))];
  return {
    id: idOf(recording),
    describes: recording.describes,
    kubernetes: recording.kubernetes,
    from: START_MS,
    to: ms(recording.until),
    scenario: adapted.ok ? scenarioText(adapted.scenario) : null,
    manifest: manifestText(recording),
    missing: adapted.ok ? null : adapted.missing,
    pods: pods.map((pod) => podOf(recording, pod)),
  };
}

/** Its line in the list of recordings. */
export function ghostEntry(recording: Recording): GhostEntry {
  return { id: idOf(recording), describes: recording.describes, playable: adaptRecording(recording).ok };
}

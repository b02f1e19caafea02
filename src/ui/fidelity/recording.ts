/** The recording that the present run plays, if it plays one, and where recordings are fetched from. */
import { useMemo } from "react";
import { create } from "zustand";
import type { Ghost, GhostEntry } from "../../scenario/recordings/types.ts";
import { openShelf } from "../editor/files.ts";
import type { GhostLane, PodTrack } from "../timeline/model.ts";
import { lanesOf } from "./lanes.ts";

export const useRecording = create<{ readonly recording: Ghost | null }>(() => ({ recording: null }));

/** Lays a recording under the run, and what was submitted into the editor; null: the run plays none. */
export function showRecording(recording: Ghost | null): void {
  const before = useRecording.getState().recording;
  useRecording.setState({ recording });
  if (recording === null) {
    // A lesson that opens has put its own files there by now.
    if (before !== null) openShelf(null);
  } else
    openShelf({ id: "recording", files: [{ name: `${recording.id}.yaml`, text: recording.manifest }] }, true);
}

/** Runs of recordings go by this name in what is shared: `recordings/ID`. */
const SHARED = "recordings/";

export const sharedName = (id: string): string => `${SHARED}${id}`;

/** The recording that a shared run plays; undefined: it plays none, or one that is not here. */
export async function sharedRecording(name: string): Promise<Ghost | undefined> {
  if (!name.startsWith(SHARED)) return undefined;
  return fetchRecording(name.slice(SHARED.length)).catch(() => undefined);
}

/** A file that comes with the page; null when there is none. */
export async function fetchJson<T>(path: string): Promise<T | null> {
  const response = await fetch(`${import.meta.env.BASE_URL}${path}`);
  if (!response.ok) return null;
  // A server that answers every path with the page itself has no such file either.
  if (!(response.headers.get("content-type") ?? "").includes("json")) return null;
  return (await response.json()) as T;
}

export async function fetchRecording(id: string): Promise<Ghost> {
  const found = /^[\w.-]+$/.test(id) ? await fetchJson<Ghost>(`recordings/${id}.json`) : null;
  if (!found) throw new Error(`no recording ${id}`);
  return found;
}

export const fetchRecordings = async (): Promise<readonly GhostEntry[]> =>
  (await fetchJson<{ recordings: readonly GhostEntry[] }>("recordings/index.json"))?.recordings ?? [];

/** Lanes of the open recording, for pods that the run has by now. */
export function useRecordedLanes(pods: readonly PodTrack[]): readonly GhostLane[] {
  const recording = useRecording((s) => s.recording);
  const ids = pods.map((p) => p.id).join(" ");
  return useMemo(
    () => (recording ? lanesOf(recording, ids.split(" ").filter(Boolean)) : []),
    [recording, ids],
  );
}

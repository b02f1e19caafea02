/** What the share dialog and the strip above the diagram show; a run opened from a file waits here for its session. */
import { create } from "zustand";
import { go } from "../app/routes.ts";
import { setView, useView } from "../store/view.ts";
import { MAX_JSON_BYTES, type Read, readSharedRun, type SharedRun, type ShareProblem } from "./format.ts";

interface ShareState {
  /** Why the dialog is open: asked for, no leave to copy, or too long for a link. */
  readonly why: "asked" | "denied" | "long";
  /** What could not be opened. */
  readonly problem: ShareProblem | null;
  /** A file's name when the problem lies in a file. */
  readonly file: string | null;
  /** What the sender wrote, or that the scenario is not what it was. */
  readonly notice: { readonly notes?: string; readonly revised: boolean } | null;
}

export const useShare = create<ShareState>(() => ({
  why: "asked",
  problem: null,
  file: null,
  notice: null,
}));

/** The run of a file; it stays until another page is opened, so that "reload" begins it anew. */
let opened: SharedRun | null = null;

export const openedRun = (): SharedRun | null => opened;
export const forgetOpenedRun = (): void => {
  opened = null;
};

/** Opens a run from a file of this device. A file that does not fit leaves the present run as it is. */
export async function openRunFile(file: File): Promise<void> {
  const fail = (problem: ShareProblem): void => useShare.setState({ problem, file: file.name, notice: null });
  if (file.size > MAX_JSON_BYTES) return fail({ code: "too-large", args: { limit: MAX_JSON_BYTES } });
  const read: Read<SharedRun> = readSharedRun(await file.text());
  if (!read.ok) return fail(read.problem);
  opened = read.value;
  useShare.setState({ problem: null, file: file.name, notice: null });
  if (location.hash === "#/sandbox") setView({ run: useView.getState().run + 1 });
  else go({ page: "sandbox" });
}

/** Files that are runs, by name: what is dropped anywhere on the workbench under it is opened as one. */
export const isRunFile = (name: string): boolean => name.endsWith(".syncloop.json");

/** Asks for a file of this device and opens it. */
export function chooseRunFile(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json";
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) void openRunFile(file);
  };
  input.click();
}

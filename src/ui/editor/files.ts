/** The manifests that are open: several files, one in view, kept on this device where that is allowed. */
import { create } from "zustand";
import { load, save } from "../store/keep.ts";
import { STARTERS } from "./templates.ts";

export interface ManifestFile {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

export interface Files {
  readonly open: readonly ManifestFile[];
  readonly active: string;
  /** Closed ones, the last closed at the end. */
  readonly closed: readonly ManifestFile[];
}

/** Longest text that is handed to the editor, in characters: an API server takes no object of this size either. */
export const MAX_LENGTH = 1_048_576;
/** Texts beyond this are not written to the device. */
const MAX_KEPT = 1_500_000;
const MAX_CLOSED = 10;

const starters = (): Files => {
  const open = STARTERS.map(({ id, file, text }) => ({ id, name: file, text }));
  return { open, active: open[0]?.id ?? "", closed: [] };
};

const isFile = (f: unknown): f is ManifestFile => {
  const { id, name, text } = (f ?? {}) as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof name === "string" &&
    typeof text === "string" &&
    text.length <= MAX_LENGTH
  );
};

/** What was kept, as far as it can be read. */
export function restoreFiles(kept: unknown): Files {
  const { open, active, closed } = (kept ?? {}) as Record<string, unknown>;
  const files = Array.isArray(open) ? open.filter(isFile) : [];
  if (files.length === 0) return starters();
  const known = files.some((f) => f.id === active) ? String(active) : (files[0]?.id ?? "");
  return { open: files, active: known, closed: Array.isArray(closed) ? closed.filter(isFile) : [] };
}

/** `pod.yaml`, `pod-2.yaml`, … : a name no open file has. */
export function freeName(wanted: string, files: readonly ManifestFile[]): string {
  const taken = new Set(files.map((f) => f.name));
  if (!taken.has(wanted)) return wanted;
  const dot = wanted.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ""];
  for (let n = 2; ; n++) if (!taken.has(`${stem}-${n}${ending}`)) return `${stem}-${n}${ending}`;
}

const freeId = (files: Files): string => {
  const taken = new Set([...files.open, ...files.closed].map((f) => f.id));
  for (let n = 1; ; n++) if (!taken.has(`f${n}`)) return `f${n}`;
};

export function withNew(files: Files, name: string, text: string): Files {
  const file = { id: freeId(files), name: freeName(name, files.open), text };
  return { ...files, open: [...files.open, file], active: file.id };
}

/** Closes a file; its neighbour comes into view. The last one leaves an empty file behind. */
export function withoutFile(files: Files, id: string, emptyName: string): Files {
  const at = files.open.findIndex((f) => f.id === id);
  const file = files.open[at];
  if (!file) return files;
  const open = files.open.filter((f) => f.id !== id);
  const closed = file.text.trim() === "" ? files.closed : [...files.closed, file].slice(-MAX_CLOSED);
  const next = open[Math.min(at, open.length - 1)];
  if (!next) return withNew({ open, closed, active: "" }, emptyName, "");
  return { open, closed, active: files.active === id ? next.id : files.active };
}

/** The file closed last comes back. */
export function withRestored(files: Files): Files {
  const file = files.closed.at(-1);
  if (!file) return files;
  const named = { ...file, name: freeName(file.name, files.open) };
  return { open: [...files.open, named], closed: files.closed.slice(0, -1), active: file.id };
}

const change = (files: Files, id: string, part: Partial<ManifestFile>): Files => ({
  ...files,
  open: files.open.map((f) => (f.id === id ? { ...f, ...part } : f)),
});

/** Under which name the files are kept: those of a lesson stand beside the sandbox's. */
let shelf = "files";

export const useFiles = create<Files>(() => restoreFiles(load<unknown>("files", null)));

function keep(files: Files): void {
  const size = [...files.open, ...files.closed].reduce((sum, f) => sum + f.text.length, 0);
  if (size <= MAX_KEPT) save(shelf, files);
  else save(shelf, { ...files, open: files.open.filter((f) => f.text.length < 50_000), closed: [] });
}

let saving: ReturnType<typeof setTimeout> | undefined;
useFiles.subscribe((files) => {
  clearTimeout(saving);
  saving = setTimeout(() => {
    saving = undefined;
    keep(files);
  }, 400);
});
globalThis.addEventListener?.("pagehide", () => {
  if (saving !== undefined) keep(useFiles.getState());
});

const update = (next: (files: Files) => Files): void => useFiles.setState(next(useFiles.getState()), true);

/** Puts the present files away and takes those of a lesson, or the sandbox's own for null. `anew`: as they were given. */
export function openShelf(
  lesson: { readonly id: string; readonly files: readonly Omit<ManifestFile, "id">[] } | null,
  anew = false,
): void {
  const wanted = lesson ? `files.${lesson.id}` : "files";
  if (wanted === shelf && !anew) return;
  if (saving !== undefined) {
    clearTimeout(saving);
    saving = undefined;
    keep(useFiles.getState());
  }
  shelf = wanted;
  const kept = anew ? null : load<unknown>(shelf, null);
  if (lesson && kept === null) {
    const files = lesson.files.length > 0 ? lesson.files : [{ name: "pod.yaml", text: "" }];
    const open = files.map((f, i) => ({ ...f, id: `${lesson.id}-${i + 1}` }));
    useFiles.setState({ open, active: open[0]?.id ?? "", closed: [] }, true);
  } else useFiles.setState(restoreFiles(kept), true);
}

export const fileActions = {
  show: (id: string): void => update((f) => ({ ...f, active: id })),
  write: (id: string, text: string): void => update((f) => change(f, id, { text })),
  rename: (id: string, name: string): void =>
    update((f) => {
      const wanted = name.trim().slice(0, 80);
      if (wanted === "") return f;
      return change(f, id, {
        name: freeName(
          wanted,
          f.open.filter((o) => o.id !== id),
        ),
      });
    }),
  add: (name: string, text: string): void => update((f) => withNew(f, name, text)),
  close: (id: string): void => update((f) => withoutFile(f, id, "pod.yaml")),
  restore: (): void => update(withRestored),
};

export const activeFile = (files: Files): ManifestFile | undefined =>
  files.open.find((f) => f.id === files.active) ?? files.open[0];

/** Recordings on the disk. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "../../scenario/recordings/recording.ts";

/** A file, or the `*.json` of a folder by name; not of its subfolders. */
export function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((f) => f.endsWith(".json"))
    .sort()
    .map((f) => join(path, f));
}

const isRecording = (value: unknown): value is Recording =>
  value !== null &&
  typeof value === "object" &&
  Array.isArray((value as Recording).statuses) &&
  typeof (value as Recording).until === "number";

/** Throws, with the place, where a file is no recording. */
export function readRecording(file: string): Recording {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}:1:1: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecording(value)) throw new Error(`${file}:1:1: not a recording: statuses and until are missing`);
  return value;
}

/** Plays recordings under one seed after the other, in a process of its own; files come and results go as messages. */
import { playRecording } from "../../scenario/recordings/play.ts";
import { explain } from "./explain.ts";
import { readRecording } from "./files.ts";
import type { SeedResult, SeedTask } from "./seeds.ts";

function playSeeds({ file, seeds }: SeedTask): SeedResult {
  const recording = readRecording(file);
  const failed: number[] = [];
  let moved = 0;
  let explanation: string[] = [];
  for (const seed of seeds) {
    const played = playRecording(recording, seed);
    if (played.outcome === "skipped")
      return { id: recording.id, seeds: 0, failed, moved, missing: played.missing, explanation };
    if (played.outcome === "passed") {
      if (played.phases !== "seed") moved++;
      continue;
    }
    failed.push(seed);
    if (failed.length === 1) explanation = explain(played);
  }
  return { id: recording.id, seeds: seeds.length, failed, moved, explanation };
}

process.on("message", (task: SeedTask) => process.send?.(playSeeds(task)));

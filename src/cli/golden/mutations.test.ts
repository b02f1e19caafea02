/** The comparison has to see what is wrong: each change of a recording that plays must make it fail. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { START_MS } from "../../scenario/recordings/adapt.ts";
import { compareRun, worldOf } from "../../scenario/recordings/play.ts";
import type { Recording } from "../../scenario/recordings/recording.ts";
import { reduceStatus } from "../../scenario/recordings/reduce.ts";
import { watch } from "../../scenario/recordings/watch.ts";
import { readRecording } from "./files.ts";

const FOLDER = join(import.meta.dirname, "recordings");

type Draft<T> = { -readonly [K in keyof T]: Draft<T[K]> };
type Mutate = (draft: Draft<Recording>) => void;

/** The run of a recording, and the question whether another recording would agree with it. */
function judgeOf(recording: Recording): (changed: Recording) => string {
  const world = worldOf(recording, 1);
  if (typeof world === "string") throw new Error(world);
  const watched = watch(world);
  const end = recording.until * 1.5;
  watched.runTo(START_MS + Math.ceil(end * 1000));
  return (changed) => compareRun(changed, watched, end, "seed").played.outcome;
}

const changed = (recording: Recording, mutate: Mutate): Recording => {
  const draft = structuredClone(recording) as Draft<Recording>;
  mutate(draft);
  return draft as Recording;
};

/** Numbers of the states that are compared: others came before and after, and they lasted. */
function comparedStates(recording: Recording): number[] {
  const text = (i: number): string => {
    const s = recording.statuses[i];
    return s?.status ? reduceStatus(s.status, Boolean(s.status.deletionTimestamp)).join("\n") : "deleted";
  };
  return recording.statuses.flatMap((s, i) => {
    const next = recording.statuses[i + 1]?.at ?? recording.until;
    const lasts = next - s.at >= 1.5;
    return lasts && !s.deleted && text(i) !== text(i - 1) && text(i) !== text(i + 1) ? [i] : [];
  });
}

const ofState: Readonly<Record<string, (i: number) => Mutate>> = {
  "another restart count": (i) => (r) => {
    const c = r.statuses[i]?.status?.containerStatuses?.[0];
    if (c) c.restartCount = (c.restartCount ?? 0) + 1;
  },
  "another readiness": (i) => (r) => {
    const c = r.statuses[i]?.status?.containerStatuses?.[0];
    if (c) c.ready = !c.ready;
  },
  "another phase": (i) => (r) => {
    const status = r.statuses[i]?.status;
    if (status) status.phase = "Unknown";
  },
  "another condition": (i) => (r) => {
    const condition = r.statuses[i]?.status?.conditions?.[0];
    if (condition) condition.status = "Unknown";
  },
  "another exit code": (i) => (r) => {
    const state = r.statuses[i]?.status?.containerStatuses?.[0]?.state;
    if (state?.terminated) state.terminated.exitCode = 77;
  },
};

/** Recordings with one pod whose states do not depend on draws of back-off. */
const NAMES = [
  "two-never-mixed",
  "finalizer",
  "readiness-exec-flips",
  "readiness-gate",
  "readiness-crash",
  "startup-gates-liveness",
  "init-fails-never",
  "sidecar-termination-order",
  "e2e-b8-sidecars-between-inits",
  "missing-secret-volume",
  "registry-outage",
  "preemption",
  "e2e-b14-image-update-always",
  "liveness-kill-prestop",
];

describe.each(NAMES)("a change of %s is seen", (name) => {
  const recording = readRecording(join(FOLDER, `${name}.json`));
  const judge = judgeOf(recording);
  const states = comparedStates(recording);

  it("agrees as it is", () => {
    expect(judge(recording)).toBe("passed");
    expect(states.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(ofState))("%s", (_, mutateAt) => {
    for (const i of states) {
      const other = changed(recording, mutateAt(i));
      if (JSON.stringify(other) === JSON.stringify(recording)) continue;
      expect([recording.statuses[i]?.at, judge(other)]).toEqual([recording.statuses[i]?.at, "failed"]);
    }
  });

  it("two states that change places", () => {
    for (const [k, i] of states.entries()) {
      const j = states[k + 1];
      if (j === undefined || recording.statuses[i]?.pod !== recording.statuses[j]?.pod) continue;
      const other = changed(recording, (r) => {
        const [a, b] = [r.statuses[i], r.statuses[j]];
        if (a?.status && b?.status) [a.status, b.status] = [b.status, a.status];
      });
      expect([recording.statuses[i]?.at, judge(other)]).toEqual([recording.statuses[i]?.at, "failed"]);
    }
  });

  it("an event that is missing, of another reason, type or text, or far more often", () => {
    const same = (a: Recording["events"][number], b: Recording["events"][number]): boolean =>
      a.reason === b.reason && a.message === b.message && a.pod === b.pod;
    const pods = new Set(recording.statuses.map((s) => s.pod));
    const early = recording.events.filter((e) => pods.has(e.pod) && e.at < 0.7 * recording.until);
    for (const event of early) {
      // A program that has just started may refuse its first connection.
      if (event.message.includes("refused")) continue;
      const edit = (change: (e: Draft<Recording>["events"][number]) => void): Recording =>
        changed(recording, (r) => {
          for (const e of r.events) if (same(e as never, event)) change(e);
        });
      const others = [
        changed(recording, (r) => {
          r.events = r.events.filter((e) => !same(e as never, event));
        }),
        edit((e) => {
          e.reason = "Else";
        }),
        edit((e) => {
          e.type = e.type === "Normal" ? "Warning" : "Normal";
        }),
        edit((e) => {
          e.message = `else: ${e.message}`;
        }),
        edit((e) => {
          e.count = (e.count ?? 1) * 2 + 4;
        }),
      ];
      expect([event.reason, ...others.map(judge)]).toEqual([event.reason, ...others.map(() => "failed")]);
    }
  });

  it("all of it much later", () => {
    const i = states[1] ?? states[0] ?? 0;
    const from = recording.statuses[i]?.at ?? 0;
    const shift = Math.max(4, 0.6 * from);
    const other = changed(recording, (r) => {
      r.until += shift;
      for (const s of [...r.statuses, ...r.events]) if (s.at >= from) s.at += shift;
    });
    expect(judge(other)).toBe("failed");
  });
});

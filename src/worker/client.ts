/** The screen's end of the simulation worker: requests as promises, updates as a callback. */
import type { LessonStep } from "../lessons/format.ts";
import type { Grade } from "../lessons/grade.ts";
import type { Input, LoggedInput, Ms, Seq, TraceRecord } from "../sim/index.ts";
import type {
  Answer,
  FromWorker,
  GradeRequest,
  Request,
  RunSource,
  Share,
  StepKind,
  TextProblem,
  Update,
} from "./protocol.ts";

export type { LoggedInput };

/** What a request gets whose simulation was let go before it could answer: nobody needs the answer any more. */
export class LetGo extends Error {
  constructor() {
    super("the simulation was let go");
  }
}

export interface SimulationClient {
  /** Opens a run. Problems of the scenario text are returned and leave the present run untouched. */
  open(source: RunSource): Promise<readonly TextProblem[]>;
  /** True when the time was reached, false when `maxRecords` came first. */
  advance(to: Ms, maxRecords?: number): Promise<boolean>;
  step(kind: StepKind, limit: Ms): Promise<boolean>;
  seek(time: Ms): Promise<void>;
  input(input: Input): Promise<void>;
  /** Checks a manifest as the API server would, without applying it. */
  check(manifest: string): Promise<readonly TextProblem[]>;
  chain(seq: Seq): Promise<readonly TraceRecord[]>;
  /** Does what entries of a timeline say, their times counted from now; rewinding drops those still ahead. */
  later(entries: LessonStep["showMe"]): Promise<void>;
  /** Grades an answer to a lesson's question; the run that is open is not touched. */
  grade(request: GradeRequest): Promise<Grade>;
  share(): Promise<Share>;
  dispose(): void;
}

type Pending = { resolve(answer: Answer): void; reject(error: Error): void };

/** Wraps a worker. `onUpdate` is called for each change, before the request that caused it resolves. */
export function createSimulationClient(
  worker: Worker,
  onUpdate: (update: Update) => void,
  onCrash: (message: string) => void,
): SimulationClient {
  const pending = new Map<number, Pending>();
  let next = 1;

  worker.onmessage = (message: MessageEvent<FromWorker>) => {
    const data = message.data;
    if (data.type === "update") {
      onUpdate(data);
      return;
    }
    const waiter = pending.get(data.id);
    pending.delete(data.id);
    if (data.type === "failed") waiter?.reject(new Error(data.message));
    else waiter?.resolve(data);
  };
  worker.onerror = (event) => {
    for (const waiter of pending.values()) waiter.reject(new Error(event.message));
    pending.clear();
    onCrash(event.message);
  };

  const ask = (request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = next++;
      pending.set(id, { resolve, reject });
      worker.postMessage({ ...request, id });
    });
  const problems = (answer: Answer): readonly TextProblem[] =>
    answer.type === "problems" ? answer.problems : [];
  const reached = (answer: Answer): boolean => answer.type === "done" && answer.reached;

  return {
    open: async (source) => problems(await ask({ type: "open", source })),
    advance: async (to, maxRecords) =>
      reached(
        await ask(maxRecords === undefined ? { type: "advance", to } : { type: "advance", to, maxRecords }),
      ),
    step: async (kind, limit) => reached(await ask({ type: "step", kind, limit })),
    seek: async (time) => void (await ask({ type: "seek", time })),
    input: async (input) => void (await ask({ type: "input", input })),
    check: async (manifest) => problems(await ask({ type: "check", manifest })),
    chain: async (seq) => {
      const answer = await ask({ type: "chain", seq });
      return answer.type === "chain" ? answer.records : [];
    },
    later: async (entries) => void (await ask({ type: "later", entries })),
    grade: async (request) => {
      const answer = await ask({ type: "grade", request });
      if (answer.type !== "grade") throw new Error("no grade");
      return answer.grade;
    },
    share: async () => {
      const answer = await ask({ type: "share" });
      if (answer.type !== "share") throw new Error("no share");
      return answer.share;
    },
    dispose() {
      worker.terminate();
      // Nobody will answer any more; who waits must not wait for ever.
      for (const waiter of pending.values()) waiter.reject(new LetGo());
      pending.clear();
    },
  };
}

/** One case of a vector file. `given` and `expect` have the shapes the file's header describes. */
export interface Case {
  id: string;
  name?: string;
  source?: string;
  given: any;
  expect?: unknown;
}

/** A file of vectors. */
export interface Suite {
  suite: string;
  source?: string;
  describes?: string;
  given?: unknown;
  expect?: unknown;
  cases: Case[];
}

/** What an adapter's own comparison says: just yes or no, or with what to show as the actual value. */
export type Verdict = boolean | { ok: boolean; actual: unknown };

/** Calls the engine's own function with a case's `given` and returns what it gave. */
export type Run = (given: any, testCase: Case) => unknown;

/**
 * An adapter of one suite. A bare function's answer is compared with `expect` by `differences`:
 * only the keys present in `expect`, arrays of the same length in order, null equal to absent.
 *
 * Where `expect` is `{allSteps: true}`, the function answers with an array, one entry a step, each compared
 * with that step's own `expect` (`given.steps[i].expect`; a step without one asserts nothing).
 *
 * `sets` names paths whose arrays are compared in any order: dots between keys, `*` for any one key or index,
 * "" for the root (`"events"`, `"steps.*.removed"` is written `"*.removed"` for an answer in steps).
 * `compare` replaces the comparison altogether.
 */
export type Adapter =
  | Run
  | {
      run: Run;
      sets?: readonly string[];
      compare?: (expect: any, actual: any, given: any) => Verdict;
    };

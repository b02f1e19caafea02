/** One case of a vector file. `given` and `expect` have the shapes the file's header describes. */
export interface Case {
  id: string;
  name?: string;
  source?: string;
  // biome-ignore lint/suspicious/noExplicitAny: vectors are foreign JSON, each adapter knows its own shape
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
// biome-ignore lint/suspicious/noExplicitAny: vectors are foreign JSON, each adapter knows its own shape
export type Run = (given: any, testCase: Case) => unknown;

/**
 * An adapter of one suite. A bare function's answer is compared with `expect` by {@link subset}:
 * only the keys present in `expect`, arrays of the same length in order.
 *
 * `sets` names paths (dots, `*` for any key or index, "" for the root) whose arrays are compared in any order.
 * `compare` replaces the comparison altogether, for suites whose expectations sit inside `given.steps`.
 */
export type Adapter =
  | Run
  | {
      run: Run;
      sets?: readonly string[];
      // biome-ignore lint/suspicious/noExplicitAny: vectors are foreign JSON, each adapter knows its own shape
      compare?: (expect: any, actual: any, given: any) => Verdict;
    };

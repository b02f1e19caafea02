/** A derived view of some inputs, computed again only when one of them is another object. */
export function memoize<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: A | null = null;
  let result: R;
  return (...args: A): R => {
    if (last && last.length === args.length && args.every((a, i) => Object.is(a, last![i]))) return result;
    result = compute(...args);
    last = args;
    return result;
  };
}

/** Computes once per subject. A subject belongs to one cloud and never changes, so neither does what follows from both. */
export function remember<C, S extends object, R>(
  compute: (context: C, subject: S) => R,
): (context: C, subject: S) => R {
  const known = new WeakMap<S, { readonly result: R }>();
  return (context, subject) => {
    const found = known.get(subject) ?? { result: compute(context, subject) };
    known.set(subject, found);
    return found.result;
  };
}

/** How somebody's code ended, as a value. */

export type End<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

export async function settle<T>(work: () => Promise<T>): Promise<End<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

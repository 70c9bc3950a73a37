/** One idiom for members that may be absent: `compact({ x, y })` instead of a spread and a condition for each. */

type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };
type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };
/** `T` with every member that may be undefined as an optional one that is never undefined. */
export type Compact<T> = { [K in keyof (Required<T> & Optional<T>)]: (Required<T> & Optional<T>)[K] };

/** A copy without the members that are undefined; null stays, since it is JSON and undefined is not. */
export function compact<T extends object>(members: T): Compact<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Compact<T>;
}

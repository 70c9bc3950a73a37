/** Undos are steps of their own, below one scope. What a run has undone is where a fork of it begins at the latest. */

export const undoScope = 'undo';

/** Key of the step whose effect the undo `key` takes back; undefined where `key` is none of an undo. */
export function undoneBy(key: string): string | undefined {
  return key.startsWith(`${undoScope}/`) ? key.slice(undoScope.length + 1) : undefined;
}

/**
 * The step that was begun first of those that were undone; undefined where nothing was. `steps` are in the order of
 * their begin.
 */
export function firstUndone<S extends { readonly key: string }>(steps: readonly S[]): S | undefined {
  const undone = new Set(steps.map(({ key }) => undoneBy(key)));
  return steps.find(({ key }) => undone.has(key));
}

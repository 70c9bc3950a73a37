/**
 * What watchers of a run are told while it goes on. It may be lost: facts are read from the record, a signal says when
 * to look.
 */

/** `committed`: the record of a run grew. `text`: a turn in progress produced text. */
export type LiveSignal =
  | { readonly type: 'committed' }
  | { readonly type: 'text'; readonly key: string; readonly delta: string };

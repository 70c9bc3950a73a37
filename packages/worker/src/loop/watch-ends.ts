/**
 * Code of a run that would end the whole worker. A `process.exit` is told that it may not, so that its step fails and
 * no other run hears of it. An error that nobody caught, in a timer say, still ends the worker, since nobody knows in
 * what state it has left things; the run is told to the next worker, which takes it up after the others and sets it
 * aside when it does so again (R7).
 */

import type { LoopOccupant } from '@perdure/runs';
import { writeHeldLoop } from './held-loop-file.ts';

export interface WatchEndsOptions {
  /** Whose code is running; undefined: nobody's. */
  readonly occupant: () => LoopOccupant | undefined;
  /** Where to say who has ended the worker. */
  readonly file: string;
  readonly log: (message: string) => void;
  /** What there is to say of anything that may be thrown; `place`: `file:line` in the code of the author. */
  readonly describe: (error: unknown) => { readonly message: string; readonly place?: string | undefined };
}

/** Characters of an error that are told on. */
const longestError = 500;

/** The returned function ends it. */
export function watchEnds({ occupant, file, log, describe }: WatchEndsOptions): () => void {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    const who = occupant();
    if (who === undefined) return exit(code);
    log(`the run ${who.runId} called process.exit(${code ?? ''}) ${who.at}: it may not, and got an error instead`);
    throw new Error('process.exit() would end every run of this worker, so it did nothing; throw an error instead.');
  };
  const uncaught = (error: unknown): void => {
    const who = occupant();
    if (who === undefined) return;
    const { message, place } = describe(error);
    log(`the run ${who.runId} left an error that nobody caught, ${who.at}: the worker ends`);
    writeHeldLoop(file, {
      runId: who.runId,
      at: who.at,
      error: message.slice(0, longestError).toWellFormed(),
      ...(place !== undefined && { place }),
    });
  };
  // Before the frame, which ends the process.
  process.prependListener('uncaughtException', uncaught);
  return () => {
    process.exit = exit;
    process.off('uncaughtException', uncaught);
  };
}
